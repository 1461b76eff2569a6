//! An executor that tells how a list was made.

use std::fmt::{self, Display};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use db_port::{Health, Insert, InsertSummary, QueryExecutor, RecordStream, Result, Statement};

/// Keeps the text of each query.
#[derive(Debug)]
pub(crate) struct Spy {
    db: Arc<dyn QueryExecutor>,
    queries: Mutex<Vec<String>>,
}

impl Spy {
    pub(crate) fn on(db: Arc<dyn QueryExecutor>) -> Arc<Self> {
        Arc::new(Self { db, queries: Mutex::default() })
    }

    /// Whether the queries since the last call did without a scan of the table.
    pub(crate) fn saw_no_scan(&self) -> bool {
        let queries = std::mem::take(&mut *self.queries.lock().unwrap());
        assert!(queries[0].contains("mergeTreeIndex"), "{queries:?}");
        let bounds = ["mergeTreeIndex", "indexHint", "IN {parts:", "symbol = {symbol:"];
        let scans = |query: &String| query.contains("{interval:Nullable(String)}");
        assert!(queries.iter().all(|q| scans(q) || bounds.iter().any(|part| q.contains(part))));
        !queries.iter().any(scans)
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
        self.queries.lock().unwrap().push(statement.sql().to_owned());
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
