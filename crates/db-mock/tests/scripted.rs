//! What tests that use a script rely on.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::{RecordBatch, record_batch};
use db_mock::{Call, QueryReply, ScriptedExecutor};
use db_port::{
    DbError, Health, Identifier, Insert, QueryExecutor, QueryExecutorExt, Statement, Value,
};
use futures_util::TryStreamExt;

const SELECT: &str = "SELECT a\n    FROM t";

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn rows() -> RecordBatch {
    record_batch!(("a", Int32, [1, 2])).unwrap()
}

fn syntax_error() -> DbError {
    DbError::Database { code: 62, message: "Syntax error".into(), query_id: None }
}

fn insert() -> Insert {
    Insert::new(Identifier::from_static("t"), rows())
}

#[tokio::test]
async fn answers_come_in_the_order_of_the_script() {
    let db = ScriptedExecutor::new();
    db.on_query("FROM t", rows())
        .on_query("", syntax_error())
        .on_execute("DROP TABLE", Ok(()))
        .on_insert("t", Ok(()))
        .on_insert("t", Err(DbError::Closed))
        .on_health(Ok(Health::new("26.7.1.1", Duration::ZERO)));
    assert_eq!(db.query_all(Statement::new(SELECT)).await.unwrap(), rows());
    assert_eq!(db.query(Statement::new(SELECT)).await.unwrap_err().code(), Some(62));
    db.execute(Statement::new("DROP TABLE t")).await.unwrap();
    assert_eq!(db.insert(insert()).await.unwrap().rows, 2);
    assert!(matches!(db.insert(insert()).await, Err(DbError::Closed)));
    assert_eq!(db.health_check().await.unwrap().version, "26.7.1.1");
    db.assert_finished();
}

#[tokio::test]
async fn everything_asked_is_recorded() {
    let db = ScriptedExecutor::new();
    db.on_query("", rows()).on_insert("t", Err(DbError::Closed)).on_execute("", Ok(()));
    let select =
        Statement::new("SELECT {a:Int64}").bind("a", 1).with_setting("max_threads", 4).idempotent();
    db.query(select.clone()).await.unwrap();
    db.insert(insert().with_deduplication_token("x")).await.unwrap_err();
    let drop_table = Statement::new("DROP TABLE t");
    db.execute(drop_table.clone()).await.unwrap();

    assert!(matches!(&db.calls()[..], [Call::Query(_), Call::Insert(_), Call::Execute(_)]));
    assert_eq!(db.statements(), [select, drop_table]);
    assert_eq!(db.statements()[0].parameter("a"), Some(&Value::Int(1)));
    assert_eq!(db.inserts()[0].batch(), &rows());
    assert_eq!(db.inserts()[0].deduplication_token(), Some("x"));
}

#[tokio::test]
async fn a_query_can_fail_between_batches() {
    let db = ScriptedExecutor::new();
    db.on_query("FROM t", QueryReply::batches([rows(), rows()]).then_fail(syntax_error()));
    let mut stream = db.query(Statement::new("SELECT * FROM t")).await.unwrap();
    assert_eq!(stream.schema(), &rows().schema());
    assert_eq!(stream.try_next().await.unwrap(), Some(rows()));
    assert_eq!(stream.try_next().await.unwrap(), Some(rows()));
    assert_eq!(stream.try_next().await.unwrap_err().code(), Some(62));
    assert_eq!(stream.try_next().await.unwrap(), None);
}

#[tokio::test]
async fn white_space_in_the_text_does_not_matter() {
    let db = ScriptedExecutor::new();
    db.on_query("SELECT a FROM\tt", rows());
    db.query(Statement::new(SELECT)).await.unwrap();
}

#[tokio::test]
async fn an_invalid_statement_or_setting_is_refused_and_takes_nothing() {
    let db = ScriptedExecutor::new();
    db.on_query("", rows());
    for error in [
        db.query(Statement::new("SELECT {a:Int64}")).await.unwrap_err(),
        db.execute(Statement::new("SELECT 1").bind("a", 1)).await.unwrap_err(),
        db.insert(insert().with_setting("a b", 1)).await.unwrap_err(),
    ] {
        assert!(matches!(error, DbError::InvalidInput { .. }), "{error}");
    }
    assert!(db.calls().is_empty());
    db.query(Statement::new("SELECT 1")).await.unwrap();
}

#[tokio::test]
async fn a_closed_executor_refuses_calls_until_it_is_connected_again() {
    let db = ScriptedExecutor::new();
    db.on_query("", rows());
    assert!(!db.is_connected());
    db.connect().await.unwrap();
    assert!(db.is_connected());
    db.close().await.unwrap();
    db.close().await.unwrap();
    assert!(!db.is_connected());
    assert!(matches!(db.query(Statement::new("SELECT 1")).await, Err(DbError::Closed)));
    assert!(matches!(db.execute(Statement::new("SELECT 1")).await, Err(DbError::Closed)));
    assert!(matches!(db.insert(insert()).await, Err(DbError::Closed)));
    assert!(matches!(db.health_check().await, Err(DbError::Closed)));
    db.connect().await.unwrap();
    db.query(Statement::new("SELECT 1")).await.unwrap();
}

#[tokio::test]
async fn the_first_call_connects() {
    let db = ScriptedExecutor::new();
    db.on_execute("", Ok(())).execute(Statement::new("SELECT 1")).await.unwrap();
    assert!(db.is_connected());
}

#[tokio::test]
#[should_panic(expected = "unexpected call: query SELECT {a:Int64}
    parameter a = Int(7)
    setting max_threads = 4
queued:
  1. query with \"FROM t\"
  2. insert into t")]
async fn an_unexpected_text_shows_what_was_asked_and_what_was_queued() {
    let db = ScriptedExecutor::new();
    db.on_query("FROM t", rows()).on_insert("t", Ok(()));
    let asked = Statement::new("SELECT {a:Int64}").bind("a", 7).with_setting("max_threads", 4);
    drop(db.query(asked).await);
}

#[tokio::test]
#[should_panic(expected = "unexpected call: insert of 2 rows into t\nqueued: nothing")]
async fn a_call_beyond_the_end_of_the_script_panics() {
    drop(ScriptedExecutor::new().insert(insert()).await);
}

#[tokio::test]
#[should_panic(expected = "unexpected call: health check\nqueued:\n  1. execute with \"CREATE\"")]
async fn a_call_out_of_order_panics() {
    let db = ScriptedExecutor::new();
    db.on_execute("CREATE", Ok(())).on_health(Err(DbError::Closed));
    drop(db.health_check().await);
}

#[test]
#[should_panic(expected = "queued but never asked for:\n  1. insert into t")]
fn an_unused_script_fails_when_it_is_dropped() {
    ScriptedExecutor::new().on_insert("t", Ok(()));
}

#[test]
fn an_unused_script_fails_when_asked_whether_it_is_finished() {
    let failure = std::panic::catch_unwind(|| {
        let db = ScriptedExecutor::new();
        db.on_health(Err(DbError::Closed)).assert_finished();
    })
    .unwrap_err();
    let message = failure.downcast_ref::<String>().unwrap();
    assert!(message.contains("never asked for:\n  1. health check"), "{message}");
}

#[tokio::test]
#[should_panic(expected = "unexpected call: execute SELECT 1")]
async fn a_panic_swallowed_by_a_task_still_fails_the_test() {
    let db = Arc::new(ScriptedExecutor::new());
    let task = tokio::spawn({
        let db = Arc::clone(&db);
        async move { db.execute(Statement::new("SELECT 1")).await }
    });
    assert!(task.await.unwrap_err().is_panic());
}
