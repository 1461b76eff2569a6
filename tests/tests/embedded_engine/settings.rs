//! Settings of single calls: which ones are refused, and what the others reach.

use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{DbError, QueryExecutor, QueryExecutorExt, Result, Statement};

use crate::{alone, numbers};

fn assert_refused<T: std::fmt::Debug>(result: Result<T>, setting: &str) {
    let error = result.unwrap_err();
    assert!(matches!(error, DbError::InvalidInput { .. }), "{setting}: {error:?}");
    assert!(error.to_string().contains(&format!("setting {setting}")), "{error}");
}

#[tokio::test]
async fn a_setting_that_the_adapter_relies_on_is_refused() {
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    for name in ["log_comment", "async_insert", "timeout_overflow_mode", "profile", "param_n"] {
        let statement = Statement::new("SELECT 1 AS n").with_setting(name, 1);
        assert_refused(db.query(statement.clone()).await, name);
        assert_refused(db.execute(statement).await, name);
        assert_refused(db.insert(numbers::insert([1]).with_setting(name, 1)).await, name);
    }
    for name in ["insert_deduplicate", "insert_deduplication_token", "deduplicate_insert"] {
        assert_refused(db.insert(numbers::insert([1]).with_setting(name, 1)).await, name);
    }
    for (text, name) in [
        ("SELECT 1 AS n SETTINGS log_comment = 'mine'", "log_comment"),
        (
            "SELECT n FROM (SELECT 1 AS n SETTINGS Log_Comment = 'x', `async_insert` = 1)",
            "async_insert",
        ),
        ("INSERT INTO t SETTINGS async_insert = 1 VALUES (1)", "async_insert"),
        ("SET log_comment = 'mine'", "log_comment"),
        (
            "SELECT 1 AS n SETTINGS max_execution_time = 1, timeout_overflow_mode = 'break'",
            "timeout_overflow_mode",
        ),
        ("SELECT 1 AS n SETTINGS profile = 'default'", "profile"),
    ] {
        assert_refused(db.query(Statement::new(text)).await, name);
        assert_refused(db.execute(Statement::new(text)).await, name);
    }
    assert!(!db.is_connected());
}

#[tokio::test]
async fn the_longest_text_of_a_statement_is_what_its_caller_says() {
    let _engine = alone().await;
    let db = ChdbExecutor::new(ChdbConfig::in_memory());
    let parameter = "x".repeat(100_000);
    // Together they are more than the engine parses by default.
    let bound = |text: &str| {
        let names = ["a", "b", "c"].map(|name| format!("{{{name}:String}}"));
        let text = format!("SELECT {} /* {text} */", names.join(", "));
        let statement = Statement::from_audited_text(text);
        ["a", "b", "c"].into_iter().fold(statement, |s, name| s.bind(name, parameter.as_str()))
    };
    // Shorter than the parameters, which the adapter sends apart.
    let long = "x".repeat(280_000);
    let error = db.query_all(bound(&long)).await.unwrap_err();
    assert_eq!(error.code(), Some(62), "longer than the default: {error}");
    db.query_all(bound(&long).with_setting("max_query_size", 1_000_000)).await.unwrap();
    let error = db.query_all(bound("").with_setting("max_query_size", 10)).await.unwrap_err();
    assert_eq!(error.code(), Some(62), "{error}");
    db.query_all(bound("").with_setting("max_query_size", 1_000)).await.unwrap();
    db.close().await.unwrap();
}
