//! Whether sending a request again can help, and which exception codes say so.

/// Whether sending the same request again can help.
///
/// A request is sent again only when the failure is retryable **and** the request is idempotent:
/// see [`Statement::idempotent`](crate::Statement::idempotent) and
/// [`Insert::idempotent`](crate::Insert::idempotent).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retryability {
    /// The same request would fail the same way.
    Never,
    /// A passing fault: repeating soon may succeed.
    Soon,
    /// The database is overloaded: repeating may succeed after a longer wait.
    Later,
}

/// Refused before anything ran, because the server has too much to do.
const OVERLOADED: [i32; 4] = [202, 745, 749, 762];

/// The server failed part-way for a reason that may pass: broken files, sockets, replicas,
/// timeouts between servers, memory.
const PASSING: [i32; 22] = [
    3, 32, 198, 203, 209, 210, 225, 236, 241, 242, 254, 279, 285, 286, 319, 364, 425, 439, 499,
    529, 733, 999,
];

/// 252 has two meanings that only the text tells apart: too many parts is overload, too many
/// partitions in one insert is the caller's to mend.
const TOO_MANY_PARTS: i32 = 252;

/// Classifies an exception code of ClickHouse; an unknown code is never worth repeating.
pub(crate) fn of_code(code: i32, message: &str) -> Retryability {
    match code {
        TOO_MANY_PARTS if message.starts_with("Too many parts") => Retryability::Later,
        code if OVERLOADED.contains(&code) => Retryability::Later,
        code if PASSING.contains(&code) => Retryability::Soon,
        _ => Retryability::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_meanings_of_code_252_differ() {
        assert_eq!(of_code(252, "Too many parts (300) in all partitions"), Retryability::Later);
        assert_eq!(
            of_code(252, "Too many partitions for single INSERT block"),
            Retryability::Never
        );
    }

    #[test]
    fn a_syntax_error_is_never_repeated_and_a_broken_socket_is() {
        assert_eq!(of_code(62, "Syntax error"), Retryability::Never);
        assert_eq!(of_code(210, "Connection reset"), Retryability::Soon);
        // A shard that died at its work: others may have done theirs.
        assert_eq!(of_code(32, "Attempt to read after eof"), Retryability::Soon);
        assert_eq!(of_code(202, "Too many simultaneous queries"), Retryability::Later);
        assert_eq!(of_code(123_456, "from the future"), Retryability::Never);
    }
}
