#![doc = include_str!("../README.md")]

pub mod adapter;
mod cause;
mod collect;
mod column;
mod error;
mod executor;
mod ext;
mod growing_columns;
mod health;
mod huge_pages;
mod identifier;
mod insert;
mod placeholders;
mod retryability;
mod revision_clock;
mod scope;
mod sql_tokens;
mod statement;
mod stream;
mod value;

pub use arrow_array;
pub use arrow_schema;
pub use cause::{BoxError, Cause};
pub use column::{column, nullable_column};
pub use error::{DbError, Phase, Result};
pub use executor::QueryExecutor;
pub use ext::QueryExecutorExt;
pub use health::{Health, HealthProblem};
pub use identifier::Identifier;
pub use insert::{Insert, InsertSummary};
pub use retryability::Retryability;
pub use revision_clock::RevisionClock;
pub use statement::Statement;
pub use stream::RecordStream;
pub use value::Value;
