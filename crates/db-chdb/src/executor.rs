//! The port on the engine inside the process.

use std::fmt;
use std::sync::{Arc, MutexGuard, PoisonError};

use async_trait::async_trait;
use db_port::adapter::ConcurrencyLimit;
use db_port::{
    DbError, Health, Insert, InsertSummary, QueryExecutor, RecordStream, Result, Statement,
};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::config::ChdbConfig;
use crate::error::lost;
use crate::session::{Open, Session};
use crate::{execute, health, insert, query, settings};

/// The port on the engine inside the process.
pub struct ChdbExecutor {
    config: Arc<ChdbConfig>,
    state: std::sync::Mutex<State>,
    /// Held by whoever opens the engine, so that all others wait for the same opening.
    opening: Mutex<()>,
    limit: ConcurrencyLimit,
}

enum State {
    Idle,
    Open(Open),
    Closed,
}

impl ChdbExecutor {
    /// An executor that opens the engine when it is first used.
    #[must_use]
    pub fn new(config: ChdbConfig) -> Self {
        let limit = ConcurrencyLimit::new(config.max_concurrent_requests, config.acquire_timeout);
        Self {
            config: Arc::new(config),
            state: std::sync::Mutex::new(State::Idle),
            opening: Mutex::new(()),
            limit,
        }
    }

    /// The session, opened if there was none yet; after a closing only where `reopen` says so.
    async fn session(&self, reopen: bool) -> Result<Arc<Session>> {
        if let Some(session) = self.open_session(reopen)? {
            return Ok(session);
        }
        let _turn = self.opening.lock().await;
        if let Some(session) = self.open_session(false)? {
            return Ok(session);
        }
        let (config, limit) = (Arc::clone(&self.config), self.limit.clone());
        let opened = spawn_blocking(move || Open::new(config, limit)).await.map_err(lost)??;
        let mut state = self.state();
        if matches!(*state, State::Closed) {
            return Err(DbError::Closed);
        }
        let session = Arc::clone(&opened.session);
        *state = State::Open(opened);
        Ok(session)
    }

    /// The session, if it is open; `reopen` makes a closed executor as good as new.
    fn open_session(&self, reopen: bool) -> Result<Option<Arc<Session>>> {
        let mut state = self.state();
        match &*state {
            State::Open(open) => return Ok(Some(Arc::clone(&open.session))),
            State::Closed if !reopen => return Err(DbError::Closed),
            State::Closed | State::Idle => *state = State::Idle,
        }
        Ok(None)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl QueryExecutor for ChdbExecutor {
    async fn connect(&self) -> Result<()> {
        self.session(true).await.map(drop)
    }

    fn is_connected(&self) -> bool {
        matches!(*self.state(), State::Open(_))
    }

    async fn query(&self, statement: Statement) -> Result<RecordStream> {
        settings::check_statement(&statement)?;
        query::run(self.session(false).await?, statement, None).await
    }

    async fn execute(&self, statement: Statement) -> Result<()> {
        settings::check_statement(&statement)?;
        execute::run(self.session(false).await?, statement).await
    }

    async fn insert(&self, insert: Insert) -> Result<InsertSummary> {
        settings::of_insert(&insert)?;
        insert::run(self.session(false).await?, insert).await
    }

    async fn health_check(&self) -> Result<Health> {
        health::check(&self.config, self.session(false)).await
    }

    async fn close(&self) -> Result<()> {
        let before = std::mem::replace(&mut *self.state(), State::Closed);
        match before {
            State::Open(open) => open.close().await,
            State::Idle | State::Closed => Ok(()),
        }
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
