use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Gives out revisions: microseconds since 1970, but always more than the last one given out and
/// than any stored one it is told of, so that a correction wins even after a clock was set back.
#[derive(Debug, Default)]
pub(crate) struct Revisions {
    last: AtomicU64,
}

impl Revisions {
    pub(crate) fn next_after(&self, stored: u64) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
        let next = |last: u64| now.max(last.saturating_add(1)).max(stored.saturating_add(1));
        let before =
            self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next(last)));
        next(before.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_only_rise_even_when_the_clock_does_not() {
        let revisions = Revisions::default();
        let first = revisions.next_after(0);
        let second = revisions.next_after(0);
        assert!(second > first && first > 1_600_000_000_000_000);
        let future = first + 1_000_000_000_000;
        let third = revisions.next_after(future);
        assert_eq!(third, future + 1);
        assert!(revisions.next_after(0) > third);
    }
}
