//! Ends a request's work on the server when its caller is gone.

use std::sync::Arc;
use std::time::Duration;

use clickhouse::Client;
use db_port::adapter::ConcurrencyLimit;
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};
use tokio_util::task::TaskTracker;

use super::tracked::Tracked;

/// The server may not know the query yet when it is first told to end it.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(100);
/// For one query, from when the server is first told.
const LIMIT: Duration = Duration::from_secs(5);

/// At the same time: cancelling must not become a load of its own.
const CONCURRENT: usize = 8;
/// How long one may wait for its turn.
const TURN: Duration = Duration::from_secs(60);

/// The cancellations under way, so that closing can wait for them.
#[derive(Clone)]
pub(crate) struct Cancellations {
    tasks: TaskTracker,
    permits: ConcurrencyLimit,
}

impl Cancellations {
    pub(crate) fn new() -> Self {
        Self { tasks: TaskTracker::new(), permits: ConcurrencyLimit::new(CONCURRENT, TURN) }
    }

    /// Waits until none is under way.
    pub(crate) async fn ended(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Ends a request's work on the server when it is dropped before the outcome is known: the server
/// does not stop statements and inserts of its own accord when their client goes away.
pub(crate) struct CancelGuard {
    cancellations: Cancellations,
    client: Client,
    tracked: Arc<Tracked>,
    armed: bool,
}

impl CancelGuard {
    pub(crate) fn new(
        cancellations: &Cancellations,
        client: &Client,
        tracked: &Arc<Tracked>,
    ) -> Self {
        let (cancellations, client) = (cancellations.clone(), client.clone());
        Self { cancellations, client, tracked: Arc::clone(tracked), armed: true }
    }

    /// The query id, unless the request was never sent and never will be.
    pub(crate) fn sent(&self) -> Option<String> {
        (!self.tracked.withdraw()).then(|| self.tracked.query_id().to_owned())
    }

    /// The server has ended it.
    pub(crate) const fn disarm(&mut self) {
        self.armed = false;
    }
}

impl Drop for CancelGuard {
    fn drop(&mut self) {
        if !self.armed {
            return;
        }
        let (Some(query_id), Ok(runtime)) = (self.sent(), Handle::try_current()) else {
            return;
        };
        let client = self.client.clone();
        let permits = self.cancellations.permits.clone();
        let work = async move {
            let Ok(_permit) = permits.acquire(None).await else { return };
            // Its caller is gone, so that there is none to tell whether it worked.
            drop(timeout(LIMIT, kill(client, query_id)).await);
        };
        self.cancellations.tasks.spawn_on(work, &runtime);
    }
}

async fn kill(client: Client, query_id: String) {
    for attempt in 1..=ATTEMPTS {
        let kill = client
            .query_raw("KILL QUERY WHERE query_id = {id:String} ASYNC FORMAT TabSeparated")
            .with_setting("param_id", &query_id);
        let Ok(mut answer) = kill.fetch_bytes("TabSeparated") else { return };
        // A server that cannot be told is not to be told again and again.
        match answer.collect().await {
            Ok(ended) if ended.is_empty() => sleep(PAUSE * attempt).await,
            _ => return,
        }
    }
}
