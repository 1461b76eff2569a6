//! Which servers this adapter works with, and how it notices one that is too old.

use clickhouse::Client;
use db_port::{DbError, Phase, Result};

use crate::policy::failure::Failure;
use crate::wire::request::Request;

/// The first release with long-term support that has all that this adapter relies on, as year and
/// number.
const NEEDED: (u32, u32) = (26, 3);

const UNKNOWN_SETTING: i32 = 115;

/// Refuses a server that says of itself that it is older. One whose version is of another form is
/// taken for new enough.
pub(crate) fn check(found: &str) -> Result<()> {
    match parse(found) {
        Some(version) if version < NEEDED => Err(DbError::UnsupportedVersion {
            found: found.to_owned(),
            needed: format!("{}.{}", NEEDED.0, NEEDED.1),
        }),
        _ => Ok(()),
    }
}

/// What the failure of a query means: a server that does not know one of the settings that a query
/// is sent with may be too old. It is asked in a way that every server understands.
pub(crate) async fn explain(client: &Client, request: &Request, failure: Failure) -> Failure {
    if failure.error.code() != Some(UNKNOWN_SETTING) {
        return failure;
    }
    match ask(client, request).await.map(|found| check(&found)) {
        Some(Err(unsupported)) => Failure::permanent(unsupported),
        // Then the setting is one of the caller's.
        _ => failure,
    }
}

/// Without a setting that is not as old as the interface, and as plain text; nothing if that fails, too.
async fn ask(client: &Client, request: &Request) -> Option<String> {
    let mut answer = client.query_raw("SELECT version()").fetch_bytes("TabSeparated").ok()?;
    let answer = request.deadline.hold(Phase::Request, answer.collect()).await.ok()?.ok()?;
    Some(str::from_utf8(&answer).ok()?.trim().to_owned())
}

/// The first two numbers of forms such as `26.3.1.896-lts` and `24.8.4.13.altinitystable`.
fn parse(version: &str) -> Option<(u32, u32)> {
    let (year, rest) = version.split_once('.')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Some((year.parse().ok()?, rest[..end].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_server_is_refused_with_both_versions() {
        for found in ["22.8.1.1", "24.8.4.13.altinitystable", "25.12.1.649", "26.2.9.9", "1.1.54"] {
            let error = check(found).unwrap_err().to_string();
            assert!(error.contains(found) && error.contains("26.3 or newer"), "{error}");
        }
    }

    #[test]
    fn the_needed_one_and_newer_ones_are_taken_whatever_their_suffix() {
        for found in ["26.3.1.896-lts", "26.3", "26.3-testing", "26.10.1.1", "27.1.1.1", "100.0"] {
            check(found).unwrap();
        }
    }

    #[test]
    fn what_is_no_version_says_nothing() {
        for found in ["", "head", "22", "22.", "v22.8", ".8", "22.x", "-1.2", "99999999999.1"] {
            check(found).unwrap();
        }
    }
}
