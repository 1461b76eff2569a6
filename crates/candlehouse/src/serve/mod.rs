//! Health probes and metrics over HTTP, for whatever watches over the database.

mod metrics;
mod readiness;
mod readiness_report;
mod routes;
mod server;
mod shutdown;

pub(crate) use server::run;
