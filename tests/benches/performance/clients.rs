//! The executors that the rows are measured on: the engine in this process and a server beside it,
//! each started when it is first needed, and a database of its own for each section.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arrow_array::UInt64Array;
use candle_repository::CandleRepository;
use chdb_server::{Server, ServerConfig, User};
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{Identifier, QueryExecutor, QueryExecutorExt, Statement, column};

pub(crate) const USER: &str = "bench";
pub(crate) const PASSWORD: &str = "bench";

pub(crate) struct Clients {
    store: PathBuf,
    open: Vec<Arc<dyn QueryExecutor>>,
    server: Option<Server>,
}

/// A store with an empty table of candles.
pub(crate) struct Store {
    pub(crate) db: Arc<dyn QueryExecutor>,
    pub(crate) candles: CandleRepository,
    pub(crate) database: String,
}

impl Clients {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { store: folder.join("store"), open: Vec::new(), server: None }
    }

    /// In this process, on disk.
    pub(crate) async fn embedded(&mut self, database: &str) -> Store {
        let config = ChdbConfig::on_disk(&self.store);
        let admin = ChdbExecutor::new(config.clone());
        let name = Identifier::new(database.to_owned()).unwrap();
        self.open(admin, ChdbExecutor::new(config.with_database(name)), database).await
    }

    /// On a server, at our defaults.
    pub(crate) async fn server(&mut self, database: &str) -> Store {
        let url = self.server_url();
        let name = Identifier::new(database.to_owned()).unwrap();
        let config = ClickHouseConfig::from_url(&url).unwrap();
        let admin = ClickHouseManager::new(config.clone()).unwrap();
        let db = ClickHouseManager::new(config.with_database(name)).unwrap();
        self.open(admin, db, database).await
    }

    /// Where the server is, with a user that may do everything.
    pub(crate) fn server_url(&mut self) -> String {
        let config = || ServerConfig::temporary().with_user(User::new(USER, PASSWORD));
        self.server.get_or_insert_with(|| Server::start(config()).unwrap()).url()
    }

    async fn open(
        &mut self,
        admin: impl QueryExecutor + 'static,
        db: impl QueryExecutor + 'static,
        database: &str,
    ) -> Store {
        let create = "CREATE DATABASE IF NOT EXISTS {database:Identifier}";
        admin.execute(Statement::new(create).bind("database", database)).await.unwrap();
        let db: Arc<dyn QueryExecutor> = Arc::new(db);
        self.open.push(Arc::new(admin));
        self.open.push(Arc::clone(&db));
        let candles = CandleRepository::new(Arc::clone(&db));
        candles.create_schema().await.unwrap();
        Store { db, candles, database: database.to_owned() }
    }

    pub(crate) async fn close(&mut self) {
        for db in self.open.drain(..).rev() {
            db.close().await.unwrap();
        }
        self.server = None;
    }
}

impl Store {
    /// Waits until nothing is merged any more, as it is a moment after storing.
    pub(crate) async fn settle(&self) {
        let merging = "SELECT count() AS n FROM system.merges";
        let mut quiet = 0;
        while quiet < 3 {
            let row = self.db.query_one(Statement::new(merging)).await.unwrap();
            let merging = column::<UInt64Array>(&row, "n").unwrap().value(0);
            quiet = if merging == 0 { quiet + 1 } else { 0 };
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Drops what is stored and makes the table again.
    pub(crate) async fn empty(&self) {
        let drop = Statement::new("DROP TABLE IF EXISTS candles SYNC");
        self.db.execute(drop).await.unwrap();
        self.candles.create_schema().await.unwrap();
    }

    /// Merges all parts of each partition into one.
    pub(crate) async fn merge(&self) {
        self.db.execute(Statement::new("OPTIMIZE TABLE candles FINAL")).await.unwrap();
    }
}
