//! Symbols that are deleted or renamed.

use std::slice;
use std::sync::Arc;

use db_port::{QueryExecutor, Statement};
use symbol_repository::{AssetClass, Decimal, Symbol, SymbolError, SymbolName, SymbolRepository};

async fn store(db: &Arc<dyn QueryExecutor>) -> SymbolRepository {
    let symbols = SymbolRepository::new(Arc::clone(db));
    symbols.create_schema().await.unwrap();
    symbols
}

fn symbol(exchange: &str, name: &str) -> Symbol {
    let symbol = Symbol::builder(exchange, name, AssetClass::Equity).tick_size(Decimal::new(5, 3));
    symbol.quote("USD").build().unwrap()
}

fn name(text: &str) -> SymbolName {
    SymbolName::parse(text).unwrap()
}

pub(crate) async fn a_symbol_that_was_deleted_is_gone_and_can_be_stored_again(
    db: Arc<dyn QueryExecutor>,
) {
    let symbols = store(&db).await;
    let (apple, bare) = (symbol("NASDAQ", "AAPL"), symbol("", "AAPL"));
    symbols.upsert(&[apple.clone(), bare.clone()]).await.unwrap();
    for _ in 0..3 {
        let changed = apple.to_builder().base("APPLE").build().unwrap();
        symbols.upsert(&[changed]).await.unwrap();
        assert!(symbols.delete("NASDAQ", "AAPL").await.unwrap());
        assert!(!symbols.delete("NASDAQ", "AAPL").await.unwrap());
        assert_eq!(symbols.list().await.unwrap(), slice::from_ref(&bare));
        db.execute(Statement::new("OPTIMIZE TABLE symbols FINAL")).await.unwrap();
        assert_eq!(symbols.list().await.unwrap(), slice::from_ref(&bare));
        assert_eq!(symbols.upsert(slice::from_ref(&apple)).await.unwrap().inserted, 1);
        assert_eq!(symbols.list().await.unwrap(), [bare.clone(), apple.clone()]);
    }
}

pub(crate) async fn a_symbol_is_deleted_even_if_its_row_cannot_be_read(db: Arc<dyn QueryExecutor>) {
    let symbols = store(&db).await;
    let insert = "INSERT INTO symbols (exchange, name, asset_class, status, revision) \
                  VALUES ('X', 'A', 'meme', 'active', 1)";
    db.execute(Statement::new(insert)).await.unwrap();
    symbols.list().await.unwrap_err();
    assert!(symbols.delete("X", "A").await.unwrap());
    assert!(symbols.list().await.unwrap().is_empty());
}

pub(crate) async fn a_renamed_symbol_keeps_what_is_known_of_it(db: Arc<dyn QueryExecutor>) {
    let symbols = store(&db).await;
    symbols.upsert(&[symbol("", "ZAP"), symbol("NYSE", "ZAP")]).await.unwrap();
    let renamed = symbols.rename(&name("ZAP"), &name("NASDAQ:ZAP")).await.unwrap();
    assert_eq!(renamed, symbol("NASDAQ", "ZAP"));
    assert_eq!(symbols.list().await.unwrap(), [renamed.clone(), symbol("NYSE", "ZAP")]);
    let error = symbols.rename(&name("ZAP"), &name("NASDAQ:ZAP")).await.unwrap_err();
    assert!(matches!(error, SymbolError::Unknown { .. }), "{error}");
    let same = symbols.rename(&name("NASDAQ:ZAP"), &name("NASDAQ:ZAP")).await.unwrap();
    assert_eq!(same, renamed);
    assert_eq!(symbols.list().await.unwrap().len(), 2);
}

pub(crate) async fn a_name_that_is_taken_is_refused_and_nothing_is_changed(
    db: Arc<dyn QueryExecutor>,
) {
    let symbols = store(&db).await;
    let taken = symbol("X", "B").to_builder().base("OTHER").build().unwrap();
    symbols.upsert(&[symbol("X", "A"), taken.clone()]).await.unwrap();
    let error = symbols.rename(&name("X:A"), &name("X:B")).await.unwrap_err();
    assert!(matches!(error, SymbolError::Taken { .. }), "{error}");
    assert_eq!(symbols.list().await.unwrap(), [symbol("X", "A"), taken]);
}

pub(crate) async fn a_rename_that_broke_off_in_between_is_completed(db: Arc<dyn QueryExecutor>) {
    let symbols = store(&db).await;
    symbols.upsert(&[symbol("X", "A"), symbol("X", "B")]).await.unwrap();
    symbols.rename(&name("X:A"), &name("X:B")).await.unwrap();
    assert_eq!(symbols.list().await.unwrap(), [symbol("X", "B")]);
}
