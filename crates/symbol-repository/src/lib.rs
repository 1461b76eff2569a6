#![doc = include_str!("../README.md")]

mod asset_class;
mod builder;
mod codec;
mod decimal;
mod diff;
mod error;
mod filter;
mod name;
mod repository;
mod schema;
mod select;
mod status;
mod symbol;

pub use asset_class::AssetClass;
pub use builder::SymbolBuilder;
pub use diff::UpsertReport;
pub use error::{Flaw, Result, SymbolError};
pub use filter::SymbolFilter;
pub use repository::SymbolRepository;
pub use rust_decimal::Decimal;
pub use status::SymbolStatus;
pub use symbol::Symbol;
