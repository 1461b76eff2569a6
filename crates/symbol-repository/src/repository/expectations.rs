//! What the repository must not ask of the port, and what holds for all that it asks.

use std::sync::Arc;

use db_mock::{MockExecutor, QueryReply};
use db_port::{DbError, RecordStream};
use market_model::{AssetClass, Symbol};

use super::SymbolRepository;
use crate::codec::encode;
use crate::error::SymbolError;

fn symbol(name: &str, quote: &str) -> Symbol {
    Symbol::builder("X", name, AssetClass::Crypto).quote(quote).build().unwrap()
}

fn repository(mock: MockExecutor) -> SymbolRepository {
    SymbolRepository::new(Arc::new(mock))
}

/// The answer of a table without symbols.
fn none_stored() -> db_port::Result<RecordStream> {
    QueryReply::from(encode(&[], 0).unwrap()).into_stream()
}

#[tokio::test]
async fn nothing_and_mistakes_reach_no_database() {
    let symbols = repository(MockExecutor::new());
    symbols.upsert(&[]).await.unwrap();
    assert_eq!(symbols.find_by_names(&[]).await.unwrap(), []);
    let error = symbols.upsert(&[symbol("A", "USD"), symbol("A", "EUR")]).await.unwrap_err();
    assert!(matches!(error, SymbolError::Conflict { .. }), "{error:?}");
}

#[tokio::test]
async fn nothing_is_written_after_a_comparison_that_failed() {
    let mut mock = MockExecutor::new();
    mock.expect_query().times(2).returning(|_| Err(DbError::Closed));
    mock.expect_insert().never();
    let symbols = repository(mock);
    symbols.upsert(&[symbol("A", "USD")]).await.unwrap_err();
    symbols.delist("X", "A", "2024-01-01".parse().unwrap()).await.unwrap_err();
}

#[tokio::test]
async fn a_symbol_that_is_not_stored_is_not_delisted() {
    let mut mock = MockExecutor::new();
    mock.expect_query().times(1).returning(|_| none_stored());
    mock.expect_insert().never();
    mock.expect_execute().never();
    let error = repository(mock).delist("X", "A", "2024-01-01".parse().unwrap()).await.unwrap_err();
    assert!(matches!(error, SymbolError::Unknown { .. }), "{error:?}");
}

#[tokio::test]
async fn every_write_may_be_repeated_and_a_failure_is_told_once() {
    let mut mock = MockExecutor::new();
    mock.expect_execute().times(1).withf(|s| s.is_idempotent()).returning(|_| Ok(()));
    mock.expect_query().times(1).returning(|_| none_stored());
    mock.expect_insert()
        .times(1)
        .withf(|insert| insert.is_idempotent() && insert.deduplication_token().is_none())
        .returning(|_| Err(DbError::Closed));
    let symbols = repository(mock);
    symbols.create_schema().await.unwrap();
    let error = symbols.upsert(&[symbol("A", "USD")]).await.unwrap_err();
    assert!(error.to_string().contains("storing symbols"), "{error}");
}
