use std::sync::atomic::{AtomicU32, Ordering};

/// What a retry takes from the stock.
const RETRY: u32 = 10;
/// What a call that succeeded puts back, so that one retry is earned by ten of them.
const SUCCESS: u32 = 1;

/// The retries that all calls together have in stock. In an outage it runs empty, and further
/// failures are final at once instead of multiplying the load.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    stock: AtomicU32,
    capacity: u32,
}

impl RetryBudget {
    /// A full stock of `retries`.
    pub(crate) const fn new(retries: u32) -> Self {
        let capacity = retries.saturating_mul(RETRY);
        Self { stock: AtomicU32::new(capacity), capacity }
    }

    /// Takes a retry out, if there is one.
    pub(crate) fn withdraw(&self) -> bool {
        let taken = |stock: u32| stock.checked_sub(RETRY);
        self.stock.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// A call succeeded after `retries` of them: what it took comes back.
    pub(crate) fn succeeded(&self, retries: u32) {
        let earned = retries.saturating_mul(RETRY).max(SUCCESS);
        let put_back = |stock: u32| Some(stock.saturating_add(earned).min(self.capacity));
        let _always_updated =
            self.stock.fetch_update(Ordering::Relaxed, Ordering::Relaxed, put_back);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stock_runs_out() {
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
