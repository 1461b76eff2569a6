//! Users whose settings let the server end early without a word.

use std::time::Duration;

use arrow_array::UInt8Array;
use candlehouse_tests::number_tables::PLAIN;
use chdb_server::User;
use db_clickhouse::ClickHouseManager;
use db_port::{DbError, QueryExecutor, QueryExecutorExt, Statement, column};

use crate::harness::Harness;

/// A user of whom every limit is kept by ending early.
fn hasty() -> User {
    ["timeout", "read", "result", "sort", "distinct", "set", "join", "transfer"]
        .iter()
        .fold(User::new("hasty", "p"), |user, limit| {
            user.with_setting(format!("{limit}_overflow_mode"), "break")
        })
}

#[tokio::test]
async fn a_query_that_is_cut_short_never_looks_whole() {
    let harness = Harness::with([hasty()]).await;
    let db = ClickHouseManager::new(harness.user("hasty", "p")).unwrap();
    for (limit, value, code) in [
        ("max_execution_time", 1, 159),
        ("max_rows_to_read", 10, 158),
        ("max_result_rows", 10, 396),
    ] {
        let slow = "SELECT number, sleepEachRow(0.1) FROM numbers(30) SETTINGS max_block_size = 1";
        let error =
            db.query_all(Statement::new(slow).with_setting(limit, value)).await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{limit}: {error:?}");
    }
}

#[tokio::test]
async fn a_statement_that_is_cut_short_never_looks_done() {
    let harness = Harness::with([hasty()]).await;
    let db = ClickHouseManager::new(harness.user("hasty", "p").with_max_retries(0)).unwrap();
    let slow = Statement::new(
        "INSERT INTO plain SELECT number + sleepEachRow(0.1) FROM numbers(60) \
         SETTINGS max_block_size = 1",
    );
    let error = db.execute(slow.with_timeout(Duration::from_secs(2))).await.unwrap_err();
    assert!(matches!(error, DbError::OutcomeUnknown { .. }), "{error:?}");
    assert!(harness.rows(&PLAIN).await < 60);
}

/// The name of a setting, written in a clause in the ways that the server reads.
const CLAUSES: [&str; 10] = [
    "SETTINGS NAME = VALUE",
    "settings log_comment = '', NAME=VALUE",
    "SETTINGS `NAME` = VALUE",
    "SETTINGS \"ESCAPED\" = VALUE",
    "SETTINGS “NAME” = VALUE",
    "SETTINGS // it's\n NAME == VALUE",
    "SETTINGS # \"\n NAME = VALUE",
    "SETTINGS /* /* */ ' */ NAME\u{a0}= VALUE",
    "SETTINGS log_comment = $x$ ', NAME $ = 1 $x$, NAME = VALUE",
    "SETTINGS log_comment = ‘\\’, max_rows_to_read = 1.e+9, async_insert, NAME = VALUE",
];

const NO_CLAUSES: [&str; 5] = [
    "-- SETTINGS NAME = VALUE",
    "/* /* */ SETTINGS NAME = VALUE */",
    "WHERE 'it''s SETTINGS NAME = 9' != ‘\\’ AND '\\' SETTINGS NAME = 9' != $$ SETTINGS NAME = 9 $$",
    "AS `t SETTINGS NAME = VALUE`",
    "AS settings",
];

fn written(clause: &str, name: &str, value: &str) -> Statement {
    let escaped = format!("\\x{:02x}{}", name.as_bytes()[0], &name[1..]);
    let clause = clause.replace("ESCAPED", &escaped).replace("NAME", name).replace("VALUE", value);
    let select = "SELECT getSetting('max_threads') = 7 AS is_set FROM numbers(1)";
    Statement::from_audited_text(format!("{select} {clause}"))
}

#[tokio::test]
async fn a_clause_that_the_server_reads_cannot_make_a_part_look_whole() {
    let harness = Harness::new().await;
    for (clauses, are_read) in [(&CLAUSES[..], true), (&NO_CLAUSES[..], false)] {
        for clause in clauses {
            let row = harness.direct.query_one(written(clause, "max_threads", "7")).await.unwrap();
            let is_set = column::<UInt8Array>(&row, "is_set").unwrap().value(0) == 1;
            assert_eq!(is_set, are_read, "{clause}");
            let broken = written(clause, "timeout_overflow_mode", "'break'");
            let answer = harness.direct.query_one(broken).await;
            assert_eq!(matches!(answer, Err(DbError::InvalidInput { .. })), are_read, "{clause}");
        }
    }
}
