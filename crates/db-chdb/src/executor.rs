use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use arrow_array::StringArray;
use async_trait::async_trait;
use db_port::adapter::{ConcurrencyLimit, check_settings};
use db_port::{
    DbError, Health, Insert, InsertSummary, Phase, QueryExecutor, RecordStream, Result, Statement,
    column,
};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::departures::Departures;
use crate::engine::Engine;
use crate::operation::Operation;
use crate::{ChdbConfig, insert, query, worker};

/// The port on the engine inside the process.
pub struct ChdbExecutor {
    config: ChdbConfig,
    state: Mutex<State>,
    connected: AtomicBool,
    limit: ConcurrencyLimit,
    departures: Arc<Departures>,
}

enum State {
    Idle,
    Open(Arc<Engine>),
    Closed,
}

impl ChdbExecutor {
    /// An executor that opens the engine when it is first used.
    #[must_use]
    pub fn new(config: ChdbConfig) -> Self {
        let limit = ConcurrencyLimit::new(config.max_concurrent_requests, config.acquire_timeout);
        Self {
            config,
            state: Mutex::new(State::Idle),
            connected: AtomicBool::new(false),
            limit,
            departures: Arc::default(),
        }
    }

    async fn engine(&self, reopen: bool) -> Result<Arc<Engine>> {
        let mut state = self.state.lock().await;
        match &*state {
            State::Open(engine) => return Ok(Arc::clone(engine)),
            State::Closed if !reopen => return Err(DbError::Closed),
            State::Closed | State::Idle => {}
        }
        let config = self.config.clone();
        let opened = spawn_blocking(move || Engine::open(&config)).await.map_err(worker::lost)?;
        let engine = Arc::new(opened?);
        *state = State::Open(Arc::clone(&engine));
        self.connected.store(true, Ordering::SeqCst);
        Ok(engine)
    }

    fn operation(&self, engine: Arc<Engine>) -> Operation {
        Operation::new(engine, Arc::clone(&self.departures))
    }

    async fn query_within(
        &self,
        statement: Statement,
        wait: Option<Duration>,
    ) -> Result<RecordStream> {
        statement.check()?;
        let engine = self.engine(false).await?;
        let permit = self.limit.acquire(wait).await?;
        let operation = self.operation(engine);
        let id = Arc::clone(operation.id());
        let limit = statement.timeout();
        let (sender, receiver) = query::channel();
        let (guard, _handle) =
            worker::start(operation, self.config.database.clone(), permit, move |session| {
                query::run(session, &statement, &id, sender);
            });
        query::receive(receiver, guard, limit).await
    }
}

#[async_trait]
impl QueryExecutor for ChdbExecutor {
    async fn connect(&self) -> Result<()> {
        self.engine(true).await.map(drop)
    }

    fn is_connected(&self) -> bool {
        self.connected.load(Ordering::SeqCst)
    }

    async fn query(&self, statement: Statement) -> Result<RecordStream> {
        self.query_within(statement, None).await
    }

    async fn execute(&self, statement: Statement) -> Result<()> {
        statement.check()?;
        let engine = self.engine(false).await?;
        let permit = self.limit.acquire(None).await?;
        let limit = statement.timeout();
        let (_guard, handle) = worker::start(
            self.operation(engine),
            self.config.database.clone(),
            permit,
            move |session| {
                let mut session = session?;
                session.prepare(&statement)?;
                session.update(statement.sql())
            },
        );
        match limit {
            None => handle.await.map_err(worker::lost)?,
            Some(limit) => match timeout(limit, handle).await {
                Ok(result) => result.map_err(worker::lost)?,
                Err(_) => Err(DbError::Timeout { phase: Phase::Request, limit }),
            },
        }
    }

    async fn insert(&self, insert: Insert) -> Result<InsertSummary> {
        check_settings(insert.settings())?;
        let engine = self.engine(false).await?;
        let permit = self.limit.acquire(None).await?;
        let operation = self.operation(engine);
        let id = Arc::clone(operation.id());
        let unknown = |source: DbError| DbError::OutcomeUnknown {
            what: format!("the insert into {}", insert.table()),
            query_id: id.to_string(),
            source: Some(source.into()),
        };
        let limit = insert.timeout();
        let database = self.config.database.clone();
        let (_guard, handle) = worker::start(operation, database.clone(), permit, {
            let insert = insert.clone();
            move |session| insert::run(session?, &database, &insert)
        });
        let joined = match limit {
            None => handle.await,
            Some(limit) => match timeout(limit, handle).await {
                Ok(joined) => joined,
                Err(_) => return Err(unknown(DbError::Timeout { phase: Phase::Request, limit })),
            },
        };
        joined.map_err(|lost| unknown(worker::lost(lost)))?
    }

    async fn health_check(&self) -> Result<Health> {
        let limit = self.config.health_timeout;
        let begin = Instant::now();
        let check = async {
            let wait = limit.min(self.config.acquire_timeout).mul_f64(0.9);
            let version = Statement::new("SELECT version() AS version");
            let mut rows = self.query_within(version, Some(wait)).await?;
            let batch = futures_util::TryStreamExt::try_next(&mut rows).await?;
            let batch = batch.ok_or_else(|| DbError::UnexpectedResult {
                expected: "the engine's version".into(),
                found: "no row".into(),
            })?;
            Ok(column::<StringArray>(&batch, "version")?.value(0).to_owned())
        };
        match timeout(limit, check).await {
            Ok(version) => Ok(Health::new(version?, begin.elapsed())),
            Err(_) => Err(DbError::Timeout { phase: Phase::Request, limit }),
        }
    }

    async fn close(&self) -> Result<()> {
        let mut state = self.state.lock().await;
        let before = std::mem::replace(&mut *state, State::Closed);
        self.connected.store(false, Ordering::SeqCst);
        let departures = Arc::clone(&self.departures);
        // Shutting the engine down writes what is left to disk, which may take a moment.
        let shut_down = spawn_blocking(move || {
            drop(before);
            departures.wait();
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
