//! What callers hear of a replicated table that is read-only.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::{ArrayRef, Int64Array, RecordBatch, UInt64Array};
use candlehouse_tests::query_log;
use candlehouse_tests::server::{Server, empty_database};
use candlehouse_tests::table::number;
use candlehouse_tests::zookeeper::ZooKeeper;
use chdb_server::ServerConfig;
use db_clickhouse::{ClickHouseConfig, ClickHouseManager, InsertOutcome};
use db_port::{DbError, Identifier, Insert, QueryExecutor, Statement};

type Test = fn() -> Pin<Box<dyn Future<Output = ()>>>;

pub(crate) const TESTS: [(&str, Test); 3] = [
    ("a_table_without_a_port_for_its_replicas_is_made_and_read", || Box::pin(made_and_read())),
    ("an_insert_that_the_server_holds_up_ends_in_time_and_stores_nothing", || Box::pin(held_up())),
    ("an_insert_that_is_turned_away_is_tried_as_often_as_allowed", || Box::pin(turned_away())),
];

const TABLE: Identifier = Identifier::from_static("t");
const CREATE: Statement = Statement::new(
    "CREATE TABLE t (v Int64, r UInt64) \
     ENGINE = ReplicatedReplacingMergeTree('/t', '{replica}', r) ORDER BY v",
);
const INSERT: &str = "INSERT INTO `t`";
/// What the server calls a table that is read-only.
const READ_ONLY: Option<i32> = Some(242);
const CANCELLED: Option<i32> = Some(394);

struct Replica {
    db: ClickHouseManager,
    config: ClickHouseConfig,
    server: Server,
    _zookeeper: ZooKeeper,
}

impl Replica {
    /// A replicated table, empty, on a server that other replicas could not reach.
    async fn new() -> Self {
        let zookeeper = ZooKeeper::start().await;
        let config = ServerConfig::temporary()
            .with_query_log()
            .with_keeper(zookeeper.address())
            .with_macro("replica", "a");
        let server = Server::own(config);
        let config = empty_database(server.url(), "read_only").await;
        let db = ClickHouseManager::new(config.clone()).unwrap();
        db.execute(CREATE).await.unwrap();
        Self { db, config, server, _zookeeper: zookeeper }
    }

    async fn number(&self, sql: &'static str) -> u64 {
        number(&self.db, Statement::new(sql)).await
    }
}

fn rows() -> Insert {
    let value: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let revision: ArrayRef = Arc::new(UInt64Array::from(vec![1, 1]));
    Insert::new(TABLE, RecordBatch::try_from_iter([("v", value), ("r", revision)]).unwrap())
}

async fn made_and_read() {
    let replica = Replica::new().await;
    let read_only = "SELECT toUInt64(is_readonly) AS n FROM system.replicas";
    assert_eq!(replica.number(read_only).await, 1);
    assert_eq!(replica.number("SELECT count() AS n FROM t").await, 0);
    replica.server.kill();
}

/// The server itself tries for minutes, unless it is told not to.
async fn held_up() {
    let replica = Replica::new().await;
    let limit = Duration::from_secs(2);
    let begin = Instant::now();
    let error = replica.db.insert(rows().with_timeout(limit)).await.unwrap_err();
    let took = begin.elapsed();
    assert!(took < 2 * limit, "{took:?}");
    let DbError::OutcomeUnknown { query_id, .. } = error else { panic!("{error:?}") };
    let logged = query_log::ended(&replica.db, INSERT, 1).await;
    assert_eq!((&logged[0].query_id, logged[0].code), (&query_id, CANCELLED));
    let outcome = replica.db.reconcile(&rows(), &query_id).await.unwrap();
    assert_eq!(outcome, InsertOutcome::NotStored);
    replica.server.kill();
}

async fn turned_away() {
    let replica = Replica::new().await;
    let config = replica.config.clone().with_max_retries(2);
    let db = ClickHouseManager::new(config.with_retry_base_delay(Duration::from_millis(20)));
    let impatient = rows().with_setting("insert_keeper_max_retries", 0);
    let error = db.unwrap().insert(impatient).await.unwrap_err();
    let DbError::OutcomeUnknown { query_id, source, .. } = error else { panic!("{error:?}") };
    let cause = source.as_ref().and_then(|source| source.downcast_ref::<DbError>());
    assert_eq!(cause.and_then(DbError::code), READ_ONLY);
    let logged = query_log::ended(&replica.db, INSERT, 3).await;
    assert!(logged.iter().all(|logged| logged.code == READ_ONLY), "{logged:#?}");
    assert_eq!(logged[2].query_id, query_id);
    assert_eq!(replica.number("SELECT count() AS n FROM t").await, 0);
    replica.server.kill();
}
