//! The placeholders in the text of a statement.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::sql_tokens::{Token, tokens};

/// The names of all `{name:Type}` placeholders, passing over quoted text and comments.
pub(crate) fn placeholders(sql: &str) -> BTreeSet<Cow<'_, str>> {
    let mut names = BTreeSet::new();
    let mut tokens = tokens(sql).peekable();
    while let Some(token) = tokens.next() {
        if token == Token::Symbol('{')
            && let Some(name) = tokens.next_if(|next| next.is_name()).and_then(Token::name)
            && tokens.peek() == Some(&Token::Symbol(':'))
        {
            names.insert(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_and_comments_hold_no_placeholders() {
        for sql in [
            "SELECT '{a:Int64}'",
            "SELECT 'it\\'s {a:Int64}'",
            "SELECT 1 -- {a:Int64}",
            "SELECT 1 // {a:Int64}",
            "SELECT 1 /* /* */ {a:Int64} */",
            "SELECT $$ {a:Int64} $$",
            "SELECT `{a:Int64}` FROM \"{b:String}\"",
        ] {
            assert!(placeholders(sql).is_empty(), "{sql}");
        }
        assert_eq!(placeholders("SELECT {a:Int64}, { b : Array(String)}").len(), 2);
    }

    #[test]
    fn unfinished_text_ends_the_scan_without_a_panic() {
        for sql in ["'", "'\\", "{", "{a", "--", "/*", "`é", "{é:"] {
            placeholders(sql);
        }
    }
}
