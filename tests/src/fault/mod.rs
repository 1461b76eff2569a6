//! What goes wrong between a client and a server, on purpose and repeatably.

pub mod answers;
pub mod seeds;
