//! What storing did.

use std::ops::AddAssign;

/// What an upsert found and did, in candles or in symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UpsertReport {
    /// Not stored before.
    pub inserted: u64,
    /// Stored before with another value, which is replaced.
    pub corrected: u64,
    /// Stored before with the same value: nothing was written.
    pub unchanged: u64,
}

impl AddAssign for UpsertReport {
    fn add_assign(&mut self, other: Self) {
        self.inserted += other.inserted;
        self.corrected += other.corrected;
        self.unchanged += other.unchanged;
    }
}
