#![doc = include_str!("../README.md")]

mod arrange;
mod column;
mod deduplication;
mod error;
mod executor;
mod ext;
mod failure;
mod health;
mod identifier;
mod insert;
mod parameter_text;
mod revisions;
mod scope;
mod settings;
mod statement;
mod stream;
mod value;

pub use column::{column, nullable_column};
pub use error::{BoxError, DbError, Phase, Result};
pub use executor::QueryExecutor;
pub use ext::QueryExecutorExt;
pub use failure::Repeat;
pub use health::{Health, HealthProblem};
pub use identifier::Identifier;
pub use insert::{Insert, InsertSummary};
pub use parameter_text::quoted;
pub use revisions::Revisions;
pub use settings::Setting;
pub use statement::Statement;
pub use stream::RecordStream;
pub use value::Value;
