//! What the repository asks of the port, without a database.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

use std::error::Error;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray, UInt64Array,
};
use candle_repository::{
    Calendar, Candle, CandleError, CandleRepository, CandleSeries, Interval, ModelError,
    SeriesFilter, SeriesKey, SortedCandles, TimeRange, Timestamp,
};
use db_mock::{QueryReply, ScriptedExecutor};
use db_port::{DbError, Value};
use futures_util::StreamExt;

fn script() -> (Arc<ScriptedExecutor>, CandleRepository) {
    let db = Arc::new(ScriptedExecutor::new());
    (Arc::clone(&db), CandleRepository::new(db))
}

fn key() -> SeriesKey {
    SeriesKey::parse("NASDAQ:AAPL", Interval::DAY).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn candle(day: &str, close: f64) -> Candle {
    Candle { open_time: at(day), open: close, high: close, low: close, close, volume: 1.0 }
}

/// Candles as the database returns them.
fn rows(candles: &[Candle]) -> RecordBatch {
    CandleSeries::from_candles(key(), candles).unwrap().to_batch().unwrap()
}

/// As [`rows`], with the symbol and the revision of each.
fn revised(candles: &[Candle], revision: u64) -> RecordBatch {
    let rows = rows(candles);
    let names: Vec<_> = rows.schema().fields().iter().map(|f| f.name().clone()).collect();
    let revisions: ArrayRef = Arc::new(UInt64Array::from(vec![revision; candles.len()]));
    let columns = names.iter().map(String::as_str).zip(rows.columns().iter().cloned());
    let symbols: ArrayRef = Arc::new(StringArray::from(vec!["AAPL"; candles.len()]));
    RecordBatch::try_from_iter(columns.chain([("symbol", symbols), ("revision", revisions)]))
        .unwrap()
}

fn lost() -> DbError {
    DbError::Interrupted { rows: 1, reason: "cut off".into(), source: None }
}

/// The database does not let this user see the marks of the index.
fn refuse_marks(db: &ScriptedExecutor) {
    let refused = DbError::Database { code: 497, message: "no rights".into(), query_id: None };
    db.on_query("FROM mergeTreeIndex", refused);
}

fn floats(batch: &RecordBatch, name: &str) -> Vec<f64> {
    let column = batch.column_by_name(name).unwrap().as_any().downcast_ref::<Float64Array>();
    column.unwrap().values().to_vec()
}

fn texts(batch: &RecordBatch, name: &str) -> Vec<String> {
    let column = batch.column_by_name(name).unwrap().as_any().downcast_ref::<StringArray>();
    column.unwrap().iter().map(|text| text.unwrap().to_owned()).collect()
}

fn revisions(batch: &RecordBatch) -> Vec<u64> {
    let column = batch.column_by_name("revision").unwrap().as_any().downcast_ref::<UInt64Array>();
    column.unwrap().values().to_vec()
}

#[tokio::test]
async fn only_what_differs_is_written_and_with_a_higher_revision() {
    let (db, candles) = script();
    let future = 9_000_000_000_000_000_000;
    let stored = [candle("2024-01-01", 1.0), candle("2024-01-02", 2.0)];
    db.on_query("FROM candles WHERE", revised(&stored, future));
    db.on_insert("candles", Ok(()));
    let wanted = [candle("2024-01-01", 1.0), candle("2024-01-02", 9.0), candle("2024-01-03", 3.0)];
    let report = candles.upsert(&key(), &wanted).await.unwrap();
    assert_eq!((report.inserted, report.corrected, report.unchanged), (1, 1, 1));
    let batch = db.inserts()[0].batch().clone();
    assert_eq!(floats(&batch, "close"), [9.0, 3.0]);
    assert_eq!(texts(&batch, "exchange"), ["NASDAQ", "NASDAQ"]);
    assert_eq!(texts(&batch, "symbol"), ["AAPL", "AAPL"]);
    assert_eq!(texts(&batch, "interval"), ["1d", "1d"]);
    assert_eq!(revisions(&batch), [future + 1, future + 1]);
}

#[tokio::test]
async fn what_is_stored_already_is_not_written() {
    let (db, candles) = script();
    let stored = [candle("2024-01-01", 1.0)];
    db.on_query("FROM candles WHERE", revised(&stored, 5));
    let report = candles.upsert(&key(), &stored).await.unwrap();
    assert_eq!((report.inserted, report.corrected, report.unchanged), (0, 0, 1));
    assert!(db.inserts().is_empty());
}

#[tokio::test]
async fn parts_of_one_series_are_put_together_before_they_are_compared() {
    let (db, candles) = script();
    let sorted = |name: &str, candles: &[Candle]| {
        let key = SeriesKey::parse(name, Interval::DAY).unwrap();
        SortedCandles::new(key, candles.to_vec()).unwrap()
    };
    let (one, two) = (candle("2024-01-01", 1.0), candle("2024-01-02", 2.0));
    let later = sorted("NASDAQ:AAPL", &[one, two]);
    let other = candle("2024-01-01", 9.0);
    let conflict = sorted("NASDAQ:AAPL", &[other]);
    let error = candles.upsert_all([&later, &conflict]).await.unwrap_err();
    assert!(matches!(error, CandleError::Model(ModelError::Conflict { .. })), "{error}");
    assert!(db.calls().is_empty());

    db.on_query("FROM candles WHERE", revised(&[one], 5));
    db.on_insert("candles", Ok(()));
    let first = sorted("NASDAQ:AAPL", &[one]);
    let report =
        candles.upsert_all([&first, &sorted("NASDAQ:MSFT", &[one]), &later]).await.unwrap();
    assert_eq!((report.inserted, report.corrected, report.unchanged), (2, 0, 1));
    assert_eq!(db.inserts().len(), 1);
    assert_eq!(texts(db.inserts()[0].batch(), "symbol"), ["AAPL", "MSFT"]);
}

/// The futures go to other threads, as `tokio::spawn` sends them.
#[test]
fn futures_are_send() {
    fn assert_send(_: impl Send) {}
    let (_db, candles) = script();
    let key = key();
    let sorted = SortedCandles::new(key.clone(), Vec::new()).unwrap();
    assert_send(candles.upsert(&key, &[]));
    assert_send(candles.upsert_all([&sorted]));
    assert_send(candles.range(&key, ..));
    assert_send(candles.latest_of_all(&SeriesFilter::default(), 1));
    let calendar = |_: &SeriesKey| Calendar::Weekdays;
    assert_send(candles.coverage_of_all(&SeriesFilter::default(), .., calendar));
}

#[tokio::test]
async fn nothing_to_store_asks_nothing() {
    let (db, candles) = script();
    candles.upsert(&key(), &[]).await.unwrap();
    assert!(db.calls().is_empty());
}

#[tokio::test]
async fn each_year_is_a_write_of_its_own_and_a_failure_says_what_was_being_done() {
    let (db, candles) = script();
    db.on_query("FROM candles WHERE", revised(&[], 0));
    db.on_insert("candles", Ok(()));
    db.on_insert("candles", Err(lost()));
    let wanted = [candle("2025-01-01", 2.0), candle("2024-12-31", 1.0), candle("2026-01-01", 3.0)];
    let error = candles.upsert(&key(), &wanted).await.unwrap_err();
    assert_eq!(error.to_string(), "the candle store failed while storing candles");
    assert!(error.source().unwrap().to_string().contains("cut off"));
    let written: Vec<_> = db.inserts().iter().map(|i| floats(i.batch(), "close")).collect();
    assert_eq!(written, [[1.0], [2.0]]);
}

#[tokio::test]
async fn a_bad_candle_is_refused_before_the_database_is_asked() {
    let (db, candles) = script();
    let wanted = [candle("2024-01-01", 1.0), candle("2024-01-02", f64::NAN)];
    let error = candles.upsert(&key(), &wanted).await.unwrap_err();
    assert!(matches!(error, CandleError::Model(ModelError::InvalidCandle { .. })), "{error}");
    assert!(db.calls().is_empty());
}

#[tokio::test]
async fn a_comparison_that_breaks_off_writes_nothing() {
    let (db, candles) = script();
    let stored = revised(&[candle("2024-01-01", 1.0)], 5);
    db.on_query("FROM candles WHERE", QueryReply::batches([stored]).then_fail(lost()));
    let wanted = [candle("2024-01-01", 2.0), candle("2024-01-02", 2.0)];
    candles.upsert(&key(), &wanted).await.unwrap_err();
    assert!(db.inserts().is_empty());
}

#[tokio::test]
async fn stored_candles_come_in_any_order_and_one_twice_is_an_error() {
    let (db, candles) = script();
    let days = [candle("2024-01-01", 1.0), candle("2024-01-02", 2.0)];
    let [one, two] = days.map(|day| revised(&[day], 5));
    db.on_query("FROM candles WHERE", QueryReply::batches([two.clone(), one.clone()]));
    let report = candles.upsert(&key(), &days).await.unwrap();
    assert_eq!((report.inserted, report.corrected, report.unchanged), (0, 0, 2));
    // Of two with one revision the rows do not say which counts.
    let twice = || QueryReply::batches([one.clone(), two.clone(), one.clone()]);
    db.on_query("FROM candles WHERE", twice()).on_query("FROM candles FINAL", twice());
    let error = candles.upsert(&key(), &days).await.unwrap_err();
    assert!(error.source().unwrap().to_string().contains("each stored candle once"), "{error:?}");
    assert!(db.inserts().is_empty());
}

#[tokio::test]
async fn of_few_candles_the_highest_revision_is_compared_and_many_are_asked_with_final() {
    let (db, candles) = script();
    let (old, new, other) =
        (candle("2024-01-01", 1.0), candle("2024-01-01", 2.0), candle("2024-01-02", 3.0));
    let rows = [(other, 3), (new, 7), (old, 6), (old, 5), (old, 5)];
    let rows = rows.map(|(candle, revision)| revised(&[candle], revision));
    db.on_query("FROM candles WHERE", QueryReply::batches(rows.clone()));
    let report = candles.upsert(&key(), &[new, other]).await.unwrap();
    assert_eq!((report.inserted, report.corrected, report.unchanged), (0, 0, 2));
    db.on_query("FROM candles WHERE", QueryReply::batches(rows)).on_insert("candles", Ok(()));
    let report = candles.upsert(&key(), &[old, other]).await.unwrap();
    assert_eq!((report.inserted, report.corrected, report.unchanged), (0, 1, 1));
    assert!(revisions(db.inserts()[0].batch())[0] > 7);

    let far = [other, candle("2026-09-28", 3.0)];
    db.on_query("FROM candles FINAL", revised(&far, 5));
    let report = candles.upsert(&key(), &far).await.unwrap();
    assert_eq!(report.unchanged, 2, "more than 1000 days");
}

#[tokio::test]
async fn a_block_may_be_sent_again_and_names_no_token() {
    let (db, candles) = script();
    db.on_query("FROM candles WHERE", revised(&[], 0));
    db.on_insert("candles", Ok(()));
    candles.upsert(&key(), &[candle("2024-01-01", 1.0)]).await.unwrap();
    let insert = &db.inserts()[0];
    assert!(insert.is_idempotent() && insert.deduplication_token().is_none());
}

#[tokio::test]
async fn above_the_highest_revision_nothing_can_win() {
    let (db, candles) = script();
    db.on_query("FROM candles WHERE", revised(&[candle("2024-01-01", 1.0)], u64::MAX));
    let error = candles.upsert(&key(), &[candle("2024-01-01", 2.0)]).await.unwrap_err();
    assert!(error.to_string().contains("NASDAQ:AAPL 1d"), "{error}");
    assert!(db.inserts().is_empty());
}

#[tokio::test]
async fn a_range_names_its_series_and_its_bounds_as_parameters() {
    let (db, candles) = script();
    db.on_query("ORDER BY open_time", rows(&[]));
    candles.range(&key(), at("2024-01-01")..at("2024-02-01")).await.unwrap();
    let statement = &db.statements()[0];
    for (name, value) in [
        ("exchange", Value::from("NASDAQ")),
        ("symbol", Value::from("AAPL")),
        ("interval", Value::from("1d")),
        ("first", Value::from(at("2024-01-01").as_millis())),
        ("last", Value::from(at("2024-02-01").as_millis() - 1)),
    ] {
        assert_eq!(statement.parameter(name), Some(&value), "{name}");
    }
    assert!(statement.sql().contains("FINAL"), "{}", statement.sql());
}

#[tokio::test]
async fn a_range_that_ends_before_it_starts_is_refused_and_nothing_is_asked() {
    let (db, candles) = script();
    let turned = at("2024-02-01")..at("2024-01-01");
    let error = candles.range(&key(), turned.clone()).await.unwrap_err();
    assert!(matches!(error, CandleError::Model(ModelError::EmptyRange { .. })), "{error}");
    assert!(candles.delete(&key(), turned).await.is_err());
    assert!(db.statements().is_empty());
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error_not_a_short_series() {
    let (db, candles) = script();
    let part = rows(&[candle("2024-01-01", 1.0)]);
    db.on_query("FROM candles", QueryReply::batches([part.clone()]).then_fail(lost()));
    assert!(candles.range(&key(), ..).await.is_err());
    db.on_query("FROM candles", QueryReply::batches([part]).then_fail(lost()));
    let parts: Vec<_> = candles.range_stream(&key(), ..).await.unwrap().collect().await;
    assert!(matches!(parts.as_slice(), [Ok(_), Err(_)]), "{parts:?}");
    let times: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![0]).with_timezone("UTC"));
    let times = RecordBatch::try_from_iter([("open_time", times)]).unwrap();
    db.on_query("SELECT open_time", QueryReply::batches([times]).then_fail(lost()));
    assert!(candles.coverage(&key(), .., Calendar::Continuous).await.is_err());
}

#[tokio::test]
async fn an_answer_with_a_candle_twice_is_an_error() {
    let (db, candles) = script();
    let part = rows(&[candle("2024-01-01", 1.0)]);
    db.on_query("FROM candles", QueryReply::batches([part.clone(), part]));
    let error = candles.range(&key(), ..).await.unwrap_err();
    assert!(error.source().unwrap().to_string().contains("each once"), "{error:?}");
}

#[tokio::test]
async fn nothing_to_delete_deletes_nothing() {
    let (db, candles) = script();
    let none: ArrayRef = Arc::new(UInt64Array::from(vec![0]));
    db.on_query("count()", RecordBatch::try_from_iter([("candles", none)]).unwrap());
    assert_eq!(candles.delete(&key(), ..).await.unwrap(), 0);
}

#[tokio::test]
async fn candles_that_do_not_add_up_are_refused_before_the_database_is_asked() {
    let (db, candles) = script();
    let error = candles.resample(&key(), Interval::HOUR, ..).await.unwrap_err();
    assert!(matches!(error, CandleError::NotDivisible { .. }), "{error}");
    assert!(db.calls().is_empty());
}

/// Rows with the names of their series.
fn named(rows: &[(&str, &str, &[Candle])]) -> RecordBatch {
    let candles: Vec<_> = rows.iter().flat_map(|(.., candles)| candles.iter().copied()).collect();
    let text = |value: fn(&(&str, &str, &[Candle])) -> String| -> ArrayRef {
        let repeat = |row| std::iter::repeat_n(value(row), row.2.len());
        Arc::new(StringArray::from(rows.iter().flat_map(repeat).collect::<Vec<_>>()))
    };
    let times: ArrayRef = Arc::new(
        TimestampMillisecondArray::from_iter_values(
            candles.iter().map(|c| c.open_time.as_millis()),
        )
        .with_timezone("UTC"),
    );
    let float = |value: fn(&Candle) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(candles.iter().map(value)))
    };
    RecordBatch::try_from_iter([
        ("exchange", text(|(exchange, ..)| exchange.to_string())),
        ("symbol", text(|_| "A".into())),
        ("interval", text(|(_, interval, _)| interval.to_string())),
        ("open_time", times),
        ("open", float(|c| c.open)),
        ("high", float(|c| c.high)),
        ("low", float(|c| c.low)),
        ("close", float(|c| c.close)),
        ("volume", float(|c| c.volume)),
    ])
    .unwrap()
}

/// What a list of series says of the same rows.
fn infos(rows: &[(&str, &str, &[Candle])]) -> RecordBatch {
    let lasts: Vec<_> = rows.iter().map(|(.., candles)| &candles[candles.len() - 1..]).collect();
    let ends: Vec<_> = rows.iter().zip(&lasts).map(|(row, last)| (row.0, row.1, *last)).collect();
    let names = named(&ends);
    let name = |name: &str| names.column_by_name(name).unwrap().clone();
    let time = |value: fn(&[Candle]) -> Timestamp| -> ArrayRef {
        let times = rows.iter().map(|(.., candles)| value(candles).as_millis());
        Arc::new(TimestampMillisecondArray::from_iter_values(times).with_timezone("UTC"))
    };
    let counts = UInt64Array::from_iter_values(rows.iter().map(|row| row.2.len() as u64));
    RecordBatch::try_from_iter([
        ("exchange", name("exchange")),
        ("symbol", name("symbol")),
        ("interval", name("interval")),
        ("candles", Arc::new(counts) as ArrayRef),
        ("first", time(|candles| candles[0].open_time)),
        ("last", time(|candles| candles[candles.len() - 1].open_time)),
    ])
    .unwrap()
}

fn newest(day: &str) -> RecordBatch {
    let time = TimestampMillisecondArray::from(vec![at(day).as_millis()]).with_timezone("UTC");
    RecordBatch::try_from_iter([("newest", Arc::new(time) as ArrayRef)]).unwrap()
}

#[tokio::test]
async fn the_latest_of_all_series_are_one_question_for_each_interval_and_sorted_by_name() {
    let (db, candles) = script();
    let (one, two) = ([candle("2024-01-01", 1.0)], [candle("2024-01-01", 2.0)]);
    db.on_query("SELECT DISTINCT", named(&[("X", "1M", &one), ("X", "1d", &two)]));
    db.on_query("max(open_time)", newest("2024-01-01"));
    let by_series = "LIMIT {count:UInt64} BY exchange, symbol, interval";
    db.on_query(by_series, named(&[("X", "1d", &two)]));
    db.on_query(by_series, named(&[("X", "1M", &one)]));
    let filter = SeriesFilter { exchange: Some("X".into()), ..SeriesFilter::default() };
    let latest = candles.latest_of_all(&filter, 1).await.unwrap();
    let names: Vec<_> = latest.iter().map(|series| series.key().to_string()).collect();
    assert_eq!(names, ["X:A 1d", "X:A 1M"]);
    assert_eq!(latest[0].iter().collect::<Vec<_>>(), two);
    let statements = db.statements();
    let [_, _, asked, of_months] = &statements[..] else { panic!("four statements") };
    for (name, value) in [
        ("exchange", Value::from("X")),
        ("symbol", Value::Null),
        ("interval", Value::from("1d")),
        ("count", Value::from(1_u64)),
        ("first", Value::from(at("2023-12-23").as_millis())),
    ] {
        assert_eq!(asked.parameter(name), Some(&value), "{name}");
    }
    assert_eq!(of_months.parameter("interval"), Some(&Value::from("1M")));
}

#[tokio::test]
async fn the_latest_are_looked_for_further_back_only_while_many_series_have_too_few() {
    let (db, candles) = script();
    let exchanges: Vec<_> = (0..20).map(|n| format!("X{n}")).collect();
    let (old, new) = ([candle("2020-01-01", 1.0)], [candle("2024-01-01", 2.0)]);
    let all = |until: usize| -> RecordBatch {
        let rows = exchanges.iter().take(until).map(|name| (name.as_str(), "1d", &new[..]));
        named(&rows.collect::<Vec<_>>())
    };
    refuse_marks(&db);
    db.on_query("SELECT DISTINCT", all(20));
    db.on_query("max(open_time)", newest("2024-01-01"));
    db.on_query("LIMIT {count:UInt64} BY", all(3));
    db.on_query("LIMIT {count:UInt64} BY", all(18));
    db.on_query("FROM candles WHERE", revised(&[], 1));
    db.on_query("FROM candles FINAL", rows(&old));
    db.on_query("FROM candles WHERE", revised(&[], 1));
    db.on_query("FROM candles FINAL", rows(&[]));
    let latest = candles.latest_of_all(&SeriesFilter::default(), 1).await.unwrap();
    // One is deleted between the questions, and one is old.
    let times: Vec<_> = latest.iter().map(|series| series.first().unwrap().open_time).collect();
    let is_old = times.iter().filter(|&&time| time == at("2020-01-01")).count();
    assert_eq!((times.len(), is_old), (19, 1));
    let first = |n: usize| db.statements()[n].parameter("first").cloned();
    assert_eq!(first(3), Some(Value::from(at("2023-12-23").as_millis())));
    assert_eq!(first(4), Some(Value::from(at("2024-01-01").as_millis() - 16 * 9 * 86_400_000)));
}

#[tokio::test]
async fn few_candles_come_from_the_rows_alone_and_others_from_final() {
    let (db, candles) = script();
    let days = |from: u32, to: u32| -> Vec<Candle> {
        let day = |day| candle(&format!("2024-01-{:02}", day), f64::from(day));
        (from..=to).rev().map(day).collect()
    };
    db.on_query("FROM candles WHERE", unordered(&days(1, 4)));
    let latest = candles.latest(&key(), 3).await.unwrap();
    assert_eq!(latest.iter().map(|c| c.close).collect::<Vec<_>>(), [2.0, 3.0, 4.0]);
    // One candle has so many revisions that nothing is seen of the others.
    db.on_query("FROM candles WHERE", unordered(&vec![candle("2024-01-04", 1.0); 103]));
    db.on_query("FROM candles FINAL", rows(&days(4, 4)));
    assert_eq!(candles.latest(&key(), 3).await.unwrap().len(), 1);
    db.on_query("FROM candles FINAL", rows(&[]));
    candles.latest(&key(), 1001).await.unwrap();
    let asked: Vec<_> = db.statements().iter().map(|s| s.parameter("rows").cloned()).collect();
    let rows = [103, 103, 103, 1101].map(|rows: u64| Some(Value::from(rows)));
    assert_eq!(asked, rows);
}

#[tokio::test]
async fn the_newest_candle_is_looked_for_near_the_one_that_was_seen_last() {
    let (db, candles) = script();
    let all = Some(Value::from(Timestamp::MIN.as_millis()));
    let near = |day: &str| Some(Value::from(at(day).as_millis() - 9 * 86_400_000));
    let first = || db.statements().last().unwrap().parameter("first").cloned();
    let asks_the_table = || db.statements().last().unwrap().sql().contains("max(open_time)");
    let find = |day: &str| db.on_query("FROM candles WHERE", revised(&[candle(day, 1.0)], 1));

    find("2024-01-20");
    candles.latest(&key(), 1).await.unwrap();
    assert_eq!((first(), asks_the_table()), (all.clone(), true));
    for (day, seen) in [("2024-01-15", "2024-01-20"), ("2024-02-01", "2024-01-20")] {
        find(day);
        candles.clone().latest(&key(), 1).await.unwrap();
        assert_eq!((first(), asks_the_table()), (near(seen), false));
    }
    db.on_query("FROM candles WHERE", revised(&[], 1));
    db.on_query("FROM candles FINAL", rows(&[candle("2020-01-01", 1.0)]));
    assert_eq!(candles.latest(&key(), 1).await.unwrap().len(), 1);
    assert_eq!(db.statements()[3].parameter("first").cloned(), near("2024-02-01"));
    find("2024-01-01");
    candles.latest(&key(), 1).await.unwrap();
    assert_eq!((first(), asks_the_table()), (all, true), "what was seen is there no more");
}

/// The newest first, or many revisions of one candle, each with a revision of its own.
fn unordered(candles: &[Candle]) -> RecordBatch {
    let column = |value: fn(&Candle) -> f64| -> ArrayRef {
        Arc::new(candles.iter().map(value).collect::<Float64Array>())
    };
    let times = candles.iter().map(|c| c.open_time.as_millis());
    let times = TimestampMillisecondArray::from_iter_values(times).with_timezone("UTC");
    RecordBatch::try_from_iter([
        ("open_time", Arc::new(times) as ArrayRef),
        ("open", column(|c| c.open)),
        ("high", column(|c| c.high)),
        ("low", column(|c| c.low)),
        ("close", column(|c| c.close)),
        ("volume", column(|c| c.volume)),
        ("revision", Arc::new(UInt64Array::from_iter_values(1..=candles.len() as u64))),
    ])
    .unwrap()
}

#[tokio::test]
async fn the_coverage_of_whole_series_reads_no_open_times() {
    let (db, candles) = script();
    let days: Vec<_> = (1..=9).map(|day| candle(&format!("2024-01-0{day}"), 1.0)).collect();
    refuse_marks(&db);
    db.on_query("count() AS candles", infos(&[("X", "1d", &days), ("Y", "1d", &days[3..5])]));
    let filter = SeriesFilter::default();
    let all = candles.coverage_of_all(&filter, .., |_| Calendar::Continuous).await.unwrap();
    let seen: Vec<_> = all.iter().map(|c| (c.key.exchange(), c.count, c.missing())).collect();
    assert_eq!(seen, [("X", 9, 0), ("Y", 2, 0)]);
    // Those of the others only.
    let holes = [days[0], days[2]];
    refuse_marks(&db);
    db.on_query("count() AS candles", infos(&[("X", "1d", &days), ("Y", "1d", &holes)]));
    db.on_query("open_time FROM", named(&[("X", "1d", &days), ("Y", "1d", &holes)]));
    let all = candles.coverage_of_all(&filter, .., |_| Calendar::Continuous).await.unwrap();
    let seen: Vec<_> = all.iter().map(|c| (c.key.exchange(), c.count, c.missing())).collect();
    assert_eq!(seen, [("X", 9, 0), ("Y", 2, 1)]);
    let asked = db.statements().last().unwrap().parameter("exchanges").cloned();
    assert_eq!(asked, Some(Value::Array(vec![Value::from("Y")])));
}

#[tokio::test]
async fn the_coverage_of_all_series_continues_over_the_parts_of_an_answer() {
    let (db, candles) = script();
    let days: Vec<_> = (1..=9).map(|day| candle(&format!("2024-01-0{day}"), 1.0)).collect();
    let known = named(&[("X", "1d", &days[..1]), ("Y", "1d", &days[..1])]);
    refuse_marks(&db);
    db.on_query("SELECT DISTINCT", known);
    db.on_query("count() AS candles", infos(&[("X", "1d", &[days[0], days[2], days[6]])]));
    let parts = [
        named(&[("W", "1d", &days[1..2]), ("X", "1d", &days[..3])]),
        named(&[("X", "1d", &days[5..7])]),
    ];
    db.on_query("ORDER BY exchange, symbol, interval, open_time", QueryReply::batches(parts));
    let range = TimeRange::new(at("2024-01-01"), at("2024-01-10")).unwrap();
    let filter = SeriesFilter::default();
    let all = candles.coverage_of_all(&filter, range, |_| Calendar::Continuous).await.unwrap();
    let seen: Vec<_> =
        all.iter().map(|c| (c.key.exchange(), c.count, c.gaps.len(), c.missing())).collect();
    assert_eq!(seen, [("W", 1, 2, 8), ("X", 5, 2, 4), ("Y", 0, 1, 9)]);
}

#[tokio::test]
async fn an_answer_about_all_series_that_breaks_off_is_an_error() {
    let (db, candles) = script();
    let part = || named(&[("X", "1d", &[candle("2024-01-01", 1.0)])]);
    let all = SeriesFilter::default();
    refuse_marks(&db);
    db.on_query("SELECT DISTINCT", part());
    db.on_query("max(open_time)", newest("2024-01-01"));
    db.on_query("LIMIT {count", QueryReply::batches([part()]).then_fail(lost()));
    assert!(candles.latest_of_all(&all, 1).await.is_err());
    let days = [candle("2024-01-01", 1.0), candle("2024-01-03", 1.0)];
    refuse_marks(&db);
    db.on_query("count() AS candles", infos(&[("X", "1d", &days)]));
    db.on_query("open_time FROM", QueryReply::batches([part()]).then_fail(lost()));
    assert!(candles.coverage_of_all(&all, .., |_| Calendar::Weekdays).await.is_err());
}
