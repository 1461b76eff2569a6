//! Health probes and metrics over HTTP, for whatever watches over the database.

mod args;
mod metrics;
mod readiness;
mod readiness_report;
mod routes;
mod server;

pub(crate) use args::ServeArgs;
pub(crate) use server::run;
