/// Whether doing the same thing again can help.
///
/// This is one of two consents that a repetition needs. The other is the caller's, that repeating
/// is harmless: see [`Statement::idempotent`](crate::Statement::idempotent) and
/// [`Insert::idempotent`](crate::Insert::idempotent).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
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
pub(crate) fn of_code(code: i32, message: &str) -> Repeat {
    match code {
        TOO_MANY_PARTS if message.starts_with("Too many parts") => Repeat::Later,
        code if OVERLOADED.contains(&code) => Repeat::Later,
        code if PASSING.contains(&code) => Repeat::Soon,
        _ => Repeat::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_meanings_of_code_252_differ() {
        assert_eq!(of_code(252, "Too many parts (300) in all partitions"), Repeat::Later);
        assert_eq!(of_code(252, "Too many partitions for single INSERT block"), Repeat::Never);
    }

    #[test]
    fn a_syntax_error_is_never_repeated_and_a_broken_socket_is() {
        assert_eq!(of_code(62, "Syntax error"), Repeat::Never);
        assert_eq!(of_code(210, "Connection reset"), Repeat::Soon);
        // A shard that died at its work: others may have done theirs.
        assert_eq!(of_code(32, "Attempt to read after eof"), Repeat::Soon);
        assert_eq!(of_code(202, "Too many simultaneous queries"), Repeat::Later);
        assert_eq!(of_code(123_456, "from the future"), Repeat::Never);
    }
}
