//! An executor that tells how a list was made.

use std::fmt::{self, Display};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use db_port::{
    Health, Insert, InsertSummary, QueryExecutor, RecordStream, Result, Statement, Value,
};

/// Keeps each query.
#[derive(Debug)]
pub(crate) struct Spy {
    db: Arc<dyn QueryExecutor>,
    queries: Mutex<Vec<Statement>>,
}

impl Spy {
    pub(crate) fn on(db: Arc<dyn QueryExecutor>) -> Arc<Self> {
        Arc::new(Self { db, queries: Mutex::default() })
    }

    /// Whether the queries since the last call did without a scan of the table.
    pub(crate) fn saw_no_scan(&self) -> bool {
        let queries = std::mem::take(&mut *self.queries.lock().unwrap());
        assert!(queries[0].sql().contains("mergeTreeIndex"), "{queries:?}");
        let bounds = ["mergeTreeIndex", "indexHint", "IN {parts:"];
        let is_bounded = |query: &Statement| {
            let is_of_one = query.parameter("symbol").is_some_and(|symbol| *symbol != Value::Null);
            is_of_one || bounds.iter().any(|part| query.sql().contains(part))
        };
        queries.iter().all(is_bounded)
    }
}

impl Display for Spy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.db.fmt(f)
    }
}

#[async_trait]
impl QueryExecutor for Spy {
    async fn connect(&self) -> Result<()> {
        self.db.connect().await
    }

    fn is_connected(&self) -> bool {
        self.db.is_connected()
    }

    async fn query(&self, statement: Statement) -> Result<RecordStream> {
        self.queries.lock().unwrap().push(statement.clone());
        self.db.query(statement).await
    }

    async fn execute(&self, statement: Statement) -> Result<()> {
        self.db.execute(statement).await
    }

    async fn insert(&self, insert: Insert) -> Result<InsertSummary> {
        self.db.insert(insert).await
    }

    async fn health_check(&self) -> Result<Health> {
        self.db.health_check().await
    }

    async fn close(&self) -> Result<()> {
        self.db.close().await
    }
}
