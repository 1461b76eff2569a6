//! What calls cost, as far as it does not depend on the machine: statements, rows that the engine
//! reads, bytes on disk. How long they take is for `make bench`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod measured;
mod on_disk;
mod reads;
mod streaming;
mod writes;
