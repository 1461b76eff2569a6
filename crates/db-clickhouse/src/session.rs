use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use db_port::Result;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::ClickHouseConfig;
use crate::endpoints::Endpoints;
use crate::http::Dialer;
use crate::joined::Joined;
use crate::limits::Limits;
use crate::pool::Pool;
use crate::protection::Protections;
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
    pub(crate) kills: TaskTracker,
    pub(crate) closing: CancellationToken,
    connected: AtomicBool,
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
            kills: TaskTracker::new(),
            closing: CancellationToken::new(),
            connected: AtomicBool::new(false),
            connecting: Joined::default(),
            config: Arc::clone(config),
        }
    }

    pub(crate) fn limits(&self, own: Option<Duration>) -> Limits {
        Limits::new(own, self.config.request_timeout, self.config.attempt_timeout)
    }

    /// Connects unless that was done, or waits for a connect that is under way.
    pub(crate) async fn connect(self: &Arc<Self>) -> Result<()> {
        if self.is_connected() {
            return Ok(());
        }
        let session = Arc::clone(self);
        self.connecting.run(|| async move { session.greet().await }).await
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected.load(Ordering::SeqCst)
    }

    pub(crate) fn set_connected(&self, connected: bool) {
        self.connected.store(connected, Ordering::SeqCst);
    }

    /// Gives calls under way their time to end, then ends them.
    pub(crate) async fn close(&self) {
        if !self.pool.drained(self.config.close_timeout).await {
            self.closing.cancel();
            self.pool.drained(LAST_WORDS).await;
        }
        self.closing.cancel();
        self.kills.close();
        // Whoever does not answer now is not waited for.
        drop(tokio::time::timeout(LAST_WORDS, self.kills.wait()).await);
    }
}
