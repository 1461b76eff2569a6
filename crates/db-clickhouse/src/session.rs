use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use db_port::{DbError, Result};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::ClickHouseConfig;
use crate::endpoints::Endpoints;
use crate::http::Dialer;
use crate::joined::Joined;
use crate::kill::Kills;
use crate::limits::Limits;
use crate::pool::Pool;
use crate::protection::Protections;
use crate::reading::Reading;
use crate::retry::{Jitter, RetryBudget};

/// How long closing waits for cancelled calls to notice, and for the server to be told.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// All that lives from an opening of the manager to its closing.
pub(crate) struct Session {
    pub(crate) config: Arc<ClickHouseConfig>,
    pub(crate) endpoints: Endpoints,
    pub(crate) pool: Pool,
    pub(crate) budget: RetryBudget,
    pub(crate) jitter: Jitter,
    pub(crate) protections: Protections,
    pub(crate) kills: Kills,
    /// Calls of the port that have begun, and streams that were handed out.
    pub(crate) under_way: TaskTracker,
    pub(crate) closing: CancellationToken,
    connected: AtomicBool,
    /// A server was asked which version it is, and that one is supported.
    version_checked: AtomicBool,
    connecting: Joined,
}

impl Session {
    /// Opens no connection.
    pub(crate) fn new(
        config: &Arc<ClickHouseConfig>,
        dialer: &Dialer,
        jitter_seed: Option<u64>,
    ) -> Self {
        Self {
            endpoints: Endpoints::new(config, &dialer.client()),
            pool: Pool::new(config.max_connections, config.pool_timeout),
            budget: RetryBudget::new(config.retry_budget),
            jitter: Jitter::new(jitter_seed),
            protections: Protections::default(),
            kills: Kills::new(),
            under_way: TaskTracker::new(),
            closing: CancellationToken::new(),
            connected: AtomicBool::new(false),
            version_checked: AtomicBool::new(false),
            connecting: Joined::default(),
            config: Arc::clone(config),
        }
    }

    pub(crate) fn limits(&self, own: Option<Duration>) -> Limits {
        Limits::new(own, self.config.request_timeout, self.config.attempt_timeout)
    }

    pub(crate) const fn reading(&self, limits: Limits) -> Reading<'_> {
        Reading::new(self, limits)
    }

    /// Connects and asks for the version unless that was done, or waits for a connect that is under
    /// way.
    pub(crate) async fn connect(self: &Arc<Self>) -> Result<()> {
        if self.is_connected() && self.version_checked.load(Ordering::SeqCst) {
            return Ok(());
        }
        let session = Arc::clone(self);
        // Whatever a server answers to this, it answers at once.
        let patience = self.config.connect_timeout;
        let ask = || async move {
            let limits = Limits::new(None, patience, session.config.attempt_timeout);
            let version = session.reading(limits).version().await;
            session.version_checked.store(version.is_ok(), Ordering::SeqCst);
            if matches!(version, Err(DbError::UnsupportedVersion { .. })) {
                session.set_connected(false);
            }
            version.map(drop)
        };
        self.connecting.run(ask).await
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected.load(Ordering::SeqCst)
    }

    pub(crate) fn set_connected(&self, connected: bool) {
        self.connected.store(connected, Ordering::SeqCst);
    }

    /// Gives calls under way their time to end, then ends them, at once if nobody waits for this.
    pub(crate) async fn close(&self) {
        let ending = self.closing.clone().drop_guard();
        self.under_way.close();
        if timeout(self.config.close_timeout, self.under_way.wait()).await.is_err() {
            drop(ending);
            // Whoever does not notice now is not waited for.
            drop(timeout(LAST_WORDS, self.under_way.wait()).await);
        }
        drop(timeout(LAST_WORDS, self.kills.ended()).await);
    }
}
