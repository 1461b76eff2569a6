//! What the attempts of a call have shown so far, and whether another may follow.

use super::failure::{Failure, FailureClass};
use super::idempotency::Idempotency;

const OUT_OF_MEMORY: i32 = 241;
/// The request itself may be what is too large for the server's memory.
const RETRIES_OUT_OF_MEMORY: u32 = 2;

/// The attempts of one call.
#[derive(Debug, Default)]
pub(crate) struct AttemptState {
    /// Attempts that have begun.
    pub(crate) attempts: u32,
    /// The query id of the latest attempt that may have run although it was not acknowledged.
    pub(crate) may_have_run: Option<String>,
    /// Where the last attempt failed, and whether it may have run there.
    failed_at: Option<(usize, bool)>,
    overloaded: bool,
    out_of_memory: u32,
}

impl AttemptState {
    /// An attempt failed at the server of this position.
    pub(crate) fn failed_at(&mut self, position: usize, failure: &Failure) {
        let may_have_run = failure.class.may_have_run();
        let pinned = matches!(self.failed_at, Some((_, true)));
        if may_have_run || !pinned {
            self.failed_at = Some((position, may_have_run));
        }
        let out_of_memory = failure.error.code() == Some(OUT_OF_MEMORY);
        self.out_of_memory += u32::from(out_of_memory);
        self.overloaded = out_of_memory || failure.class == FailureClass::Refused;
    }

    pub(crate) const fn all_unreachable(&mut self) {
        self.overloaded = false;
    }

    /// Whether the last failure was that of a server with too much to do.
    pub(crate) const fn overloaded(&self) -> bool {
        self.overloaded
    }

    /// The only server that the next attempt may go to: what may have run on a server that alone
    /// would notice a second time is not done elsewhere.
    pub(crate) fn only_server(&self, idempotency: Idempotency) -> Option<usize> {
        match self.failed_at {
            Some((position, true)) if idempotency == Idempotency::SameServer => Some(position),
            _ => None,
        }
    }

    /// The server that others are to be tried before.
    pub(crate) fn avoided(&self) -> Option<usize> {
        self.failed_at.map(|(position, _)| position)
    }

    /// Whether the failure is retryable and the request idempotent, as far as that matters for it.
    pub(crate) fn may_retry(&self, failure: &Failure, idempotency: Idempotency) -> bool {
        let safe = match failure.class {
            FailureClass::NotSent | FailureClass::Refused => true,
            FailureClass::Aborted | FailureClass::Ambiguous => idempotency != Idempotency::No,
            FailureClass::Permanent => false,
        };
        safe && self.out_of_memory <= RETRIES_OUT_OF_MEMORY
    }
}

#[cfg(test)]
mod tests {
    use db_port::DbError;

    use super::*;

    fn failure(class: FailureClass) -> Failure {
        Failure::new(class, DbError::Closed)
    }

    #[test]
    fn what_may_have_run_stays_where_it_may_have_run() {
        let mut state = AttemptState::default();
        state.failed_at(0, &failure(FailureClass::Refused));
        assert_eq!((state.only_server(Idempotency::SameServer), state.avoided()), (None, Some(0)));
        state.failed_at(1, &failure(FailureClass::Ambiguous));
        state.failed_at(1, &failure(FailureClass::Refused));
        assert_eq!(state.only_server(Idempotency::SameServer), Some(1));
        assert_eq!(state.only_server(Idempotency::Everywhere), None);
    }

    #[test]
    fn only_the_last_failure_says_whether_the_server_is_overloaded() {
        let mut state = AttemptState::default();
        state.failed_at(0, &failure(FailureClass::Refused));
        assert!(state.overloaded());
        state.all_unreachable();
        assert!(!state.overloaded());
    }
}
