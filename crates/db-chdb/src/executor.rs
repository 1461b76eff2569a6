//! The port on the engine inside the process.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use db_port::adapter::{ConcurrencyLimit, check_settings};
use db_port::{
    DbError, Health, Insert, InsertSummary, QueryExecutor, RecordStream, Result, Statement,
};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::config::ChdbConfig;
use crate::drain::Drain;
use crate::engine::Engine;
use crate::session::Session;
use crate::{execute, health, insert, query, worker};

/// The port on the engine inside the process.
pub struct ChdbExecutor {
    config: Arc<ChdbConfig>,
    state: Mutex<State>,
    connected: AtomicBool,
    limit: ConcurrencyLimit,
    drain: Arc<Drain>,
}

enum State {
    Idle,
    Open(Session),
    Closed,
}

impl ChdbExecutor {
    /// An executor that opens the engine when it is first used.
    #[must_use]
    pub fn new(config: ChdbConfig) -> Self {
        let limit = ConcurrencyLimit::new(config.max_concurrent_requests, config.acquire_timeout);
        Self {
            config: Arc::new(config),
            state: Mutex::new(State::Idle),
            connected: AtomicBool::new(false),
            limit,
            drain: Arc::default(),
        }
    }

    /// The session, opened if there was none yet; after a closing only where `reopen` says so.
    async fn session(&self, reopen: bool) -> Result<Session> {
        let mut state = self.state.lock().await;
        match &*state {
            State::Open(session) => return Ok(session.clone()),
            State::Closed if !reopen => return Err(DbError::Closed),
            State::Closed | State::Idle => {}
        }
        let config = Arc::clone(&self.config);
        let opened = spawn_blocking(move || Engine::open(&config)).await.map_err(worker::lost)?;
        let session = Session {
            config: Arc::clone(&self.config),
            engine: Arc::new(opened?),
            limit: self.limit.clone(),
            drain: Arc::clone(&self.drain),
        };
        *state = State::Open(session.clone());
        self.connected.store(true, Ordering::SeqCst);
        Ok(session)
    }
}

#[async_trait]
impl QueryExecutor for ChdbExecutor {
    async fn connect(&self) -> Result<()> {
        self.session(true).await.map(drop)
    }

    fn is_connected(&self) -> bool {
        self.connected.load(Ordering::SeqCst)
    }

    async fn query(&self, statement: Statement) -> Result<RecordStream> {
        statement.check()?;
        query::run(self.session(false).await?, statement, None).await
    }

    async fn execute(&self, statement: Statement) -> Result<()> {
        statement.check()?;
        execute::run(self.session(false).await?, statement).await
    }

    async fn insert(&self, insert: Insert) -> Result<InsertSummary> {
        check_settings(insert.settings())?;
        insert::run(self.session(false).await?, insert).await
    }

    async fn health_check(&self) -> Result<Health> {
        health::check(&self.config, self.session(false)).await
    }

    async fn close(&self) -> Result<()> {
        let mut state = self.state.lock().await;
        let before = std::mem::replace(&mut *state, State::Closed);
        self.connected.store(false, Ordering::SeqCst);
        let drain = Arc::clone(&self.drain);
        // Shutting the engine down writes what is left to disk, which may take a moment.
        let shut_down = spawn_blocking(move || {
            drop(before);
            drain.wait();
        });
        shut_down.await.map_err(worker::lost)
    }
}

impl fmt::Display for ChdbExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.config.location)
    }
}

impl fmt::Debug for ChdbExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChdbExecutor")
            .field("config", &self.config)
            .field("connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}
