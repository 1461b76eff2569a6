//! The repository, one file for each thing that it does.

mod delete;
mod delist;
mod difference;
mod read;
mod rename;
mod statements;
mod symbol_repository;
mod upsert;

pub use symbol_repository::SymbolRepository;

#[cfg(test)]
mod expectations;
#[cfg(test)]
mod tests;
