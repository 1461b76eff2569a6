//! Health probes and metrics over HTTP, for whatever watches over the database.

mod checked;
mod metrics;
mod readiness;
mod routes;
mod server;
mod stop;

pub(crate) use server::run;
