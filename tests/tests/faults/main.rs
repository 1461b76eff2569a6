//! The server adapter on a real engine behind a proxy that does harm: what the caller hears, how
//! long it takes, and what the tables hold afterwards.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod answers;
mod cancellation;
mod crash;
mod endpoints;
mod harness;
mod lost;
mod outage;
mod restarts;
mod storm;
