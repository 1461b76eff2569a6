//! One session of the manager.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::endpoints::Endpoints;
use super::permits::Permits;
use super::single_flight::SingleFlight;
use super::table_cache::TableCache;
use crate::config::ClickHouseConfig;
use crate::policy::budget::RetryBudget;
use crate::policy::deadline::Deadline;
use crate::policy::delays::Jitter;
use crate::wire::cancel_guard::Cancellations;
use crate::wire::tracked::Requests;
use crate::wire::transport::Dialer;

/// How long closing waits for cancelled calls to notice, and for the server to be told.
const CLOSE_GRACE: Duration = Duration::from_secs(2);

/// All that lives from an opening of the manager to its closing.
pub(crate) struct Session {
    pub(crate) config: Arc<ClickHouseConfig>,
    pub(crate) endpoints: Endpoints,
    pub(crate) permits: Permits,
    pub(crate) budget: RetryBudget,
    pub(crate) jitter: Jitter,
    pub(crate) tables: TableCache,
    pub(crate) cancellations: Cancellations,
    pub(crate) requests: Requests,
    /// Calls of the port that have begun, and streams that were handed out.
    pub(crate) under_way: TaskTracker,
    pub(crate) closing: CancellationToken,
    pub(crate) connecting: SingleFlight,
    connected: AtomicBool,
    /// A server was asked which version it is, and that one is supported.
    version_checked: AtomicBool,
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
            permits: Permits::new(config.max_concurrent_requests, config.acquire_timeout),
            budget: RetryBudget::new(config.retry_budget),
            jitter: Jitter::new(jitter_seed),
            tables: TableCache::default(),
            cancellations: Cancellations::new(),
            requests: dialer.requests.clone(),
            under_way: TaskTracker::new(),
            closing: CancellationToken::new(),
            connecting: SingleFlight::default(),
            connected: AtomicBool::new(false),
            version_checked: AtomicBool::new(false),
            config: Arc::clone(config),
        }
    }

    /// The deadline of a call that begins now. `own` is the caller's time limit.
    pub(crate) fn deadline(&self, own: Option<Duration>) -> Deadline {
        Deadline::new(own, self.config.send_receive_timeout, self.config.attempt_timeout)
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected.load(Ordering::SeqCst)
    }

    pub(crate) fn set_connected(&self, connected: bool) {
        self.connected.store(connected, Ordering::SeqCst);
    }

    pub(crate) fn is_version_checked(&self) -> bool {
        self.version_checked.load(Ordering::SeqCst)
    }

    pub(crate) fn set_version_checked(&self, checked: bool) {
        self.version_checked.store(checked, Ordering::SeqCst);
    }

    /// Gives calls under way their time to end, then ends them.
    ///
    /// # Cancel safety
    /// When the future is dropped, they are ended at once.
    pub(crate) async fn close(&self) {
        let ending = self.closing.clone().drop_guard();
        self.under_way.close();
        if timeout(self.config.close_timeout, self.under_way.wait()).await.is_err() {
            drop(ending);
            // A call that does not notice is not waited for.
            drop(timeout(CLOSE_GRACE, self.under_way.wait()).await);
        }
        drop(timeout(CLOSE_GRACE, self.cancellations.ended()).await);
    }
}
