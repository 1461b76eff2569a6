//! What the manager offers, one file each, and the questions that they share.

mod beside;
mod block;
pub(crate) mod connect;
mod deduplication;
pub(crate) mod execute;
pub(crate) mod health;
pub(crate) mod insert;
mod key_range;
pub(crate) mod query;
pub(crate) mod reconcile;
mod table;
mod version;
mod wanted_rows;
