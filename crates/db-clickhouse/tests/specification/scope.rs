//! FR-007: scoped use.

use std::sync::Arc;
use std::time::Duration;

use db_clickhouse::ClickHouseManager;
use db_port::{DbError, QueryExecutor, QueryExecutorExt};
use tokio::time::{sleep, timeout};
use wiremock::ResponseTemplate;

use crate::support::table::{Class, Tokens, server};
use crate::support::{arrow, exception, version};
use crate::{LATE, SOON, answering, manager, on};

#[tokio::test]
async fn fr_007_scoped_use_connects_and_closes_on_every_way_out() {
    let server = answering(arrow(&[version()])).await;
    let open = || Arc::new(manager(on(&server)));

    let db = open();
    let seven = Arc::clone(&db)
        .scoped(async |db| {
            assert!(db.is_connected());
            Class::Read.run(&*db).await?;
            Ok::<_, DbError>(7)
        })
        .await;
    assert_eq!(seven.unwrap(), 7);
    assert_closed(&db).await;

    let db = open();
    let failed = Arc::clone(&db)
        .scoped(async |_| {
            Err::<(), _>(DbError::InvalidInput { what: "x".into(), reason: "y".into() })
        })
        .await;
    assert!(matches!(failed, Err(DbError::InvalidInput { .. })), "{failed:?}");
    assert_closed(&db).await;

    let db = open();
    let panicking = Arc::clone(&db);
    let task = tokio::spawn(panicking.scoped(async |db: Arc<ClickHouseManager>| {
        assert!(!db.is_connected(), "on purpose");
        Ok::<_, DbError>(())
    }));
    assert!(task.await.unwrap_err().is_panic());
    assert_closed(&db).await;

    let db = open();
    let endless = Arc::clone(&db).scoped(async |_| {
        std::future::pending::<()>().await;
        Ok::<_, DbError>(())
    });
    timeout(SOON, endless).await.unwrap_err();
    assert_closed(&db).await;
}

#[tokio::test]
async fn fr_007_a_connect_that_fails_or_is_given_up_is_closed_too() {
    let refusal = ResponseTemplate::new(403).set_body_string(exception(516, "Refused."));
    let silence = ResponseTemplate::new(200).set_delay(LATE);
    for answer in [refusal, silence] {
        let server = server(Tokens::Ignored, answer).await;
        let db = Arc::new(manager(on(&server)));
        let scope = Arc::clone(&db).scoped(async |_| Ok::<_, DbError>(()));
        let ended = timeout(SOON, scope).await;
        assert!(!matches!(ended, Ok(Ok(()))), "{ended:?}");
        assert_closed(&db).await;
    }
}

/// Closing may happen in the background.
async fn assert_closed(db: &ClickHouseManager) {
    timeout(LATE, async {
        while !matches!(db.health_check().await, Err(DbError::Closed)) {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
}
