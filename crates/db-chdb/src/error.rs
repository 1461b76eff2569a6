//! The engine's exceptions as errors of the port.

use adbc_core::error::Error as AdbcError;
use db_port::DbError;
use tokio::task::JoinError;

/// ClickHouse's own number for an exception that it cannot name.
const UNKNOWN_EXCEPTION: i32 = 1002;

/// The engine's exception as an error of the port.
pub(crate) fn from_engine(error: &AdbcError, query_id: &str) -> DbError {
    from_text(&error.message, query_id)
}

/// As [`from_engine`], for an exception that came as text.
pub(crate) fn from_text(text: &str, query_id: &str) -> DbError {
    let text = text.strip_prefix("[chdb] ").unwrap_or(text);
    let (code, message) = split_code(text).unwrap_or((UNKNOWN_EXCEPTION, text));
    DbError::Database { code, message: message.into(), query_id: Some(query_id.into()) }
}

/// The thread ended without a result: it panicked, or the runtime is shutting down.
pub(crate) fn lost(error: JoinError) -> DbError {
    DbError::Interrupted {
        rows: 0,
        reason: "the engine's thread ended early".into(),
        source: Some(error.into()),
    }
}

/// `Code: 60. DB::Exception: Table x does not exist. (UNKNOWN_TABLE)` as 60 and the message. The
/// code counts only at the very start, because messages can quote stored data.
fn split_code(text: &str) -> Option<(i32, &str)> {
    let (code, rest) = text.strip_prefix("Code: ")?.split_once(". ")?;
    let message = rest.strip_prefix("DB::Exception: ").unwrap_or(rest);
    Some((code.parse().ok()?, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_a_number_and_not_part_of_the_message() {
        let error = from_text("[chdb] Code: 60. DB::Exception: Table x does not exist.", "q");
        assert_eq!(error.code(), Some(60));
        assert_eq!(error.to_string(), "the database reported: Table x does not exist. (code 60)");
    }

    #[test]
    fn a_code_inside_the_text_is_not_believed() {
        for text in ["boom: Code: 60. DB::Exception: x", "Code: sixty. x", "[chdb] gone"] {
            assert_eq!(from_text(text, "q").code(), Some(UNKNOWN_EXCEPTION), "{text}");
        }
    }
}
