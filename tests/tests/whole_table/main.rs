//! Lists of all series come from the marks of the table's index where these can tell, and are then
//! what a scan of the table says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod beside;
mod histories;
mod merging;
mod spy;
mod store;
