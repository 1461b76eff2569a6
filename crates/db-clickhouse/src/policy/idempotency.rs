//! Whether doing it twice leaves what doing it once leaves.

use db_port::Statement;

/// Where a second attempt leaves what the first would have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// On every server: a query, what the caller calls idempotent, a guarded definition, or an
    /// insert into a table whose replicas share their deduplication tokens.
    Everywhere,
    /// Only on the server that may have done it: the table remembers the tokens it got itself.
    SameServer,
    /// Nowhere.
    No,
}

impl Idempotency {
    /// Of a statement without rows: as the caller promised, or as `IF NOT EXISTS` does.
    pub(crate) fn of_statement(statement: &Statement) -> Self {
        if statement.is_idempotent() || is_guarded(statement.sql()) {
            Self::Everywhere
        } else {
            Self::No
        }
    }
}

/// `CREATE ... IF NOT EXISTS`, but not one that fills what it creates: a second attempt would find it
/// there, half full, and be content. A second `DROP ... IF EXISTS` could meet what another has
/// created meanwhile.
fn is_guarded(sql: &str) -> bool {
    if sql.contains("/*") || sql.contains("--") {
        return false;
    }
    let words: Vec<_> = sql
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    // The verb, at most three words such as MATERIALIZED VIEW or OR REPLACE TABLE, the guard.
    let guard =
        |guard: &[&str]| (1..=4).any(|at| words.get(at..).is_some_and(|w| w.starts_with(guard)));
    match words.first() {
        Some(&"CREATE") => {
            guard(&["IF", "NOT", "EXISTS"])
                && !words.iter().any(|word| ["SELECT", "POPULATE", "CLONE"].contains(word))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guarded_definitions_are_idempotent() {
        for sql in [
            "CREATE TABLE IF NOT EXISTS t (n Int8) ENGINE = Memory",
            " create database if not exists jts",
            "CREATE MATERIALIZED VIEW IF NOT EXISTS v TO t",
        ] {
            assert!(is_guarded(sql), "{sql}");
        }
    }

    #[test]
    fn whatever_changes_rows_or_is_not_guarded_is_not() {
        for sql in [
            "CREATE TABLE t (n Int8) ENGINE = Memory",
            "CREATE TABLE IF NOT EXISTS t ENGINE = Memory AS SELECT 1",
            "CREATE MATERIALIZED VIEW IF NOT EXISTS v ENGINE = Memory POPULATE AS SELECT 1",
            "INSERT INTO t SELECT 1",
            "TRUNCATE TABLE IF EXISTS t",
            "DROP TABLE t",
            "DROP TABLE IF EXISTS t",
            "DROP TABLE t /* IF EXISTS */",
            "ALTER TABLE t DELETE WHERE 1",
            "",
        ] {
            assert!(!is_guarded(sql), "{sql}");
        }
    }

    #[test]
    fn the_callers_promise_counts() {
        let statement = Statement::new("ALTER TABLE t DELETE WHERE n = 1");
        assert_eq!(Idempotency::of_statement(&statement), Idempotency::No);
        assert_eq!(Idempotency::of_statement(&statement.idempotent()), Idempotency::Everywhere);
    }
}
