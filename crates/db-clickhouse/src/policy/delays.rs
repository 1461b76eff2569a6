//! The waits before retries, and when they end.

use std::iter::Take;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_retry::strategy::ExponentialBackoff;

use super::budget::RetryBudget;
use crate::config::ClickHouseConfig;

/// How many times longer an overloaded server is left alone.
const OVERLOAD: u32 = 10;

/// The random part of every wait. With a seed it is the same in every run.
#[derive(Debug)]
pub(crate) struct Jitter(Mutex<fastrand::Rng>);

impl Jitter {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(Mutex::new(seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)))
    }

    /// A time from `least` to `most`.
    fn between(&self, least: Duration, most: Duration) -> Duration {
        let share = self.0.lock().unwrap_or_else(PoisonError::into_inner).f64();
        least + most.saturating_sub(least).mul_f64(share)
    }
}

/// The waits before the retries of one call. They end when there have been enough, when the next
/// would end too late, and when the budget is used up.
pub(crate) struct Delays<'a> {
    backoff: Take<Exponential>,
    overload: Exponential,
    last_attempt: Instant,
    jitter: &'a Jitter,
    budget: &'a RetryBudget,
}

type Exponential = std::iter::Chain<std::iter::Once<Duration>, ExponentialBackoff>;

impl<'a> Delays<'a> {
    /// At most `retries`, none of which begins after `last_attempt`.
    pub(crate) fn new(
        config: &ClickHouseConfig,
        retries: u32,
        last_attempt: Instant,
        jitter: &'a Jitter,
        budget: &'a RetryBudget,
    ) -> Self {
        let (base, cap) = (config.retry_base_delay, config.retry_max_delay);
        Self {
            backoff: exponential(base, cap).take(retries as usize),
            overload: exponential(base.saturating_mul(OVERLOAD), cap.saturating_mul(OVERLOAD)),
            last_attempt,
            jitter,
            budget,
        }
    }

    /// The next wait, which takes a retry from the budget. `overloaded` says that the last failure
    /// was that of a server with too much to do.
    pub(crate) fn next(&mut self, overloaded: bool) -> Option<Duration> {
        let backoff = self.backoff.next()?;
        let overload = self.overload.next()?;
        let delay = if overloaded {
            // Never at once: whoever was turned away would only be turned away again.
            self.jitter.between(overload / 2, overload)
        } else {
            self.jitter.between(Duration::ZERO, backoff)
        };
        (Instant::now() + delay < self.last_attempt && self.budget.withdraw()).then_some(delay)
    }
}

/// `base`, twice, four times ... but at most `cap`.
fn exponential(base: Duration, cap: Duration) -> Exponential {
    let millis = u64::try_from(base.as_millis()).unwrap_or(u64::MAX);
    let doubled = ExponentialBackoff::from_millis(2).factor(millis).max_delay(cap);
    std::iter::once(base.min(cap)).chain(doubled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn config(retries: u32) -> ClickHouseConfig {
        ClickHouseConfig::default()
            .with_max_retries(retries)
            .with_retry_base_delay(millis(100))
            .with_retry_max_delay(millis(1000))
    }

    fn delays(config: &ClickHouseConfig, overloaded: bool, seed: u64) -> Vec<Duration> {
        let (jitter, budget) = (Jitter::new(Some(seed)), RetryBudget::new(100));
        let last_attempt = Instant::now() + Duration::from_secs(1_000_000);
        let mut delays = Delays::new(config, config.max_retries, last_attempt, &jitter, &budget);
        std::iter::from_fn(|| delays.next(overloaded)).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn waits_double_up_to_the_largest_with_full_jitter() {
        let bounds = [100, 200, 400, 800, 1000, 1000].map(millis);
        let mut longest = [Duration::ZERO; 6];
        for seed in 0..300 {
            let waits = delays(&config(6), false, seed);
            assert_eq!(waits.len(), 6);
            for ((wait, bound), longest) in waits.iter().zip(bounds).zip(&mut longest) {
                assert!(*wait <= bound, "{wait:?} of {bound:?}");
                *longest = (*longest).max(*wait);
            }
        }
        for (longest, bound) in longest.iter().zip(bounds) {
            assert!(*longest > bound.mul_f64(0.9), "{longest:?} of {bound:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_overloaded_server_is_left_alone_for_longer() {
        for seed in 0..100 {
            let waits = delays(&config(3), true, seed);
            let least = [500, 1000, 2000].map(millis);
            assert!(waits.iter().zip(least).all(|(w, l)| *w >= l && *w <= l * 2), "{waits:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_wait_begins_that_would_end_too_late() {
        let (jitter, budget) = (Jitter::new(Some(1)), RetryBudget::new(100));
        let config = config(1000);
        let last = Instant::now() + Duration::from_secs(3);
        let mut delays = Delays::new(&config, config.max_retries, last, &jitter, &budget);
        let mut waits = 0;
        while let Some(delay) = delays.next(false) {
            tokio::time::advance(delay).await;
            assert!(Instant::now() < last);
            waits += 1;
        }
        assert!((3..30).contains(&waits), "{waits}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_budget_ends_the_waits_of_all_calls_together() {
        let (jitter, budget) = (Jitter::new(Some(1)), RetryBudget::new(5));
        let last = Instant::now() + Duration::from_secs(1000);
        let config = config(3);
        let count = || {
            let mut delays = Delays::new(&config, config.max_retries, last, &jitter, &budget);
            std::iter::from_fn(|| delays.next(false)).count()
        };
        assert_eq!([count(), count(), count()], [3, 2, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_base_of_a_microsecond_and_the_largest_of_all_are_no_trouble() {
        let config = ClickHouseConfig::default()
            .with_max_retries(70)
            .with_retry_base_delay(Duration::from_micros(1))
            .with_retry_max_delay(Duration::MAX / 100);
        assert!(!delays(&config, false, 1).is_empty());
    }
}
