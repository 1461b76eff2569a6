//! The executor: a session that opens and closes, and the operations on it.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use clickhouse::Client;
use db_port::{
    BoxError, DbError, Health, Insert, InsertSummary, QueryExecutor, RecordStream, Result,
    Statement,
};
use hyper::Uri;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tower_service::Service;

use crate::config::ClickHouseConfig;
use crate::operations::query::Query;
use crate::operations::reconcile::InsertOutcome;
use crate::operations::{connect, execute, health, insert, reconcile};
use crate::session::Session;
use crate::wire::transport::{Dialer, reaching};

/// The port on a ClickHouse server or cluster, over its HTTP interface.
pub struct ClickHouseManager {
    config: Arc<ClickHouseConfig>,
    dialer: Dialer,
    jitter_seed: Option<u64>,
    /// None when closed.
    session: Mutex<Option<Arc<Session>>>,
}

impl ClickHouseManager {
    /// An executor on the servers that `config` names. Opens no connection.
    ///
    /// # Errors
    /// [`DbError::Configuration`] that names the part of `config` that cannot work.
    pub fn new(config: ClickHouseConfig) -> Result<Self> {
        config.validate()?;
        let dialer = Dialer::new(&config)?;
        Ok(Self::with_dialer(config, dialer))
    }

    /// As [`ClickHouseManager::new`], over connections that `connector` makes to the addresses in
    /// `config`: a proxy, a socket of another kind, a simulated network. TLS is then up to it.
    ///
    /// # Errors
    /// As [`ClickHouseManager::new`].
    pub fn with_connector<C>(config: ClickHouseConfig, connector: C) -> Result<Self>
    where
        C: Service<Uri, Future: Send + 'static, Error: Into<BoxError>>,
        C: Clone + Send + Sync + 'static,
        C::Response: Read + Write + Connection + Send + Unpin + 'static,
    {
        config.validate()?;
        let dialer = Dialer::over(&config, connector);
        Ok(Self::with_dialer(config, dialer))
    }

    fn with_dialer(config: ClickHouseConfig, dialer: Dialer) -> Self {
        let config = Arc::new(config);
        let session = Mutex::new(Some(Arc::new(Session::new(&config, &dialer, None))));
        Self { config, dialer, jitter_seed: None, session }
    }

    /// Seeds the jitter of the waits before retries, for tests that must run the same way every
    /// time. For an executor that was not used yet.
    #[must_use]
    pub fn with_jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        let session = Session::new(&self.config, &self.dialer, self.jitter_seed);
        self.session = Mutex::new(Some(Arc::new(session)));
        self
    }

    /// Connects, with retries, and returns the official client on the server that answered, for
    /// what the port does not offer, such as typed rows. It has connections of its own. Its requests
    /// are not limited, retried or cancelled by this manager.
    ///
    /// # Errors
    /// Those of [`QueryExecutor::connect`].
    ///
    /// # Cancel safety
    /// That of [`QueryExecutor::connect`].
    pub async fn client(&self) -> Result<Client> {
        self.connect().await?;
        let session = self.session()?;
        let endpoint = session.endpoints.last_to_answer();
        Ok(reaching(self.dialer.callers_client(), &endpoint.server, endpoint.compression))
    }

    /// Finds out what became of an insert that ended in [`DbError::OutcomeUnknown`] with
    /// `query_id`: from the query logs of all hosts, then by comparing what the table holds under
    /// the keys of its rows. Needs `SELECT` on the table.
    ///
    /// # Errors
    /// Those of a query; also when a host cannot be asked and no other has all rows.
    ///
    /// # Cancel safety
    /// It only reads. When the future is dropped, the question under way ends on the server.
    pub async fn reconcile(&self, insert: &Insert, query_id: &str) -> Result<InsertOutcome> {
        reconcile::run(&*self.session()?, insert, query_id).await
    }

    /// The session, whose closing waits for the call.
    fn session(&self) -> Result<OpenCall> {
        self.locked().as_ref().map(OpenCall::begin).ok_or(DbError::Closed)
    }

    /// As [`Self::session`], opened again where it was closed.
    fn reopened(&self) -> OpenCall {
        let open = || Arc::new(Session::new(&self.config, &self.dialer, self.jitter_seed));
        OpenCall::begin(self.locked().get_or_insert_with(open))
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Option<Arc<Session>>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call of the port, from its beginning to its end.
struct OpenCall {
    session: Arc<Session>,
    _under_way: TaskTrackerToken,
}

impl OpenCall {
    /// Under the lock of the session, so that none closes it before it knows of the call.
    fn begin(session: &Arc<Session>) -> Self {
        Self { _under_way: session.under_way.token(), session: Arc::clone(session) }
    }
}

impl Deref for OpenCall {
    type Target = Arc<Session>;

    fn deref(&self) -> &Self::Target {
        &self.session
    }
}

#[async_trait]
impl QueryExecutor for ClickHouseManager {
    async fn connect(&self) -> Result<()> {
        connect::run(&self.reopened()).await
    }

    fn is_connected(&self) -> bool {
        self.locked().as_ref().is_some_and(|session| session.is_connected())
    }

    async fn query(&self, statement: Statement) -> Result<RecordStream> {
        let session = self.session()?;
        Query::new(&session, session.deadline(statement.timeout())).rows(&statement).await
    }

    async fn execute(&self, statement: Statement) -> Result<()> {
        execute::run(&*self.session()?, &statement).await
    }

    async fn insert(&self, insert: Insert) -> Result<InsertSummary> {
        insert::run(&*self.session()?, &insert).await
    }

    async fn health_check(&self) -> Result<Health> {
        health::run(&*self.session()?).await
    }

    async fn close(&self) -> Result<()> {
        let session = self.locked().take();
        if let Some(session) = session {
            session.close().await;
        }
        Ok(())
    }
}

impl fmt::Display for ClickHouseManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config.fmt(f)
    }
}

impl fmt::Debug for ClickHouseManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClickHouseManager")
            .field("config", &self.config)
            .field("connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}
