#![doc = include_str!("../README.md")]

mod call;
mod mock;
mod reply;
mod script;
mod scripted;
mod step;

pub use call::Call;
pub use db_port;
pub use mock::MockExecutor;
pub use reply::QueryReply;
pub use scripted::ScriptedExecutor;
