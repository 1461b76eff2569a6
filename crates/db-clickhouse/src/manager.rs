use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arrow_array::StringArray;
use async_trait::async_trait;
use clickhouse::Client;
use db_port::{
    DbError, Health, Insert, InsertSummary, Phase, QueryExecutor, QueryExecutorExt, RecordStream,
    Result, Statement, column,
};

use crate::config::ClickHouseConfig;
use crate::error::classify;
use crate::http::Dialer;
use crate::limits::Limits;
use crate::request::{Kind, Request};
use crate::{insert, stream};

/// The port on a ClickHouse server, over its HTTP interface.
pub struct ClickHouseManager {
    dialer: Dialer,
    server: Arc<str>,
    state: Mutex<State>,
}

/// Without a client it is closed, and never connected.
struct State {
    client: Option<Client>,
    connected: bool,
}

impl ClickHouseManager {
    /// An executor on the server that `config` names. Opens no connection.
    ///
    /// # Errors
    /// [`DbError::Configuration`] that names the part of `config` that cannot work.
    pub fn new(config: ClickHouseConfig) -> Result<Self> {
        config.check()?;
        let server = config.server(&config.endpoints[0]).into();
        let dialer = Dialer::new(config)?;
        let state = Mutex::new(State { client: Some(dialer.client()), connected: false });
        Ok(Self { dialer, server, state })
    }

    fn with_state<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn client(&self) -> Result<Client> {
        self.with_state(|state| state.client.clone().ok_or(DbError::Closed))
    }

    /// Remembers what `result` says about the connection.
    fn note<T>(&self, result: Result<T>) -> Result<T> {
        let now = match &result {
            Ok(_) | Err(DbError::Database { .. }) => true,
            Err(DbError::Unavailable { .. } | DbError::Timeout { phase: Phase::Connect, .. }) => {
                false
            }
            Err(_) => return result,
        };
        self.with_state(|state| state.connected = now && state.client.is_some());
        result
    }

    fn limits(&self, own: Option<Duration>) -> Limits {
        Limits::new(own, self.dialer.config().request_timeout)
    }
}

const VERSION: Statement = Statement::new("SELECT version() AS version");

#[async_trait]
impl QueryExecutor for ClickHouseManager {
    async fn connect(&self) -> Result<()> {
        self.with_state(|state| {
            state.client.get_or_insert_with(|| self.dialer.client());
        });
        if self.is_connected() {
            return Ok(());
        }
        self.query_one(VERSION).await.map(drop)
    }

    fn is_connected(&self) -> bool {
        self.with_state(|state| state.connected)
    }

    async fn query(&self, statement: Statement) -> Result<RecordStream> {
        let client = self.client()?;
        let request = Request::new(&self.server, Kind::Query, self.limits(statement.timeout()));
        self.note(stream::open(&client, &statement, request).await)
    }

    async fn execute(&self, statement: Statement) -> Result<()> {
        let client = self.client()?;
        let request = Request::new(&self.server, Kind::Statement, self.limits(statement.timeout()));
        let query = request.prepare(&client, &statement)?;
        self.note(match request.limits.hold(Phase::Request, query.execute()).await {
            Ok(answer) => answer.map_err(|error| classify(error, &request, None)),
            Err(timeout) => {
                Err(request.unanswered("no answer in time", Some(timeout.into()), None))
            }
        })
    }

    async fn insert(&self, insert: Insert) -> Result<InsertSummary> {
        let client = self.client()?;
        let limits = self.limits(insert.timeout());
        self.note(insert::run(&client, &self.server, &insert, limits).await)
    }

    async fn health_check(&self) -> Result<Health> {
        let begin = Instant::now();
        let limit = self.dialer.config().health_timeout;
        let row = self.query_one(VERSION.with_timeout(limit)).await?;
        Ok(Health::new(column::<StringArray>(&row, "version")?.value(0), begin.elapsed()))
    }

    async fn close(&self) -> Result<()> {
        self.with_state(|state| *state = State { client: None, connected: false });
        Ok(())
    }
}

impl fmt::Display for ClickHouseManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.dialer.config().fmt(f)
    }
}

impl fmt::Debug for ClickHouseManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClickHouseManager")
            .field("config", self.dialer.config())
            .field("connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}
