//! The configuration, setting by setting.

mod identity;
mod limits;
mod server;
