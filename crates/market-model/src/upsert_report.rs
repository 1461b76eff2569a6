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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_add_up() {
        let mut sum = UpsertReport { inserted: 2, corrected: 3, unchanged: 5 };
        sum += UpsertReport { inserted: 10, corrected: 20, unchanged: 30 };
        assert_eq!(sum, UpsertReport { inserted: 12, corrected: 23, unchanged: 35 });
    }
}
