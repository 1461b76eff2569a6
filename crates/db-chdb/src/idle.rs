//! Connections that wait for another operation.

use std::sync::{Mutex, PoisonError};

use crate::setup::Setup;

/// More than this many are of no use: an operation takes as long as opening several.
const MOST: usize = 16;

/// Connections that wait for another operation of the same setup: to open one and to set it up takes
/// half a millisecond.
pub(crate) struct Idle<C>(Mutex<Vec<(Setup, C)>>);

impl<C> Idle<C> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// The one that waits the shortest.
    pub(crate) fn take(&self, setup: &Setup) -> Option<C> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.iter().rposition(|(idle, _)| idle == setup)?;
        Some(all.remove(place).1)
    }

    /// Where there are too many, the one that waits the longest is closed.
    pub(crate) fn keep(&self, setup: Setup, connection: C) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = (all.len() == MOST).then(|| all.remove(0));
        all.push((setup, connection));
        drop(all);
        drop(closed);
    }
}

#[cfg(test)]
mod tests {
    use db_port::Identifier;
    use db_port::adapter::check_settings;

    use super::*;

    fn setup(database: &'static str, max_threads: &str) -> Setup {
        let settings = check_settings([("max_threads", max_threads)].into_iter()).unwrap();
        Setup { database: Identifier::from_static(database), settings, parameters: Vec::new() }
    }

    #[test]
    fn a_connection_serves_its_own_setup_and_one_operation_at_a_time() {
        let idle = Idle::new();
        idle.keep(setup("a", "1"), 1);
        idle.keep(setup("a", "1"), 2);
        assert_eq!(idle.take(&setup("b", "1")), None);
        assert_eq!(idle.take(&setup("a", "2")), None);
        let parameters = vec!["secret".to_owned()];
        assert_eq!(idle.take(&Setup { parameters, ..setup("a", "1") }), None);
        assert_eq!(idle.take(&setup("a", "1")), Some(2));
        assert_eq!(idle.take(&setup("a", "1")), Some(1));
        assert_eq!(idle.take(&setup("a", "1")), None);
    }

    #[test]
    fn the_ones_that_wait_the_longest_make_room() {
        let idle = Idle::new();
        for connection in 0..MOST + 3 {
            idle.keep(setup(if connection < 4 { "old" } else { "new" }, "1"), connection);
        }
        assert_eq!(idle.take(&setup("old", "1")), Some(3));
        assert_eq!(idle.take(&setup("old", "1")), None);
        let rest = std::iter::from_fn(|| idle.take(&setup("new", "1"))).count();
        assert_eq!(rest, MOST - 1);
    }
}
