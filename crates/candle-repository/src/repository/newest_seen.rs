//! The newest open time that was read lately.

use std::sync::atomic::{AtomicI64, Ordering};

use market_model::Timestamp;

const NOTHING: i64 = i64::MIN;

/// The newest open time that was read lately, of any series. It only says where to look first: candles
/// may have been stored or deleted since, also by others.
#[derive(Debug)]
pub(super) struct NewestSeen(AtomicI64);

impl NewestSeen {
    pub(super) fn get(&self) -> Option<Timestamp> {
        let millis = self.0.load(Ordering::Relaxed);
        (millis != NOTHING).then(|| Timestamp::from_millis_unchecked(millis))
    }

    pub(super) fn saw(&self, open_time: Timestamp) {
        self.0.fetch_max(open_time.as_millis(), Ordering::Relaxed);
    }

    /// To be called where nothing was found by it.
    pub(super) fn forget(&self) {
        self.0.store(NOTHING, Ordering::Relaxed);
    }
}

impl Default for NewestSeen {
    fn default() -> Self {
        Self(AtomicI64::new(NOTHING))
    }
}
