//! What only a whole server can tell: what its log says about the adapter's requests, whom it turns
//! away and how, and what becomes of the parts of a cluster.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod cancellation;
mod cluster;
mod compression;
mod harness;
mod overflow;
mod query_log;
mod refusals;
mod running;
mod storm;
mod tokens;
mod torn;
