//! What the repository must not ask of the port, and what holds for all that it asks.
#![allow(clippy::unwrap_used, reason = "everything here is a test")]

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch, UInt64Array};
use candle_repository::{
    Candle, CandleError, CandleRepository, CandleSeries, Interval, SeriesKey, SortedCandles,
};
use db_mock::{MockExecutor, QueryReply};
use db_port::{DbError, InsertSummary, RecordStream};

fn key(name: &str) -> SeriesKey {
    SeriesKey::parse(name, Interval::DAY).unwrap()
}

fn candle(day: &str, close: f64) -> Candle {
    let open_time = day.parse().unwrap();
    Candle { open_time, open: close, high: close, low: close, close, volume: 1.0 }
}

fn series(name: &str, day: &str, close: f64) -> SortedCandles {
    SortedCandles::new(key(name), vec![candle(day, close)]).unwrap()
}

/// The answer of a table without candles.
fn none_stored() -> db_port::Result<RecordStream> {
    let rows = CandleSeries::from_candles(key("A"), &[]).unwrap().to_batch().unwrap();
    let fields = rows.schema();
    let names = fields.fields().iter().map(|field| field.name().as_str());
    let symbols: ArrayRef = Arc::new(StringBuilder::new().finish());
    let revisions: ArrayRef = Arc::new(UInt64Array::from(Vec::<u64>::new()));
    let columns = names.zip(rows.columns().iter().cloned());
    let columns = columns.chain([("symbol", symbols), ("revision", revisions)]);
    QueryReply::from(RecordBatch::try_from_iter(columns).unwrap()).into_stream()
}

fn lost() -> DbError {
    DbError::OutcomeUnknown { what: "an insert".into(), query_id: "q-1".into(), source: None }
}

fn repository(mock: MockExecutor) -> CandleRepository {
    CandleRepository::new(Arc::new(mock))
}

#[tokio::test]
async fn nothing_and_mistakes_reach_no_database() {
    let candles = repository(MockExecutor::new());
    let key = key("X:A");
    candles.upsert(&key, &[]).await.unwrap();
    candles.upsert_all(Vec::<&SortedCandles>::new()).await.unwrap();
    let (good, bad) = (candle("2024-01-01", 1.0), candle("2024-01-02", f64::NAN));
    for wrong in [
        vec![good, bad],
        vec![good, candle("2024-01-01", 2.0)],
        vec![candle("2024-01-01T00:00:01Z", 1.0)],
    ] {
        let error = candles.upsert(&key, &wrong).await.unwrap_err();
        assert!(matches!(error, CandleError::Model(_)), "{error:?}");
    }
    let two = [series("X:A", "2024-01-01", 1.0), series("X:A", "2024-01-01", 2.0)];
    candles.upsert_all(&two).await.unwrap_err();
    candles.resample(&key, Interval::HOUR, ..).await.unwrap_err();
}

#[tokio::test]
async fn an_insert_that_fails_is_the_last() {
    let mut mock = MockExecutor::new();
    mock.expect_query().times(1).returning(|_| none_stored());
    mock.expect_insert().times(1).returning(|_| Ok(InsertSummary::new(1)));
    mock.expect_insert().times(1).returning(|_| Err(lost()));
    let years = ["2023-01-02", "2024-01-01", "2025-01-01"].map(|day| candle(day, 1.0));
    let error = repository(mock).upsert(&key("X:A"), &years).await.unwrap_err();
    assert!(error.to_string().contains("storing candles"), "{error}");
}

#[tokio::test]
async fn nothing_is_written_unless_every_comparison_succeeds() {
    let mut mock = MockExecutor::new();
    mock.expect_query().times(1).returning(|_| none_stored());
    mock.expect_query().times(1).returning(|_| Err(DbError::Closed));
    mock.expect_insert().never();
    let exchanges = ["X:A", "Y:A", "Z:A"].map(|name| series(name, "2024-01-01", 1.0));
    let error = repository(mock).upsert_all(&exchanges).await.unwrap_err();
    assert!(error.to_string().contains("comparing with stored candles"), "{error}");
}

#[tokio::test]
async fn what_is_not_counted_is_not_deleted() {
    let mut mock = MockExecutor::new();
    mock.expect_query().times(1).returning(|_| Err(DbError::Closed));
    mock.expect_execute().never();
    repository(mock).delete(&key("X:A"), ..).await.unwrap_err();
}

#[tokio::test]
async fn every_write_may_be_repeated_and_none_relies_on_a_token() {
    let mut mock = MockExecutor::new();
    mock.expect_execute().times(2).withf(|s| s.is_idempotent()).returning(|_| Ok(()));
    mock.expect_query().times(1).returning(|_| none_stored());
    mock.expect_query().times(1).returning(|_| {
        let two: ArrayRef = Arc::new(UInt64Array::from(vec![2]));
        QueryReply::from(RecordBatch::try_from_iter([("candles", two)]).unwrap()).into_stream()
    });
    mock.expect_insert()
        .times(2)
        .withf(|insert| insert.is_idempotent() && insert.deduplication_token().is_none())
        .returning(|insert| Ok(InsertSummary::new(insert.batch().num_rows() as u64)));
    let candles = repository(mock);
    candles.create_schema().await.unwrap();
    let years = ["2024-01-01", "2025-01-01"].map(|day| candle(day, 1.0));
    candles.upsert(&key("X:A"), &years).await.unwrap();
    assert_eq!(candles.delete(&key("X:A"), ..).await.unwrap(), 2);
}
