//! Whether ClickHouse itself acknowledged a request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The requests under way, by their query ids, and which of them were acknowledged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Receipts(Arc<Mutex<HashMap<String, bool>>>);

impl Receipts {
    /// For a request that is about to be sent.
    pub(crate) fn expect(&self, query_id: &str) -> Receipt {
        self.lock().insert(query_id.to_owned(), false);
        Receipt { receipts: self.clone(), query_id: query_id.to_owned() }
    }

    /// Nobody may be waiting for it any more.
    pub(super) fn arrived(&self, query_id: &str) {
        if let Some(acknowledged) = self.lock().get_mut(query_id) {
            *acknowledged = true;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, bool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of one request, forgotten when it is dropped.
#[derive(Debug)]
pub(crate) struct Receipt {
    receipts: Receipts,
    query_id: String,
}

impl Receipt {
    pub(crate) fn has_arrived(&self) -> bool {
        self.receipts.lock().get(&self.query_id).copied().unwrap_or_default()
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        self.receipts.lock().remove(&self.query_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_under_way_are_remembered() {
        let receipts = Receipts::default();
        let (one, other) = (receipts.expect("a-1"), receipts.expect("b-1"));
        receipts.arrived("a-1");
        receipts.arrived("c-1");
        assert!(one.has_arrived() && !other.has_arrived());
        drop((one, other));
        assert!(receipts.lock().is_empty());
    }
}
