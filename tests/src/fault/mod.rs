//! What goes wrong between a client and a server, on purpose and repeatably.

pub mod answers;
pub mod compression;
mod exchange;
mod message;
mod proxy;
mod rules;
pub mod seeds;
mod state;

pub use message::Request;
pub use proxy::Proxy;
pub use rules::{Fault, Rules, Storm};
