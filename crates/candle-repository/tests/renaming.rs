//! What a rename asks of the port, and what it leaves alone when something fails.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray, UInt64Array};
use candle_repository::{
    Candle, CandleError, CandleRepository, CandleSeries, Interval, SeriesKey, SymbolName, Timestamp,
};
use db_mock::{MockExecutor, ScriptedExecutor};
use db_port::{DbError, Value};

const INFO: &str = "count() AS candles";
const PAGE: &str = "LIMIT {count:UInt64}";
const STORED: &str = "revision FROM candles WHERE";

fn script() -> (Arc<ScriptedExecutor>, CandleRepository) {
    let db = Arc::new(ScriptedExecutor::new());
    (Arc::clone(&db), CandleRepository::new(db))
}

fn name(text: &str) -> SymbolName {
    SymbolName::parse(text).unwrap()
}

fn candle(day: &str, close: f64) -> Candle {
    let open_time: Timestamp = day.parse().unwrap();
    Candle { open_time, open: close, high: close, low: close, close, volume: 1.0 }
}

fn both() -> [Candle; 2] {
    [candle("2024-01-01", 1.0), candle("2024-01-02", 2.0)]
}

fn text(value: &str, rows: usize) -> ArrayRef {
    Arc::new(StringArray::from(vec![value; rows]))
}

/// What a series of days has, from the first of `candles` to the last.
fn info(symbol: &str, candles: &[Candle]) -> RecordBatch {
    let rows = usize::from(!candles.is_empty());
    let time = |candle: Option<&Candle>| -> ArrayRef {
        let times =
            TimestampMillisecondArray::from_iter_values(candle.map(|c| c.open_time.as_millis()));
        Arc::new(times.with_timezone("UTC"))
    };
    let count: ArrayRef = Arc::new(UInt64Array::from(vec![candles.len() as u64; rows]));
    RecordBatch::try_from_iter([
        ("exchange", text("", rows)),
        ("symbol", text(symbol, rows)),
        ("interval", text("1d", rows)),
        ("candles", count),
        ("first", time(candles.first())),
        ("last", time(candles.last())),
    ])
    .unwrap()
}

fn page(candles: &[Candle]) -> RecordBatch {
    let key = SeriesKey::parse("A", Interval::DAY).unwrap();
    CandleSeries::from_candles(key, candles).unwrap().to_batch().unwrap()
}

/// What is stored of B, with revisions.
fn stored(candles: &[Candle]) -> RecordBatch {
    let page = page(candles);
    let fields = page.schema();
    let columns = fields.fields().iter().map(|field| field.name().as_str());
    let revisions: ArrayRef = Arc::new(UInt64Array::from(vec![5; candles.len()]));
    RecordBatch::try_from_iter(
        columns
            .zip(page.columns().iter().cloned())
            .chain([("symbol", text("B", candles.len())), ("revision", revisions)]),
    )
    .unwrap()
}

fn count(candles: u64) -> RecordBatch {
    let candles: ArrayRef = Arc::new(UInt64Array::from(vec![candles]));
    RecordBatch::try_from_iter([("candles", candles)]).unwrap()
}

#[tokio::test]
async fn candles_are_copied_and_compared_before_those_are_deleted_that_were_compared() {
    let (db, candles) = script();
    db.on_query(INFO, info("A", &both()))
        .on_query(INFO, info("B", &[]))
        .on_query(PAGE, page(&both()))
        .on_query(STORED, stored(&[]))
        .on_query(PAGE, page(&both()))
        .on_query(STORED, stored(&[]))
        .on_insert("candles", Ok(()))
        .on_query(PAGE, page(&both()))
        .on_query(STORED, stored(&both()))
        .on_query("SELECT count()", count(2))
        .on_execute("DELETE FROM candles", Ok(()));
    let moved = candles.rename(&name("A"), &name("B")).await.unwrap();
    assert_eq!((moved[0].key.to_string().as_str(), moved[0].candles), ("B 1d", 2));
    let delete = db.statements().pop().unwrap();
    assert!(delete.settings().any(|setting| setting == ("lightweight_deletes_sync", "2")));
    let [first, last] = both().map(|candle| Value::from(candle.open_time.as_millis()));
    for (parameter, value) in [("symbol", Value::from("A")), ("first", first), ("last", last)] {
        assert_eq!(delete.parameter(parameter), Some(&value), "{parameter}");
    }
}

#[tokio::test]
async fn a_copy_that_fails_or_is_not_whole_deletes_nothing() {
    let begin = |db: &ScriptedExecutor| {
        db.on_query(INFO, info("A", &both()))
            .on_query(INFO, info("B", &[]))
            .on_query(PAGE, page(&both()))
            .on_query(STORED, stored(&[]))
            .on_query(PAGE, page(&both()))
            .on_query(STORED, stored(&[]));
    };
    let (db, candles) = script();
    begin(&db);
    db.on_insert("candles", Err(DbError::Closed));
    let error = candles.rename(&name("A"), &name("B")).await.unwrap_err();
    assert!(matches!(error, CandleError::Database { .. }), "{error}");

    for half in [&both()[..1], &[both()[0], candle("2024-01-02", 9.0)]] {
        let (db, candles) = script();
        begin(&db);
        db.on_insert("candles", Ok(()))
            .on_query(PAGE, page(&both()))
            .on_query(STORED, stored(half));
        let error = candles.rename(&name("A"), &name("B")).await.unwrap_err();
        assert!(matches!(error, CandleError::Conflict { .. }), "{error}");
    }
}

/// The mock has no expectation for an insert or a statement: either would be a panic.
#[tokio::test]
async fn a_name_with_other_candles_is_refused_without_a_write() {
    let other = candle("2024-01-02", 9.0);
    let cases =
        [(vec![both()[0], other], (1, 0)), (vec![both()[0], candle("2024-01-03", 3.0)], (0, 1))];
    for (there, expected) in cases {
        let mut db = MockExecutor::new();
        db.expect_query().times(4).returning(move |statement| {
            let sql = statement.sql().split_whitespace().collect::<Vec<_>>().join(" ");
            let answer = match statement.parameter("symbol") {
                Some(symbol) if sql.contains(INFO) && *symbol == Value::from("A") => {
                    info("A", &both())
                }
                Some(_) if sql.contains(INFO) => info("B", &there),
                _ if sql.contains(PAGE) => page(&both()),
                _ => stored(&there),
            };
            Ok(db_port::RecordStream::new(
                answer.schema(),
                futures_util::stream::iter([Ok(answer)]),
            ))
        });
        let candles = CandleRepository::new(Arc::new(db));
        let error = candles.rename(&name("A"), &name("B")).await.unwrap_err();
        let CandleError::Conflict { different, other, .. } = error else { panic!("{error}") };
        assert_eq!((different, other), expected);
    }
}

#[tokio::test]
async fn the_same_name_asks_nothing() {
    let (db, candles) = script();
    assert!(candles.rename(&name("A"), &name("A")).await.unwrap().is_empty());
    assert!(db.calls().is_empty());
}

/// The futures go to other threads, as `tokio::spawn` sends them.
#[test]
fn a_rename_is_send() {
    fn assert_send(_: impl Send) {}
    let (_db, candles) = script();
    assert_send(candles.rename(&name("A"), &name("B")));
}
