/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword, a name without quotes or a number.
    Word,
    /// A text or a name in quotes.
    Quoted,
    Symbol(u8),
}

/// A piece of a statement, as offsets into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The tokens of a statement, one after the other; comments and white space are left out.
pub(crate) fn tokens(text: &[u8]) -> impl Iterator<Item = Token> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at = skip_blank(text, at);
        let first = *text.get(at)?;
        let (kind, end) = match first {
            b'\'' | b'"' | b'`' => (Kind::Quoted, quoted_end(text, at, first)),
            _ if is_word(first) => (Kind::Word, word_end(text, at)),
            _ => (Kind::Symbol(first), at + 1),
        };
        let token = Token { kind, start: at, end };
        at = end;
        Some(token)
    })
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn word_end(text: &[u8], start: usize) -> usize {
    let length = text[start..].iter().position(|&byte| !is_word(byte));
    length.map_or(text.len(), |length| start + length)
}

/// Behind the closing quote. A backslash or a second quote keeps a quote from closing.
fn quoted_end(text: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            byte if byte == quote && text.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

fn skip_blank(text: &[u8], mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        let comment_end = |end: &[u8]| {
            let found = rest.windows(end.len()).position(|window| window == end);
            found.map_or(text.len(), |found| at + found + end.len())
        };
        at = match rest {
            [byte, ..] if byte.is_ascii_whitespace() => at + 1,
            [b'-', b'-', ..] | [b'#', b' ' | b'!', ..] => comment_end(b"\n"),
            [b'/', b'*', ..] => comment_end(b"*/"),
            _ => return at,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        tokens(text.as_bytes()).map(|token| &text[token.start..token.end]).collect()
    }

    #[test]
    fn a_statement_falls_into_words_quotes_and_symbols() {
        assert_eq!(
            split("SELECT  a.b,'it''s \\' ;' -- ; x\n/* ; */ FROM `t``;`"),
            ["SELECT", "a", ".", "b", ",", "'it''s \\' ;'", "FROM", "`t``;`"]
        );
    }

    #[test]
    fn what_is_never_closed_ends_with_the_text() {
        for text in ["'abc", "'abc\\", "`", "/* abc", "-- abc", "\""] {
            assert!(tokens(text.as_bytes()).count() <= 1, "{text}");
        }
    }
}
