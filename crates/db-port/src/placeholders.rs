//! The placeholders in the text of a statement.

use std::collections::BTreeSet;

/// The names of all `{name:Type}` placeholders, passing over quoted text and comments.
pub(crate) fn placeholders(sql: &str) -> BTreeSet<&str> {
    let bytes = sql.as_bytes();
    let mut names = BTreeSet::new();
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            quote @ (b'\'' | b'"' | b'`') => i = end_of_quoted(bytes, i, quote),
            b'-' if bytes.get(i + 1) == Some(&b'-') => i = end_of(sql, i, "\n"),
            b'/' if bytes.get(i + 1) == Some(&b'*') => i = end_of(sql, i, "*/"),
            b'{' => {
                let name = sql[i + 1..].split([':', '}']).next().unwrap_or_default();
                if bytes.get(i + 1 + name.len()) == Some(&b':') {
                    names.insert(name.trim());
                }
                i += 1 + name.len();
            }
            _ => i += 1,
        }
    }
    names
}

fn end_of_quoted(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut i = start + 1;
    while i < bytes.len() && bytes[i] != quote {
        i += if bytes[i] == b'\\' { 2 } else { 1 };
    }
    i + 1
}

fn end_of(sql: &str, start: usize, mark: &str) -> usize {
    sql[start..].find(mark).map_or(sql.len(), |at| start + at + mark.len())
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
            "SELECT 1 /* {a:Int64} */",
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
