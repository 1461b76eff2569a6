//! Whether, when and how often a failed attempt is repeated.

mod budget;
mod consent;
mod delays;

pub(crate) use budget::RetryBudget;
pub(crate) use consent::Consent;
pub(crate) use delays::{Delays, Jitter};
