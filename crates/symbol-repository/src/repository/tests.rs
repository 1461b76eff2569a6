//! What the repository asks of the port, without a database.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use chrono::NaiveDate;
use db_mock::{QueryReply, ScriptedExecutor};
use db_port::{DbError, Insert, Value};
use market_model::{
    AssetClass, Decimal, ModelError, Symbol, SymbolName, SymbolStatus, UpsertReport,
};

use super::SymbolRepository;
use crate::codec::{decode, encode};
use crate::error::SymbolError;
use crate::filter::SymbolFilter;

const TABLE: &str = "FROM symbols FINAL";

fn apple() -> Symbol {
    Symbol::builder("NASDAQ", "AAPL", AssetClass::Equity)
        .quote("USD")
        .tick_size(Decimal::new(1, 2))
        .listed(day("1980-12-12"))
        .build()
        .unwrap()
}

fn named(exchange: &str, name: &str) -> Symbol {
    Symbol::builder(exchange, name, AssetClass::Crypto).build().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn stored(symbols: &[&Symbol], revision: u64) -> RecordBatch {
    encode(symbols, revision).unwrap()
}

fn nothing() -> RecordBatch {
    stored(&[], 0)
}

fn scripted() -> (Arc<ScriptedExecutor>, SymbolRepository) {
    let db = Arc::new(ScriptedExecutor::new());
    (Arc::clone(&db), SymbolRepository::new(db))
}

fn revisions(db: &ScriptedExecutor) -> Vec<u64> {
    let revision = |insert: Insert| {
        insert.batch().column_by_name("revision").unwrap().as_primitive::<UInt64Type>().value(0)
    };
    db.inserts().into_iter().map(revision).collect()
}

fn text(value: &str) -> Option<Value> {
    Some(Value::from(value))
}

#[tokio::test]
async fn the_table_is_created_unless_it_is_there() {
    let (db, symbols) = scripted();
    db.on_execute("CREATE TABLE IF NOT EXISTS symbols", Ok(()));
    symbols.create_schema().await.unwrap();
    assert!(db.statements()[0].is_idempotent());
}

#[tokio::test]
async fn a_new_symbol_is_written_with_every_value() {
    let (db, symbols) = scripted();
    db.on_query(TABLE, nothing()).on_insert("symbols", Ok(()));
    let report = symbols.upsert(&[apple()]).await.unwrap();
    assert_eq!(report, UpsertReport { inserted: 1, ..UpsertReport::default() });
    assert_eq!(decode(db.inserts()[0].batch()).unwrap(), [apple()]);
}

#[tokio::test]
async fn only_what_differs_is_written_and_the_rest_is_counted() {
    let (db, symbols) = scripted();
    let (old, kept) = (named("NASDAQ", "AAPL"), named("B", "ETH"));
    let neighbour = named("B", "ZZZ");
    db.on_query(TABLE, stored(&[&kept, &neighbour, &old], 5)).on_insert("symbols", Ok(()));
    let new = named("X", "NEW");
    let report = symbols.upsert(&[new.clone(), apple(), kept.clone(), kept]).await.unwrap();
    assert_eq!(report, UpsertReport { inserted: 1, corrected: 1, unchanged: 1 });
    assert_eq!(decode(db.inserts()[0].batch()).unwrap(), [apple(), new]);
}

#[tokio::test]
async fn storing_the_same_again_writes_nothing() {
    let (db, symbols) = scripted();
    db.on_query(TABLE, stored(&[&apple()], 5));
    let report = symbols.upsert(&[apple()]).await.unwrap();
    assert_eq!(report, UpsertReport { unchanged: 1, ..UpsertReport::default() });
    assert!(db.inserts().is_empty());
}

#[tokio::test]
async fn no_symbols_ask_nothing() {
    let (_db, symbols) = scripted();
    assert_eq!(symbols.upsert(&[]).await.unwrap(), UpsertReport::default());
}

#[tokio::test]
async fn the_comparison_reads_from_the_first_to_the_last_symbol() {
    let (db, symbols) = scripted();
    let all = [named("B", "Z"), named("B", "A"), named("A", "M")];
    db.on_query("exchange BETWEEN", stored(&all.each_ref(), 1));
    symbols.upsert(&all).await.unwrap();
    let asked = &db.statements()[0];
    for (name, value) in
        [("first_exchange", "A"), ("first_name", "M"), ("last_exchange", "B"), ("last_name", "Z")]
    {
        assert_eq!(asked.parameter(name).cloned(), text(value), "{name}");
    }
}

#[tokio::test]
async fn two_values_for_one_symbol_are_refused_before_anything_is_asked() {
    let (_db, symbols) = scripted();
    let error = symbols.upsert(&[apple(), named("NASDAQ", "AAPL")]).await.unwrap_err();
    assert!(matches!(&error, SymbolError::Conflict { symbol } if symbol == "NASDAQ:AAPL"));
}

#[tokio::test]
async fn a_correction_wins_over_a_stored_revision_from_the_future() {
    let (db, symbols) = scripted();
    let future = 4_000_000_000_000_000_000;
    db.on_query(TABLE, stored(&[&named("NASDAQ", "AAPL")], future))
        .on_insert("symbols", Ok(()))
        .on_query(TABLE, nothing())
        .on_insert("symbols", Ok(()));
    symbols.upsert(&[apple()]).await.unwrap();
    symbols.upsert(&[named("B", "ETH")]).await.unwrap();
    assert_eq!(revisions(&db), [future + 1, future + 2]);
}

#[tokio::test]
async fn a_correction_that_could_not_win_is_an_error() {
    let (db, symbols) = scripted();
    db.on_query(TABLE, stored(&[&named("NASDAQ", "AAPL")], u64::MAX));
    let error = symbols.upsert(&[apple()]).await.unwrap_err();
    assert!(matches!(&error, SymbolError::LastRevision { symbol } if symbol == "NASDAQ:AAPL"));
}

#[tokio::test]
async fn a_write_may_be_repeated_by_the_adapter() {
    let (db, symbols) = scripted();
    db.on_query(TABLE, nothing()).on_insert("symbols", Ok(()));
    symbols.upsert(&[named("", "A")]).await.unwrap();
    assert!(db.inserts()[0].is_idempotent());
}

#[tokio::test]
async fn more_symbols_than_one_block_holds_are_written_in_blocks() {
    let (db, symbols) = scripted();
    let many: Vec<_> = (0..=Insert::MAX_ATOMIC_ROWS).map(|i| named("", &format!("S{i}"))).collect();
    db.on_query(TABLE, nothing()).on_insert("symbols", Ok(())).on_insert("symbols", Ok(()));
    assert_eq!(symbols.upsert(&many).await.unwrap().inserted, many.len() as u64);
    let rows: Vec<_> = db.inserts().iter().map(|insert| insert.batch().num_rows()).collect();
    assert_eq!(rows, [Insert::MAX_ATOMIC_ROWS, 1]);
}

#[tokio::test]
async fn a_symbol_is_read_by_exchange_and_name() {
    let (db, symbols) = scripted();
    db.on_query(TABLE, stored(&[&apple()], 1)).on_query(TABLE, nothing());
    assert_eq!(symbols.get("NASDAQ", "AAPL").await.unwrap(), Some(apple()));
    assert_eq!(symbols.get("NASDAQ", "GONE").await.unwrap(), None);
    for name in ["first_exchange", "last_exchange"] {
        assert_eq!(db.statements()[0].parameter(name).cloned(), text("NASDAQ"));
    }
    for name in ["first_name", "last_name"] {
        assert_eq!(db.statements()[1].parameter(name).cloned(), text("GONE"));
    }
}

#[tokio::test]
async fn a_filter_sends_what_is_set_and_null_for_the_rest() {
    let (db, symbols) = scripted();
    db.on_query(TABLE, stored(&[&apple()], 1)).on_query(TABLE, nothing());
    let filter = SymbolFilter {
        exchange: Some(String::new()),
        asset_class: Some(AssetClass::Equity),
        status: Some(SymbolStatus::Halted),
        name: Some("A' OR 1".into()),
    };
    assert_eq!(symbols.find(&filter).await.unwrap(), [apple()]);
    assert_eq!(symbols.list().await.unwrap(), []);
    let [set, unset] = &db.statements()[..] else { panic!("two statements") };
    for (name, value) in
        [("exchange", ""), ("class", "equity"), ("status", "halted"), ("name", "A' OR 1")]
    {
        assert_eq!(set.parameter(name).cloned(), text(value), "{name}");
        assert_eq!(unset.parameter(name), Some(&Value::Null), "{name}");
    }
    assert_eq!(set.sql(), unset.sql());
}

#[tokio::test]
async fn few_names_are_one_parameter_and_many_are_looked_for_among_all() {
    let (db, symbols) = scripted();
    assert_eq!(symbols.find_by_names(&[]).await.unwrap(), []);
    db.on_query("name IN {names:Array(String)}", stored(&[&apple()], 1))
        .on_query("IS NULL", stored(&[&apple(), &named("X", "S7"), &named("Y", "S7")], 1));
    assert_eq!(symbols.find_by_names(&["AAPL", "A' OR 1"]).await.unwrap(), [apple()]);
    let many: Vec<_> = (0..501).map(|n| format!("S{n}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let found = symbols.find_by_names(&many).await.unwrap();
    assert_eq!(found, [named("X", "S7"), named("Y", "S7")]);
    let names = Value::from(vec!["AAPL", "A' OR 1"]);
    assert_eq!(db.statements()[0].parameter("names"), Some(&names));
}

#[tokio::test]
async fn a_search_sends_prefix_and_limit_as_they_are() {
    let (db, symbols) = scripted();
    db.on_query("startsWith(lower(name), lower({prefix:String}))", stored(&[&apple()], 1));
    assert_eq!(symbols.search("a%_\\", 3).await.unwrap(), [apple()]);
    assert_eq!(db.statements()[0].parameter("prefix").cloned(), text("a%_\\"));
    assert_eq!(db.statements()[0].parameter("limit"), Some(&Value::UInt(3)));
}

#[tokio::test]
async fn delisting_writes_status_and_date_and_keeps_the_rest() {
    let (db, symbols) = scripted();
    db.on_query(TABLE, stored(&[&apple()], 1))
        .on_query(TABLE, stored(&[&apple()], 1))
        .on_insert("symbols", Ok(()));
    let delisted = symbols.delist("NASDAQ", "AAPL", day("2024-05-06")).await.unwrap();
    assert_eq!(delisted.status(), SymbolStatus::Delisted);
    assert_eq!(delisted.delisted(), Some(day("2024-05-06")));
    assert_eq!(delisted.tick_size(), apple().tick_size());
    assert_eq!(decode(db.inserts()[0].batch()).unwrap(), [delisted]);
}

#[tokio::test]
async fn delisting_what_is_not_stored_names_it() {
    let (db, symbols) = scripted();
    db.on_query(TABLE, nothing());
    let error = symbols.delist("NASDAQ", "AAPL", day("2024-05-06")).await.unwrap_err();
    assert!(matches!(&error, SymbolError::Unknown { symbol } if symbol == "NASDAQ:AAPL"));
}

#[tokio::test]
async fn a_delisting_before_the_listing_writes_nothing() {
    let (db, symbols) = scripted();
    db.on_query(TABLE, stored(&[&apple()], 1));
    let error = symbols.delist("NASDAQ", "AAPL", day("1980-12-11")).await.unwrap_err();
    assert!(matches!(error, SymbolError::Model(ModelError::InvalidSymbol { .. })), "{error}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error_and_nothing_is_written() {
    let (db, symbols) = scripted();
    let broken = || DbError::Interrupted { rows: 1, reason: "reset".into(), source: None };
    let half = || QueryReply::batches([stored(&[&apple()], 1)]).then_fail(broken());
    db.on_query(TABLE, half()).on_query(TABLE, half());
    for error in
        [symbols.list().await.unwrap_err(), symbols.upsert(&[named("", "A")]).await.unwrap_err()]
    {
        let SymbolError::Database { source, .. } = error else { panic!("{error}") };
        assert!(matches!(source, DbError::Interrupted { .. }), "{source}");
    }
}

#[tokio::test]
async fn a_failed_insert_says_what_was_being_done() {
    let (db, symbols) = scripted();
    db.on_query(TABLE, nothing()).on_insert("symbols", Err(DbError::Closed));
    let error = symbols.upsert(&[apple()]).await.unwrap_err();
    assert_eq!(error.to_string(), "the symbol store failed while storing symbols");
    assert!(matches!(error, SymbolError::Database { source: DbError::Closed, .. }));
}

#[tokio::test]
async fn an_unknown_stored_word_reaches_the_caller() {
    let (db, symbols) = scripted();
    let batch = stored(&[&apple()], 1);
    let class: ArrayRef = Arc::new(StringArray::from(vec!["meme"]));
    let mut columns = batch.columns().to_vec();
    columns[batch.schema().index_of("asset_class").unwrap()] = class;
    db.on_query(TABLE, RecordBatch::try_new(batch.schema(), columns).unwrap());
    let error = symbols.get("NASDAQ", "AAPL").await.unwrap_err().to_string();
    assert!(error.contains("\"meme\"") && error.contains("NASDAQ:AAPL"), "{error}");
}

fn count(symbols: u64) -> RecordBatch {
    let symbols: ArrayRef = Arc::new(UInt64Array::from(vec![symbols]));
    RecordBatch::try_from_iter([("symbols", symbols)]).unwrap()
}

#[tokio::test]
async fn what_is_not_stored_is_not_deleted() {
    let (db, symbols) = scripted();
    db.on_query("count()", count(0))
        .on_query("count()", count(2))
        .on_execute("DELETE FROM symbols", Ok(()));
    assert!(!symbols.delete("NASDAQ", "GONE").await.unwrap());
    assert!(symbols.delete("NASDAQ", "A' OR 1").await.unwrap());
    let delete = db.statements().pop().unwrap();
    assert_eq!(delete.parameter("exchange").cloned(), text("NASDAQ"));
    assert_eq!(delete.parameter("name").cloned(), text("A' OR 1"));
    assert!(delete.is_idempotent());
    assert!(delete.settings().any(|setting| setting == ("lightweight_deletes_sync", "2")));
}

#[tokio::test]
async fn a_rename_that_cannot_store_the_new_name_keeps_the_old_one() {
    let (db, symbols) = scripted();
    let (from, to) = (SymbolName::parse("B:ETH").unwrap(), SymbolName::parse("X:ETH").unwrap());
    db.on_query(TABLE, stored(&[&named("B", "ETH")], 1))
        .on_query(TABLE, nothing())
        .on_query(TABLE, nothing())
        .on_insert("symbols", Err(DbError::Closed));
    let error = symbols.rename(&from, &to).await.unwrap_err();
    assert!(matches!(error, SymbolError::Database { source: DbError::Closed, .. }), "{error}");

    let other = apple().renamed(&to);
    db.on_query(TABLE, stored(&[&named("B", "ETH")], 1)).on_query(TABLE, stored(&[&other], 1));
    let error = symbols.rename(&from, &to).await.unwrap_err();
    assert!(matches!(&error, SymbolError::Taken { to, .. } if to == "X:ETH"), "{error}");
}
