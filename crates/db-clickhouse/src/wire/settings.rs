//! The server's settings: those that the adapter relies on, and which ones callers may set.

use db_port::adapter::{Setting, check_settings, text_settings};
use db_port::{DbError, Result, Statement};

use super::request_kind::RequestKind;

/// What the server's HTTP interface takes for something else than a setting.
const RESERVED: [&str; 18] = [
    "buffer_size",
    "client_protocol_version",
    "close_session",
    "compress",
    "database",
    "decompress",
    "default_format",
    "password",
    "query",
    "query_id",
    "quota_key",
    "role",
    "session_check",
    "session_id",
    "session_timeout",
    "stacktrace",
    "user",
    "wait_end_of_query",
];

/// Columns arrive as the types that the port promises, whatever the server's defaults are.
pub(super) const ARROW: [(&str, &str); 4] = [
    ("output_format_arrow_compression_method", "none"),
    ("output_format_arrow_date_as_uint16", "0"),
    ("output_format_arrow_low_cardinality_as_dictionary", "0"),
    ("output_format_arrow_string_as_string", "1"),
];

/// A query whose client went away ends on the server too: both settings are needed for that.
pub(super) const END_WITH_CLIENT: [(&str, &str); 2] =
    [("cancel_http_readonly_queries_on_client_close", "1"), ("readonly", "2")];

/// The retry policy of inserts depends on these.
const INSERTS_OWN: [&str; 5] = [
    "async_insert",
    "deduplicate_insert",
    "insert_deduplicate",
    "insert_deduplication_token",
    "wait_for_async_insert",
];

/// The whole answer is made before it begins, so that a failure cannot hide behind a good start.
pub(crate) const WHOLE_ANSWER: (&str, &str) = ("wait_end_of_query", "1");

/// Of every request: a limit that is reached is an error. A user's settings can make the server end
/// early instead, and then a part looks like the whole.
pub(crate) const LIMITS_THROW: [(&str, &str); 11] = [
    ("distinct_overflow_mode", "throw"),
    ("group_by_overflow_mode", "throw"),
    ("join_overflow_mode", "throw"),
    ("read_overflow_mode", "throw"),
    ("read_overflow_mode_leaf", "throw"),
    ("result_overflow_mode", "throw"),
    ("set_overflow_mode", "throw"),
    ("sort_overflow_mode", "throw"),
    ("timeout_overflow_mode", "throw"),
    ("timeout_overflow_mode_leaf", "throw"),
    ("transfer_overflow_mode", "throw"),
];

/// Parameters travel as the fields of a form, where the server takes names that end like this for
/// parts of the form, also in the URL, and does not set them.
const SKIPPED_BESIDE_PARAMETERS: [&str; 3] = ["_format", "_types", "_structure"];

/// What `ALTER TABLE ... UPDATE` or `DELETE` changes is changed when it has returned, at least on the
/// server that was asked; callers may set it otherwise.
pub(super) const MUTATIONS_SYNC: (&str, &str) = ("mutations_sync", "1");

/// Checks what can be checked before the statement waits for anything.
pub(crate) fn check_statement(kind: &RequestKind, statement: &Statement) -> Result<()> {
    statement.check()?;
    let settings = checked_settings(kind, statement.settings())?;
    for name in text_settings(statement.sql()) {
        if let Some(reason) = reason_to_refuse(kind, &name) {
            return Err(refused(&format!("{name} in the statement's text"), reason));
        }
    }
    if statement.parameters().next().is_none() {
        return Ok(());
    }
    let skipped = |setting: &&Setting| {
        SKIPPED_BESIDE_PARAMETERS.iter().any(|end| setting.name.as_str().ends_with(end))
    };
    settings.iter().find(skipped).map_or(Ok(()), |Setting { name, .. }| {
        let reason = "the server skips it in a request with parameters: write it into the \
                      statement's text, behind SETTINGS";
        Err(refused(name.as_str(), reason))
    })
}

/// The caller's settings, if all of them are settings to the server and none is one that this
/// adapter relies on.
pub(crate) fn checked_settings<'a>(
    kind: &RequestKind,
    settings: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<Setting>> {
    let settings = check_settings(settings)?;
    for name in settings.iter().map(|setting| setting.name.as_str()) {
        if RESERVED.contains(&name) || name.starts_with("param_") {
            let reason = "over HTTP this name is not a setting: leave it to the adapter";
            return Err(refused(name, reason));
        }
        if let Some(reason) = reason_to_refuse(kind, name) {
            return Err(refused(name, reason));
        }
    }
    Ok(settings)
}

fn refused(setting: &str, reason: &str) -> DbError {
    DbError::InvalidInput { what: format!("setting {setting}"), reason: reason.into() }
}

/// Why a caller may not set it, wherever that is written.
fn reason_to_refuse(kind: &RequestKind, setting: &str) -> Option<&'static str> {
    if setting.contains("_overflow_mode") {
        Some("a limit that is reached is always an error: leave it out")
    } else if setting == "profile" {
        Some("a profile would change settings that the adapter relies on: set what you need of it")
    } else if is_own(kind, setting) {
        Some("whether this can be retried depends on it: leave it to the adapter")
    } else {
        None
    }
}

fn is_own(kind: &RequestKind, setting: &str) -> bool {
    match kind {
        RequestKind::Query => END_WITH_CLIENT.iter().any(|(own, _)| *own == setting),
        RequestKind::Statement => false,
        RequestKind::Insert(_) => INSERTS_OWN.contains(&setting),
    }
}
