//! Users whose settings ignore deduplication tokens.

use candlehouse_tests::fault::Fault;
use candlehouse_tests::number_tables::{WINDOWED, numbers};
use chdb_server::User;
use db_port::{DbError, QueryExecutor};

use crate::harness::Harness;

#[tokio::test]
async fn an_insert_of_a_user_whose_settings_ignore_tokens_is_sent_once() {
    let careless = User::new("careless", "p").with_setting("deduplicate_insert", "disable");
    let harness = Harness::with([careless]).await;
    let db = harness.through(|config| config.with_user("careless").with_password("p"));
    harness.proxy.inserts_meet([Fault::Lose]);
    let error = db.insert(numbers(WINDOWED, [1])).await.unwrap_err();
    assert!(matches!(error, DbError::OutcomeUnknown { .. }), "{error:?}");
    assert_eq!(harness.log("INSERT INTO `windowed`", 1).await.len(), 1);
    assert_eq!(harness.rows(&WINDOWED).await, 1);
}

#[tokio::test]
async fn an_insert_of_a_user_who_would_rather_not_deduplicate_is_deduplicated() {
    let user = User::new("other", "p").with_setting("insert_deduplicate", 0);
    let harness = Harness::with([user]).await;
    let db = harness.through(|config| config.with_user("other").with_password("p"));
    harness.proxy.inserts_meet([Fault::Lose]);
    db.insert(numbers(WINDOWED, [1])).await.unwrap();
    assert_eq!(harness.log("INSERT INTO `windowed`", 2).await.len(), 2);
    assert_eq!(harness.rows(&WINDOWED).await, 1);
}
