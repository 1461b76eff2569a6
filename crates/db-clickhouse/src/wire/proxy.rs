//! Answers of something else than ClickHouse: a proxy or load balancer in front of the server.

use db_port::DbError;

use super::request::Request;
use crate::policy::failure::{Failure, FailureClass};

const SHOWN: usize = 200;
/// What a server says to HTTP at the port of its native protocol.
const NATIVE: &str = "Port ";

/// The failure for an answer that is not ClickHouse's.
pub(super) fn proxy_error(text: &str, request: &Request, received: Option<u64>) -> Failure {
    let shown: String = text.chars().take(SHOWN).collect();
    match http_status(text) {
        Some(429 | 503) => Failure::new(
            FailureClass::Refused,
            DbError::Unavailable {
                target: request.server.to_string(),
                reason: format!("a proxy or load balancer turned the request away: {shown}"),
                source: None,
            },
        ),
        Some(502 | 504) => {
            let reason = "a proxy or load balancer got no answer from the server";
            let error = request.unanswered(reason, Some(shown.into()), received);
            Failure::new(FailureClass::Ambiguous, error)
        }
        status => {
            let error = DbError::UnexpectedResult {
                expected: format!("an answer of ClickHouse's HTTP interface at {}", request.server),
                found: if shown.is_empty() { "nothing".into() } else { shown },
            };
            let never_forwarded = matches!(status, Some(400..500)) || text.starts_with(NATIVE);
            if request.kind.is_query() || never_forwarded {
                return Failure::permanent(error);
            }
            // A load balancer can say anything after it has passed the request on.
            let reason = "a proxy or load balancer answered in the server's place";
            let error = request.unanswered(reason, Some(error.into()), received);
            Failure::new(FailureClass::Ambiguous, error)
        }
    }
}

/// The failure for an answer that looks like success and is not ClickHouse's, or came before the
/// request was whole.
pub(super) fn unacknowledged(request: &Request) -> Failure {
    let cause = DbError::UnexpectedResult {
        expected: format!("ClickHouse's own acknowledgement from {}", request.server),
        found: "status 200 without it, or before all was sent: is there a proxy in between?".into(),
    };
    let reason = "a proxy or load balancer answered in the server's place";
    let error = request.unanswered(reason, Some(cause.into()), None);
    Failure::new(FailureClass::Ambiguous, error)
}

/// The failure of an insert of which the server got a part and took it for the whole, as it does
/// where one of Arrow's messages ends. No other attempt: the token may be that of the part.
pub(super) fn cut_short(request: &Request, rows: u64, written: u64) -> Failure {
    let cause = DbError::UnexpectedResult {
        expected: format!("{rows} rows written by {}", request.server),
        found: format!("{written}: is there a proxy in between that cuts requests?"),
    };
    Failure::permanent(request.unanswered("a part of it is missing", Some(cause.into()), None))
}

/// The status that a load balancer's error page begins with, behind tags such as `<html><title>`.
fn http_status(page: &str) -> Option<u16> {
    let mut rest = page.trim_start();
    while let Some((_, behind)) = rest.strip_prefix('<').and_then(|tag| tag.split_once('>')) {
        rest = behind.trim_start();
    }
    let (digits, behind) = rest.split_at_checked(3)?;
    let ends = !behind.starts_with(|next: char| next.is_ascii_alphanumeric());
    ends.then(|| digits.parse().ok()).flatten()
}
