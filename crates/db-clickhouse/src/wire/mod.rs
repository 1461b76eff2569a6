//! What goes over the network: requests, connections, answers, and what their errors mean.

mod addresses;
pub(crate) mod answer;
mod arrow_decoder;
mod body;
pub(crate) mod cancel_guard;
pub(crate) mod classify;
mod exception;
mod frames;
mod observed;
mod proxy;
pub(crate) mod request;
pub(crate) mod request_kind;
pub(crate) mod settings;
mod tls;
pub(crate) mod tracked;
pub(crate) mod transport;
mod unreachable;
mod witness;

pub(crate) use exception::{is_hidden, is_login_refused, is_unknown_table_or_column};
