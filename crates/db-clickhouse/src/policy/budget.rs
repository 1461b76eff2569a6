//! A token bucket: how many retries all calls together may make.

use std::sync::atomic::{AtomicU32, Ordering};

/// The tokens that a retry takes.
const RETRY: u32 = 10;
/// The tokens that a call brings which succeeds at once: ten such calls pay for one retry.
const SUCCESS: u32 = 1;

/// The token bucket of all calls together. In an outage it runs empty, and further failures are
/// returned at once instead of multiplying the load.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    tokens: AtomicU32,
    capacity: u32,
}

impl RetryBudget {
    /// A full bucket, which holds `retries`.
    pub(crate) const fn new(retries: u32) -> Self {
        let capacity = retries.saturating_mul(RETRY);
        Self { tokens: AtomicU32::new(capacity), capacity }
    }

    /// Takes the tokens of one retry, if they are there.
    pub(crate) fn withdraw(&self) -> bool {
        let take = |tokens: u32| tokens.checked_sub(RETRY);
        self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// A call succeeded after so many retries: what they took comes back.
    pub(crate) fn succeeded(&self, retries: u32) {
        let earned = retries.saturating_mul(RETRY).max(SUCCESS);
        let put_back = |tokens: u32| Some(tokens.saturating_add(earned).min(self.capacity));
        let _always_updated =
            self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, put_back);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_runs_empty() {
        let budget = RetryBudget::new(2);
        assert_eq!([(); 3].map(|()| budget.withdraw()), [true, true, false]);
    }

    #[test]
    fn ten_successes_earn_a_retry() {
        let budget = RetryBudget::new(1);
        assert!(budget.withdraw());
        (0..9).for_each(|_| budget.succeeded(0));
        assert!(!budget.withdraw());
        budget.succeeded(0);
        assert!(budget.withdraw());
    }

    #[test]
    fn a_success_returns_the_retries_it_took_and_never_more_than_fit() {
        let budget = RetryBudget::new(2);
        assert!(budget.withdraw() && budget.withdraw());
        budget.succeeded(2);
        budget.succeeded(2);
        assert_eq!([(); 3].map(|()| budget.withdraw()), [true, true, false]);
    }

    #[test]
    fn a_budget_of_nothing_allows_nothing() {
        assert!(!RetryBudget::new(0).withdraw());
        assert!(RetryBudget::new(u32::MAX).withdraw());
    }
}
