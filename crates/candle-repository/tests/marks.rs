//! What is made of the marks of the index, without a database.
#![allow(clippy::unwrap_used, reason = "everything here is a test")]

use std::sync::Arc;

use arrow_array::{
    ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray, UInt8Array, UInt64Array,
};
use candle_repository::CandleRepository;
use db_mock::ScriptedExecutor;
use db_port::Value;

const HOUR: i64 = 3_600_000;

/// Two parts in granules of 100 rows: ten or eleven begin with A, of which the last is mixed, then
/// nine with B, whose last row is the part's last.
fn marks(parts: [&str; 2]) -> RecordBatch {
    let times = |hours: [i64; 4]| -> ArrayRef {
        let times = hours.map(|hour| hour * HOUR).to_vec();
        Arc::new(TimestampMillisecondArray::from(times).with_timezone("UTC"))
    };
    let numbers = |values: [u64; 4]| -> ArrayRef { Arc::new(UInt64Array::from(values.to_vec())) };
    let texts = |values: [&str; 4]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
    RecordBatch::try_from_iter([
        ("part", texts([parts[0], parts[0], parts[1], parts[1]])),
        ("exchange", texts(["X"; 4])),
        ("symbol", texts(["A", "B", "A", "B"])),
        ("interval", texts(["1h"; 4])),
        ("rows", numbers([1000, 900, 1100, 900])),
        ("last_rows", numbers([100, 0, 100, 0])),
        ("first", times([1, 20, 10_001, 10_020])),
        ("last", times([901, 919, 10_901, 10_919])),
        ("is_plain", Arc::new(UInt8Array::from(vec![1; 4]))),
    ])
    .unwrap()
}

/// In both granules 60 rows are of A, 39 of B, and one is of a series that no mark has.
fn mixed(offsets: u64) -> RecordBatch {
    let texts = |values: [&str; 6]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
    let numbers = |values: [u64; 6]| -> ArrayRef { Arc::new(UInt64Array::from(values.to_vec())) };
    let times = |hours: [i64; 6]| -> ArrayRef {
        let times = hours.map(|hour| hour * HOUR).to_vec();
        Arc::new(TimestampMillisecondArray::from(times).with_timezone("UTC"))
    };
    RecordBatch::try_from_iter([
        ("exchange", texts(["X"; 6])),
        ("symbol", texts(["A", "A", "AA", "AA", "B", "B"])),
        ("interval", texts(["1h"; 6])),
        ("candles", numbers([60, 60, 1, 1, 39, 39])),
        ("first", times([10_901, 901, 7, 5, 10_001, 1])),
        ("last", times([10_960, 960, 7, 5, 10_019, 19])),
        ("start", numbers([0, 2000, 0, 2000, 0, 2000])),
        ("offsets", numbers([offsets, 0, 0, 0, 0, 0])),
    ])
    .unwrap()
}

/// The places of the rows within their parts: 900 to 999, and 1000 to 1099.
const OFFSETS: u64 = (900 + 999) * 50 + (1000 + 1099) * 50;

#[tokio::test]
async fn a_series_is_its_granules_and_what_mixed_ones_have_of_it() {
    let db = Arc::new(ScriptedExecutor::new());
    let candles = CandleRepository::new(Arc::clone(&db) as _);
    db.on_query("FROM mergeTreeIndex", marks(["2022_1_1_1", "2022_2_2_1_3"]));
    db.on_query("count() AS candles, sum(_part_offset)", mixed(OFFSETS));
    let names: Vec<_> = candles.keys().await.unwrap();
    assert_eq!(names.iter().map(|key| key.symbol()).collect::<Vec<_>>(), ["A", "AA", "B"]);
    // The first row of all parts that lie before, as the engine orders them.
    db.on_query("FROM mergeTreeIndex", marks(["2023_10_10_1", "2022_9_9_1"]));
    db.on_query("indexHint", mixed(OFFSETS));
    let list = candles.list_series().await.unwrap();
    let seen: Vec<_> = list.iter().map(|info| (info.candles, info.first, info.last)).collect();
    let hours = seen.iter().map(|(n, a, b)| (*n, a.as_millis() / HOUR, b.as_millis() / HOUR));
    let expected = [(2020, 1, 10_960), (2, 5, 7), (1878, 1, 10_919)];
    assert_eq!(hours.collect::<Vec<_>>(), expected);
    let places = db.statements().last().unwrap().parameter("places").cloned();
    assert_eq!(places, Some(Value::from(vec![1000_u64, 2900])));
}

#[tokio::test]
async fn a_scan_tells_where_marks_cannot() {
    let db = Arc::new(ScriptedExecutor::new());
    let candles = CandleRepository::new(Arc::clone(&db) as _);
    let parts = ["2022_1_1_1", "2023_2_2_1"];
    let scan = "{interval:Nullable(String)}";
    // Another part came in between, so that other rows are at these places.
    db.on_query("FROM mergeTreeIndex", marks(parts));
    db.on_query("indexHint", mixed(OFFSETS - 1));
    db.on_query(scan, mixed(0));
    assert_eq!(candles.list_series().await.unwrap()[0].candles, 60);
    // These may have candles twice.
    db.on_query("FROM mergeTreeIndex", marks(["2022_1_1_0", "2023_2_2_0"]));
    db.on_query(scan, mixed(0));
    assert_eq!(candles.list_series().await.unwrap()[0].candles, 60);
    db.assert_finished();
}
