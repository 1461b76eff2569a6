//! Whether a statement only reads.

use crate::sql_tokens::tokens;

/// Whether the text begins as a `SELECT` does, also after `WITH`. Such a statement changes no table
/// and nothing of its session.
#[must_use]
pub fn is_select(sql: &str) -> bool {
    let first = tokens(sql).next();
    first.is_some_and(|first| first.is_keyword("SELECT") || first.is_keyword("WITH"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_word_counts_in_any_case_and_behind_comments() {
        for sql in ["SELECT 1", "select 1", "/* SET */ -- x\n With 1 AS a SELECT a"] {
            assert!(is_select(sql), "{sql}");
        }
        for sql in ["SET a = 1", "USE a", "", "-- SELECT 1", "`SELECT` 1", "'SELECT' 1", "SELECTED"]
        {
            assert!(!is_select(sql), "{sql}");
        }
        assert!(!is_select("INSERT INTO t SELECT 1"));
    }
}
