//! One call of the port: the wait for a permit, attempts, failover, retries.

mod attempt;
mod exchange;
mod failover;
mod retry_loop;
mod spec;

pub(crate) use exchange::Exchange;
pub(crate) use retry_loop::run;
pub(crate) use spec::CallSpec;
