//! One folder, any number of processes: one of them serves the store, and the others find it.

mod clients;
mod connect_notes;
mod entry;
mod find;
mod host;

pub(crate) use clients::ClickHouseArgs;
pub(crate) use find::{Shared, find};
pub(crate) use host::Host;
