//! The requests under way: whether they were sent, and whether ClickHouse answered.
//!
//! The HTTP client opens connections and sends requests out of sight, and goes on with an insert
//! that was dropped. What is known here was seen on the connections themselves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::witness::Summary;

/// The requests that somebody waits for, by their query ids.
#[derive(Debug, Clone, Default)]
pub(crate) struct Requests(Arc<Mutex<HashMap<String, Progress>>>);

#[derive(Debug)]
struct Progress {
    reached: Reached,
    cancelled: CancellationToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    Nothing,
    /// A connection may have sent a part of it.
    Sent,
    /// All of it was sent, and an answer began.
    Answered,
    /// As before, and by ClickHouse itself.
    Acknowledged(Summary),
}

impl Requests {
    /// A request that is about to be sent, and is given up when `closing` is cancelled.
    pub(crate) fn track(&self, query_id: &str, closing: &CancellationToken) -> Tracked {
        let cancelled = closing.child_token();
        let progress = Progress { reached: Reached::Nothing, cancelled: cancelled.clone() };
        self.lock().insert(query_id.to_owned(), progress);
        Tracked { requests: self.clone(), query_id: query_id.to_owned(), cancelled }
    }

    /// A connection is about to send it. It must not if nobody waits for it any more, and is to be
    /// closed when what is returned is cancelled.
    pub(super) fn sends(&self, query_id: &str) -> Option<CancellationToken> {
        let mut requests = self.lock();
        let progress = requests.get_mut(query_id)?;
        progress.reached = Reached::Sent;
        Some(progress.cancelled.clone())
    }

    /// The answer to all of it has begun. Nobody may be waiting for it any more.
    pub(super) fn answered(&self, query_id: &str, summary: Option<Summary>) {
        if let Some(progress) = self.lock().get_mut(query_id) {
            progress.reached = summary.map_or(Reached::Answered, Reached::Acknowledged);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request. When it is dropped, it is not sent any more; a connection that has sent it and has
/// no answer yet is closed.
#[derive(Debug)]
pub(crate) struct Tracked {
    requests: Requests,
    query_id: String,
    cancelled: CancellationToken,
}

impl Tracked {
    pub(crate) fn query_id(&self) -> &str {
        &self.query_id
    }

    /// What ClickHouse acknowledged it with.
    pub(super) fn acknowledgement(&self) -> Option<Summary> {
        match self.reached()? {
            Reached::Acknowledged(summary) => Some(summary),
            Reached::Nothing | Reached::Sent | Reached::Answered => None,
        }
    }

    /// Whether it was never sent. If so, it never will be.
    pub(crate) fn withdraw(&self) -> bool {
        let mut requests = self.requests.lock();
        if requests.get(&self.query_id).is_some_and(|it| it.reached != Reached::Nothing) {
            return false;
        }
        requests.remove(&self.query_id);
        true
    }

    /// Ends when it was not sent in this time, and never will be.
    pub(crate) async fn withdrawn_after(&self, limit: Duration) {
        sleep(limit).await;
        if !self.withdraw() {
            std::future::pending().await
        }
    }

    /// Closes its connection when dropped, whatever has come back.
    pub(crate) fn close_on_drop(&self) -> DropGuard {
        self.cancelled.clone().drop_guard()
    }

    fn reached(&self) -> Option<Reached> {
        self.requests.lock().get(&self.query_id).map(|progress| progress.reached)
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        // What has an answer is closed, or kept, by the HTTP client.
        if let None | Some(Reached::Nothing | Reached::Sent) = self.reached() {
            self.cancelled.cancel();
        }
        self.requests.lock().remove(&self.query_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: Summary = Summary { written_rows: None };

    fn track(requests: &Requests) -> Tracked {
        requests.track("a-1", &CancellationToken::new())
    }

    #[test]
    fn only_requests_under_way_are_remembered() {
        let requests = Requests::default();
        let tracked = track(&requests);
        requests.answered("b-1", Some(SUMMARY));
        assert_eq!(tracked.acknowledgement(), None);
        requests.answered("a-1", None);
        assert_eq!(tracked.acknowledgement(), None);
        requests.answered("a-1", Some(SUMMARY));
        assert_eq!(tracked.acknowledgement(), Some(SUMMARY));
        drop(tracked);
        assert!(requests.lock().is_empty());
    }

    #[test]
    fn what_was_dropped_or_withdrawn_is_not_sent() {
        let requests = Requests::default();
        let tracked = track(&requests);
        assert!(tracked.withdraw() && tracked.withdraw());
        assert!(requests.sends("a-1").is_none());
        drop(track(&requests));
        assert!(requests.sends("a-1").is_none());
        let tracked = track(&requests);
        assert!(requests.sends("a-1").is_some());
        assert!(!tracked.withdraw());
    }

    #[test]
    fn a_connection_without_an_answer_is_closed_when_its_request_is_dropped() {
        for answer in [None, Some(None), Some(Some(SUMMARY))] {
            let requests = Requests::default();
            let tracked = track(&requests);
            let cancelled = requests.sends("a-1").unwrap();
            if let Some(summary) = answer {
                requests.answered("a-1", summary);
            }
            assert!(!cancelled.is_cancelled());
            drop(tracked);
            assert_eq!(cancelled.is_cancelled(), answer.is_none());
        }
    }
}
