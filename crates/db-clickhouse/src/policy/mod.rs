//! When a request is sent again: what a failure means, what is idempotent, how long to wait.

pub(crate) mod attempt_state;
pub(crate) mod budget;
pub(crate) mod deadline;
pub(crate) mod delays;
pub(crate) mod failure;
pub(crate) mod idempotency;
