//! What is stored is what is read.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, UInt64Type};
use arrow_array::{Array, ArrayRef, Decimal128Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field};
use chrono::{Days, NaiveDate};
use market_model::{AssetClass, Decimal, Symbol, SymbolStatus};
use proptest::option;
use proptest::prelude::*;

use super::{decode, encode, highest_revision};
use crate::error::SymbolError;

fn bare() -> Symbol {
    Symbol::builder("", "GOLD", AssetClass::Commodity).build().unwrap()
}

fn full() -> Symbol {
    Symbol::builder("BINANCE", "BTCUSDT", AssetClass::Crypto)
        .status(SymbolStatus::Delisted)
        .base("BTC")
        .quote("USDT")
        .tick_size(Decimal::new(1, 2))
        .lot_size(Decimal::new(1, 18))
        .listed(NaiveDate::from_ymd_opt(1900, 1, 1))
        .delisted(NaiveDate::from_ymd_opt(2299, 12, 31))
        .build()
        .unwrap()
}

fn with_column(batch: &RecordBatch, name: &str, array: ArrayRef) -> RecordBatch {
    let columns = batch.schema_ref().fields().iter().zip(batch.columns()).map(|(field, column)| {
        let column = if field.name() == name { &array } else { column };
        (field.name().clone(), Arc::clone(column), true)
    });
    RecordBatch::try_from_iter_with_nullable(columns.collect::<Vec<_>>()).unwrap()
}

#[test]
fn columns_have_the_types_that_the_table_returns() {
    let batch = encode(&[&bare()], 1).unwrap();
    let decimal = DataType::Decimal128(38, 18);
    let expected = [
        Field::new("exchange", DataType::Utf8, false),
        Field::new("name", DataType::Utf8, false),
        Field::new("asset_class", DataType::Utf8, false),
        Field::new("status", DataType::Utf8, false),
        Field::new("base", DataType::Utf8, true),
        Field::new("quote", DataType::Utf8, true),
        Field::new("tick_size", decimal.clone(), true),
        Field::new("lot_size", decimal, true),
        Field::new("listed", DataType::Date32, true),
        Field::new("delisted", DataType::Date32, true),
        Field::new("revision", DataType::UInt64, false),
    ];
    let schema = batch.schema();
    let fields: Vec<_> = schema.fields().iter().map(|field| field.as_ref().clone()).collect();
    assert_eq!(fields, expected);
}

#[test]
fn values_are_stored_as_the_table_keeps_them() {
    let batch = encode(&[&full(), &bare()], 7).unwrap();
    let text = |name| batch.column_by_name(name).unwrap().as_string::<i32>();
    assert_eq!(text("asset_class").value(0), "crypto");
    assert_eq!(text("status").value(0), "delisted");
    assert_eq!(text("status").value(1), "active");
    let tick = batch.column_by_name("tick_size").unwrap().as_primitive::<Decimal128Type>();
    assert_eq!(tick.value(0), 10_000_000_000_000_000);
    let lot = batch.column_by_name("lot_size").unwrap().as_primitive::<Decimal128Type>();
    assert_eq!(lot.value(0), 1);
    let listed = batch.column_by_name("listed").unwrap().as_primitive::<Date32Type>();
    assert_eq!(listed.value(0), -25_567);
    let delisted = batch.column_by_name("delisted").unwrap().as_primitive::<Date32Type>();
    assert_eq!(delisted.value(0), 120_529);
    for name in ["base", "quote", "tick_size", "lot_size", "listed", "delisted"] {
        assert!(batch.column_by_name(name).unwrap().is_null(1), "{name}");
    }
    let revision = batch.column_by_name("revision").unwrap().as_primitive::<UInt64Type>();
    assert_eq!(revision.values(), &[7, 7]);
}

#[test]
fn an_unknown_word_in_the_table_is_named_with_its_row() {
    for (column, word) in [("asset_class", "meme"), ("status", "Active")] {
        let array = Arc::new(StringArray::from(vec![word]));
        let batch = with_column(&encode(&[&full()], 1).unwrap(), column, array);
        let error = decode(&batch).unwrap_err();
        assert!(matches!(error, SymbolError::Unreadable { .. }), "{error:?}");
        let error = error.to_string();
        for part in ["BINANCE:BTCUSDT", column, &format!("{word:?}")] {
            assert!(error.contains(part), "{error}");
        }
    }
}

#[test]
fn a_stored_value_that_no_symbol_can_have_is_an_error() {
    let negative = Decimal128Array::from(vec![-1]).with_precision_and_scale(38, 18).unwrap();
    let batch = with_column(&encode(&[&full()], 1).unwrap(), "lot_size", Arc::new(negative));
    let error = decode(&batch).unwrap_err().to_string();
    assert!(error.contains("lot_size") && error.contains("not above zero"), "{error}");
}

#[test]
fn a_decimal_column_of_another_scale_is_refused() {
    let coarse = Decimal128Array::from(vec![1]).with_precision_and_scale(18, 8).unwrap();
    let batch = with_column(&encode(&[&full()], 1).unwrap(), "tick_size", Arc::new(coarse));
    let SymbolError::Database { source, .. } = decode(&batch).unwrap_err() else {
        panic!("a wrong column is the database's failure")
    };
    let error = source.to_string();
    assert!(error.contains("tick_size") && error.contains("(18, 8)"), "{error}");
}

#[test]
fn the_highest_revision_of_no_rows_is_zero() {
    assert_eq!(highest_revision(&encode(&[], 9).unwrap()).unwrap(), 0);
    assert_eq!(highest_revision(&encode(&[&bare()], 9).unwrap()).unwrap(), 9);
}

fn sizes() -> impl Strategy<Value = Option<Decimal>> {
    let size =
        (1..1_i64 << 60, 0..=18_u32).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale));
    option::of(size)
}

fn symbols() -> impl Strategy<Value = Symbol> {
    let names =
        ("[A-Za-z0-9._-]{0,64}", "[!-~é]{1,32}", option::of("[!-~]{1,64}"), option::of("[A-Z]{3}"));
    let classes = (0..AssetClass::ALL.len(), 0..SymbolStatus::ALL.len());
    let days = (0..140_000_u64, option::of(0..6_000_u64), any::<bool>());
    (names, classes, sizes(), sizes(), days).prop_map(|(names, classes, tick, lot, days)| {
        let (exchange, name, base, quote) = names;
        let status = SymbolStatus::ALL[classes.1];
        let listed = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + Days::new(days.0);
        let delisted = days.1.map(|after| listed + Days::new(after));
        Symbol::builder(exchange, name, AssetClass::ALL[classes.0])
            .status(status)
            .base(base.as_deref())
            .quote(quote.as_deref())
            .tick_size(tick)
            .lot_size(lot)
            .listed(days.2.then_some(listed))
            .delisted(delisted.filter(|_| status == SymbolStatus::Delisted))
            .build()
            .unwrap()
    })
}

proptest! {
    #[test]
    fn symbols_come_back_as_they_went(symbols in proptest::collection::vec(symbols(), 0..8)) {
        let mut all: Vec<_> = symbols.iter().collect();
        let bare = bare();
        all.push(&bare);
        let batch = encode(&all, 1).unwrap();
        let decoded = decode(&batch).unwrap();
        prop_assert_eq!(decoded.iter().collect::<Vec<_>>(), all);
    }
}
