//! What lives from an opening of the executor to its closing.

use std::sync::{Arc, Weak};
use std::time::Duration;

use db_port::adapter::{ConcurrencyLimit, Permit, Setting};
use db_port::{DbError, Identifier, Phase, Result, Statement};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::config::ChdbConfig;
use crate::connection::Connection;
use crate::engine::Engine;
use crate::error::lost;
use crate::killer::Killer;
use crate::settings;
use crate::setup::Setup;
use crate::share::Share;
use crate::under_way::UnderWay;
use crate::work::Work;

/// How long closing waits, after its grace time, for cancelled work to leave the engine and for the
/// engine to shut down, which writes what is left to disk.
const CLOSE_LIMIT: Duration = Duration::from_secs(10);

/// A session, and the share that keeps its engine open.
pub(crate) struct Open {
    pub(crate) session: Arc<Session>,
    engine: Share,
}

/// What calls work with. None of it keeps the engine open.
pub(crate) struct Session {
    pub(crate) config: Arc<ChdbConfig>,
    /// The settings of every statement.
    pub(crate) settings: Vec<Setting>,
    pub(crate) engine: Weak<Engine>,
    pub(crate) killer: Killer,
    pub(crate) under_way: UnderWay,
    limit: ConcurrencyLimit,
}

impl Open {
    /// Opens the engine, or joins the one that is open. Blocks.
    pub(crate) fn new(config: Arc<ChdbConfig>, limit: ConcurrencyLimit) -> Result<Self> {
        let settings = settings::of_config(&config)?;
        let engine = Share::new(Engine::open(&config)?);
        let session = Session {
            killer: Killer::start(engine.downgrade()).map_err(|error| DbError::Unavailable {
                target: config.location.to_string(),
                reason: "the system gives no thread for ending queries".into(),
                source: Some(error.into()),
            })?,
            settings,
            engine: engine.downgrade(),
            under_way: UnderWay::new(),
            limit,
            config,
        };
        session.try_settings()?;
        Ok(Self { session: Arc::new(session), engine })
    }

    /// Gives work under way its time to end, then ends it; then gives the engine back.
    ///
    /// # Cancel safety
    /// When the future is dropped, work is ended at once, and the engine is given back.
    pub(crate) async fn close(self) -> Result<()> {
        let Self { session, engine } = self;
        let grace = session.config.close_timeout;
        session.under_way.close();
        let ending = EndOnDrop(Some(&session));
        match timeout(grace, session.under_way.ended()).await {
            Ok(()) => ending.disarm(),
            Err(_) => drop(ending),
        }
        let given_back = async {
            session.under_way.ended().await;
            spawn_blocking(move || engine.give_back()).await.map_err(lost)
        };
        timeout(CLOSE_LIMIT, given_back).await.unwrap_or_else(|_| {
            let limit = grace.saturating_add(CLOSE_LIMIT);
            Err(DbError::Timeout { phase: Phase::Close, limit })
        })
    }
}

impl Session {
    /// Waits for a permit, at most for `wait`, and not longer than until closing begins.
    pub(crate) async fn permit(&self, wait: Option<Duration>) -> Result<Permit> {
        tokio::select! {
            biased;
            () = self.under_way.closed() => Err(DbError::Closed),
            permit = self.limit.acquire(wait) => permit,
        }
    }

    /// What a connection is set to for a call without parameters: the session's settings, and those
    /// of the call, which override them.
    pub(crate) fn setup(&self, own: Vec<Setting>) -> Setup {
        let settings = self.settings.iter().cloned().chain(own).collect();
        Setup { database: self.config.database.clone(), settings, parameters: Vec::new() }
    }

    /// A connection that is ready for a statement.
    pub(crate) fn connection(
        &self,
        engine: Arc<Engine>,
        work: &Work,
        statement: &Statement,
    ) -> Result<Connection> {
        let mut setup = self.setup(settings::of_statement(statement)?);
        setup.parameters = statement.parameters().map(|(name, _)| name.to_owned()).collect();
        setup.parameters.sort_unstable();
        Connection::open_for(engine, work.id(), setup, statement)
    }

    /// Cancels all work and has the engine told.
    fn end_work(&self) {
        for work in self.under_way.cancel() {
            self.killer.kill(work);
        }
    }

    fn try_settings(&self) -> Result<()> {
        if self.settings.is_empty() {
            return Ok(());
        }
        let engine = self.engine.upgrade().ok_or(DbError::Closed)?;
        let work = Work::new(Default::default());
        // The database of the session need not be there yet.
        let system = Identifier::from_static("system");
        let setup = Setup { database: system, ..self.setup(Vec::new()) };
        Connection::open(engine, work.id(), setup).map(drop).map_err(|error| {
            DbError::Configuration { key: "settings".into(), reason: error.to_string() }
        })
    }
}

struct EndOnDrop<'a>(Option<&'a Session>);

impl EndOnDrop<'_> {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.0.take() {
            session.end_work();
        }
    }
}
