//! What the engine and an executor's statements can be started with.

use std::num::{NonZeroU64, NonZeroUsize};

use candlehouse_tests::table::text;
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{DbError, QueryExecutor, QueryExecutorExt, Statement};

use crate::{alone, numbers};

async fn refusal(config: ChdbConfig) -> String {
    let db = ChdbExecutor::new(config);
    let error = db.connect().await.unwrap_err();
    assert!(matches!(error, DbError::Configuration { .. }), "{error:?}");
    assert!(!db.is_connected());
    error.to_string()
}

#[tokio::test]
async fn a_setting_reaches_every_statement_and_a_calls_own_overrides_it() {
    let _engine = alone().await;
    let threads = NonZeroUsize::new(3).unwrap();
    let config =
        ChdbConfig::in_memory().with_max_threads(threads).with_setting("max_rows_to_read", 7);
    let db = ChdbExecutor::new(config);
    let others = ChdbExecutor::new(ChdbConfig::in_memory());
    let ask = Statement::new(
        "SELECT concat(toString(getSetting('max_threads')), ' ', \
         toString(getSetting('max_rows_to_read'))) AS s",
    );
    assert_eq!(text(&db, ask.clone()).await, "3 7");
    assert_eq!(text(&db, ask.clone().with_setting("max_threads", 2)).await, "2 7");
    assert_eq!(text(&db, ask.clone()).await, "3 7");
    assert_ne!(text(&others, ask).await, "3 7");
    numbers::create(&db).await;
    let too_much = "INSERT INTO numbers SELECT number FROM system.numbers LIMIT 100";
    let error = db.execute(Statement::new(too_much)).await.unwrap_err();
    assert_eq!(error.code(), Some(158), "{error}");
    db.close().await.unwrap();
    others.close().await.unwrap();
}

#[tokio::test]
async fn a_setting_that_the_engine_or_the_adapter_cannot_take_is_an_error_of_opening() {
    let _engine = alone().await;
    for (name, value, reason) in [
        ("no_such_setting", "1", "no_such_setting"),
        ("max_threads", "many", "many"),
        ("log_comment", "mine", "setting log_comment"),
        ("async_insert", "1", "setting async_insert"),
        ("insert_deduplicate", "0", "setting insert_deduplicate"),
        ("max_threads = 1, readonly", "1", "max_threads = 1, readonly"),
    ] {
        let error = refusal(ChdbConfig::in_memory().with_setting(name, value)).await;
        assert!(error.contains("settings") && error.contains(reason), "{name}: {error}");
    }
    for name in ["no_such_setting", "a b"] {
        let error = refusal(ChdbConfig::in_memory().with_server_setting(name, 1)).await;
        assert!(error.contains(name), "{error}");
    }
    let db = ChdbExecutor::new(ChdbConfig::in_memory().with_server_setting("mark_cache_size", "x"));
    let error = db.connect().await.unwrap_err().to_string();
    assert!(error.contains("takes no such value of mark_cache_size"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = ChdbExecutor::new(ChdbConfig::on_disk(folder.path()));
    elsewhere.connect().await.unwrap();
    elsewhere.close().await.unwrap();
}

#[tokio::test]
async fn the_engine_uses_no_more_memory_than_it_may() {
    let _engine = alone().await;
    let bytes = NonZeroU64::new(1 << 30).unwrap();
    let db = ChdbExecutor::new(ChdbConfig::in_memory().with_max_server_memory(bytes));
    let large = "SELECT length(groupArray(number)) AS n FROM numbers(300000000)";
    let error = db.query_all(Statement::new(large)).await.unwrap_err();
    assert_eq!(error.code(), Some(241), "{error}");
    assert!(error.to_string().contains("1.00 GiB"), "{error}");
    numbers::works(&db).await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn backups_go_where_the_configuration_says_and_nowhere_else() {
    let _engine = alone().await;
    let folder = tempfile::tempdir().unwrap();
    let db = ChdbExecutor::new(ChdbConfig::in_memory().with_backups_path(folder.path()));
    numbers::create(&db).await;
    db.insert(numbers::insert([1, 2])).await.unwrap();
    db.execute(Statement::new("BACKUP TABLE numbers TO File('two')")).await.unwrap();
    assert!(folder.path().join("two").is_dir());
    db.execute(Statement::new("DROP TABLE numbers SYNC")).await.unwrap();
    db.execute(Statement::new("RESTORE TABLE numbers FROM File('two')")).await.unwrap();
    assert_eq!(numbers::count(&db).await, 2);
    let outside = "BACKUP TABLE numbers TO File('/elsewhere/two')";
    assert!(db.execute(Statement::new(outside)).await.unwrap_err().code().is_some());
    db.close().await.unwrap();
    let without = ChdbExecutor::new(ChdbConfig::in_memory());
    numbers::create(&without).await;
    let error = without.execute(Statement::new("BACKUP TABLE numbers TO File('two')")).await;
    assert_eq!(error.unwrap_err().code(), Some(318));
    without.close().await.unwrap();
    let error = refusal(ChdbConfig::in_memory().with_backups_path("/no/such/folder")).await;
    assert!(error.contains("backups path") && error.contains("/no/such/folder"), "{error}");
}

#[tokio::test]
async fn executors_share_an_engine_only_if_they_do_not_want_another() {
    let _engine = alone().await;
    let pool =
        |threads| ChdbConfig::in_memory().with_server_setting("background_pool_size", threads);
    let first = ChdbExecutor::new(pool(3));
    first.connect().await.unwrap();
    for config in [pool(3), ChdbConfig::in_memory()] {
        let same = ChdbExecutor::new(config);
        numbers::works(&same).await.unwrap();
        same.close().await.unwrap();
    }
    let error = refusal(pool(4)).await;
    assert!(error.contains("engine options"), "{error}");
    first.close().await.unwrap();
    let next = ChdbExecutor::new(pool(4));
    next.connect().await.unwrap();
    next.close().await.unwrap();
}
