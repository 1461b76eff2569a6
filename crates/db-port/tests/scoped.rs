//! Scoped use closes on every way out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

use std::sync::Arc;
use std::time::Duration;

use db_mock::ScriptedExecutor;
use db_port::{DbError, QueryExecutor, QueryExecutorExt, Statement};

fn executor() -> Arc<ScriptedExecutor> {
    Arc::new(ScriptedExecutor::new())
}

/// A closed executor refuses, an open one would be surprised.
async fn assert_closed(db: &ScriptedExecutor) {
    let result = db.execute(Statement::new("SELECT 1")).await;
    assert!(matches!(result, Err(DbError::Closed)), "{result:?}");
}

#[tokio::test]
async fn success_returns_the_value_and_closes() {
    let db = executor();
    let value = Arc::clone(&db)
        .scoped(async |db| {
            assert!(db.is_connected());
            Ok::<_, DbError>(7)
        })
        .await;
    assert_eq!(value.unwrap(), 7);
    assert_closed(&db).await;
}

#[tokio::test]
async fn an_error_is_returned_and_closes() {
    let db = executor();
    let failed = Arc::clone(&db).scoped(async |_| Err::<(), _>(DbError::Closed)).await;
    assert!(matches!(failed, Err(DbError::Closed)));
    assert!(!db.is_connected());
    assert_closed(&db).await;
}

#[tokio::test]
async fn a_panic_closes() {
    let db = executor();
    let scoped = Arc::clone(&db).scoped(async |_| {
        if db.is_connected() {
            panic!("on purpose");
        }
        Ok::<_, DbError>(())
    });
    let panicked =
        futures_util::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(scoped)).await;
    assert!(panicked.is_err());
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_closed(&db).await;
}

#[tokio::test]
async fn giving_up_closes() {
    let db = executor();
    let endless = Arc::clone(&db).scoped(async |_| {
        std::future::pending::<()>().await;
        Ok::<_, DbError>(())
    });
    tokio::time::timeout(Duration::from_millis(10), endless).await.unwrap_err();
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_closed(&db).await;
}

#[tokio::test]
async fn it_works_through_a_trait_object() {
    let db: Arc<dyn QueryExecutor> = executor();
    Arc::clone(&db).scoped(async |_| Ok::<_, DbError>(())).await.unwrap();
    assert!(!db.is_connected());
}
