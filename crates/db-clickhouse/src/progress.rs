use db_port::DbError;

use crate::failure::{Failure, FailureClass};
use crate::retry::Consent;

/// A server that ran out of memory is asked this often again, because the request itself may be
/// what is too large.
const OUT_OF_MEMORY: i32 = 241;
const RETRIES_OUT_OF_MEMORY: u32 = 2;

/// What the attempts of a call have shown so far.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The latest attempt that may have run although it was not acknowledged.
    pub(crate) maybe_ran: Option<String>,
    /// Where the last attempt failed, and whether it may have run there.
    failed_at: Option<(usize, bool)>,
    overloaded: bool,
    out_of_memory: u32,
}

impl Progress {
    /// An attempt failed at the server of this position.
    pub(crate) fn failed(&mut self, position: usize, failure: &Failure) {
        let may_have_run = failure.class.may_have_run();
        let pinned = matches!(self.failed_at, Some((_, true)));
        if may_have_run || !pinned {
            self.failed_at = Some((position, may_have_run));
        }
        let out_of_memory = failure.error.code() == Some(OUT_OF_MEMORY);
        self.out_of_memory += u32::from(out_of_memory);
        self.overloaded = out_of_memory || failure.class == FailureClass::Refused;
    }

    /// No server could be reached.
    pub(crate) const fn nobody_there(&mut self) {
        self.overloaded = false;
    }

    /// Whether the last failure was that of a server with too much to do.
    pub(crate) const fn overloaded(&self) -> bool {
        self.overloaded
    }

    /// The only server that the next attempt may go to: what may have run on a server that alone
    /// would notice a second time is not done elsewhere.
    pub(crate) fn only_server(&self, consent: Consent) -> Option<usize> {
        match self.failed_at {
            Some((position, true)) if consent == Consent::SameServer => Some(position),
            _ => None,
        }
    }

    /// The server that others are to be tried before.
    pub(crate) fn avoided(&self) -> Option<usize> {
        self.failed_at.map(|(position, _)| position)
    }

    /// Both consents: the failure may pass, and doing it again does no harm.
    pub(crate) fn may_repeat(&self, failure: &Failure, consent: Consent) -> bool {
        let harmless = match failure.class {
            FailureClass::NotSent | FailureClass::Refused => true,
            FailureClass::PartWay | FailureClass::NoAnswer => consent != Consent::No,
            FailureClass::Final => false,
        };
        harmless && self.out_of_memory <= RETRIES_OUT_OF_MEMORY
    }
}

/// Whether a server answered, if only to refuse.
pub(crate) fn is_answer<T>(result: &Result<T, Failure>) -> bool {
    match result {
        Ok(_) => true,
        Err(Failure { error, .. }) => matches!(error, DbError::Database { .. }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(class: FailureClass) -> Failure {
        Failure::new(class, DbError::Closed)
    }

    #[test]
    fn what_may_have_run_stays_where_it_may_have_run() {
        let mut progress = Progress::default();
        progress.failed(0, &failure(FailureClass::Refused));
        assert_eq!(
            (progress.only_server(Consent::SameServer), progress.avoided()),
            (None, Some(0))
        );
        progress.failed(1, &failure(FailureClass::NoAnswer));
        progress.failed(1, &failure(FailureClass::Refused));
        assert_eq!(progress.only_server(Consent::SameServer), Some(1));
        assert_eq!(progress.only_server(Consent::Anywhere), None);
    }

    #[test]
    fn only_the_last_failure_says_whether_the_server_is_overloaded() {
        let mut progress = Progress::default();
        progress.failed(0, &failure(FailureClass::Refused));
        assert!(progress.overloaded());
        progress.nobody_there();
        assert!(!progress.overloaded());
    }
}
