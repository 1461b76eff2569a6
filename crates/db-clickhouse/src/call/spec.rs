//! What a call is to do, and how often and where it may try.

use uuid::Uuid;

use crate::policy::deadline::Deadline;
use crate::policy::idempotency::Idempotency;
use crate::session::Session;
use crate::wire::request_kind::RequestKind;

pub(crate) struct CallSpec<'a> {
    pub(super) session: &'a Session,
    pub(super) kind: RequestKind,
    pub(super) operation: &'static str,
    pub(super) idempotency: Idempotency,
    pub(super) deadline: Deadline,
    pub(super) retries: u32,
    pub(super) only: Option<usize>,
    /// The query ids of its attempts are this, a hyphen and the attempt's number.
    pub(super) id: Uuid,
}

impl<'a> CallSpec<'a> {
    pub(crate) fn new(
        session: &'a Session,
        kind: RequestKind,
        operation: &'static str,
        idempotency: Idempotency,
        deadline: Deadline,
    ) -> Self {
        let retries = session.config.max_retries;
        let id = Uuid::new_v4();
        Self { session, kind, operation, idempotency, deadline, retries, only: None, id }
    }

    /// One attempt and no other.
    pub(crate) const fn without_retries(mut self) -> Self {
        self.retries = 0;
        self
    }

    /// At the server of this position and no other.
    pub(crate) const fn at(mut self, position: usize) -> Self {
        self.only = Some(position);
        self
    }
}
