#![doc = include_str!("../README.md")]

mod codec;
mod error;
mod filter;
mod repository;
mod schema;

pub use db_port::{DbError, QueryExecutor};
pub use error::{Result, SymbolError};
pub use filter::SymbolFilter;
pub use market_model::{
    AssetClass, Decimal, ModelError, NaiveDate, Symbol, SymbolBuilder, SymbolName, SymbolStatus,
    UpsertReport, Violation,
};
pub use repository::SymbolRepository;
