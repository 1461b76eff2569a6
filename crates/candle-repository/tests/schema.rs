//! Which table is made, and what happens where the database refuses it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use candle_repository::{CandleError, CandleRepository, PriceCodec};
use db_mock::ScriptedExecutor;
use db_port::{DbError, Statement};

const ALP: &str = "close Float64 CODEC(ALP), volume Float64 CODEC(ALP)";
const DELTA: &str = "close Float64 CODEC(Delta(8), ZSTD(1)), volume Float64 CODEC(ZSTD(1))";

fn script() -> (Arc<ScriptedExecutor>, CandleRepository) {
    let db = Arc::new(ScriptedExecutor::new());
    (Arc::clone(&db), CandleRepository::new(db))
}

fn refused(code: i32) -> DbError {
    DbError::Database { code, message: "refused".into(), query_id: None }
}

fn settings(statement: &Statement) -> Vec<(&str, &str)> {
    statement.settings().collect()
}

#[tokio::test]
async fn alp_is_taken_where_it_is_allowed() {
    let (db, candles) = script();
    db.on_execute(ALP, Ok(()));
    candles.create_schema().await.unwrap();
    assert_eq!(settings(&db.statements()[0]), [("allow_experimental_codecs", "1")]);
}

#[tokio::test]
async fn alp_is_taken_where_another_setting_allows_it() {
    let (db, candles) = script();
    db.on_execute(ALP, Err(refused(36))).on_execute(ALP, Ok(()));
    candles.create_schema().await.unwrap();
    assert_eq!(settings(&db.statements()[1]), [("enable_alp_codec", "1")]);
}

#[tokio::test]
async fn a_database_that_refuses_alp_or_its_settings_gets_what_every_database_knows() {
    for (first, second) in [(36, 452), (115, 115), (164, 164), (432, 115), (452, 115)] {
        let (db, candles) = script();
        db.on_execute(ALP, Err(refused(first))).on_execute(ALP, Err(refused(second)));
        db.on_execute(DELTA, Ok(()));
        candles.create_schema().await.unwrap();
        assert_eq!(settings(&db.statements()[2]), []);
    }
}

#[tokio::test]
async fn any_other_failure_is_the_answer() {
    for error in [refused(497), refused(81), DbError::Closed] {
        let (db, candles) = script();
        db.on_execute(ALP, Err(error));
        candles.create_schema().await.unwrap_err();
    }
}

#[tokio::test]
async fn what_is_refused_every_time_is_an_error() {
    let (db, candles) = script();
    db.on_execute(ALP, Err(refused(164))).on_execute(ALP, Err(refused(164)));
    db.on_execute(DELTA, Err(refused(164)));
    let error = candles.create_schema().await.unwrap_err().to_string();
    assert!(error.contains("creating the table of candles"), "{error}");
}

#[tokio::test]
async fn a_codec_that_is_asked_for_is_never_another() {
    let (db, candles) = script();
    db.on_execute(ALP, Err(refused(432))).on_execute(ALP, Err(refused(115)));
    let error = candles.create_schema_with(PriceCodec::Alp).await.unwrap_err();
    let CandleError::Database { source, .. } = error else { panic!("{error}") };
    assert_eq!(source.code(), Some(432));
    db.on_execute(DELTA, Ok(()));
    candles.create_schema_with(PriceCodec::Delta).await.unwrap();
}

/// What the database says of a table.
fn table(price: &str, volume: &str, comment: &str) -> RecordBatch {
    let text = |rows: [&str; 6]| -> ArrayRef { Arc::new(StringArray::from(rows.to_vec())) };
    RecordBatch::try_from_iter([
        ("name", text(["symbol", "open", "high", "low", "close", "volume"])),
        ("codec_expression", text(["", price, price, price, price, volume])),
        ("comment", text(["", "", "", "", "", comment])),
    ])
    .unwrap()
}

const DESCRIBE: &str = "DESCRIBE TABLE candles";
const MODIFY: &str = "MODIFY COLUMN close CODEC(ALP), MODIFY COLUMN volume CODEC(ALP), \
                      COMMENT COLUMN volume 'to do: ALTER TABLE candles REWRITE PARTS'";
const REWRITE: &str = "ALTER TABLE candles REWRITE PARTS";
const FORGET: &str = "ALTER TABLE candles COMMENT COLUMN volume ''";

#[tokio::test]
async fn a_codec_is_that_of_all_columns() {
    for (price, volume, codec) in [
        ("ALP", "ALP", Some(PriceCodec::Alp)),
        ("Delta(8), ZSTD(1)", "ZSTD(1)", Some(PriceCodec::Delta)),
        ("ALP", "ZSTD(1)", None),
        ("", "", None),
    ] {
        let (db, candles) = script();
        db.on_query(DESCRIBE, table(price, volume, ""));
        assert_eq!(candles.price_codec().await.unwrap(), codec);
    }
}

#[tokio::test]
async fn a_rewrite_is_noted_in_the_table_until_the_database_knows_of_it() {
    let (db, candles) = script();
    db.on_query(DESCRIBE, table("Delta(8), ZSTD(1)", "ZSTD(1)", ""))
        .on_execute(MODIFY, Err(refused(36)))
        .on_execute(MODIFY, Ok(()))
        .on_execute(REWRITE, Ok(()))
        .on_execute(FORGET, Ok(()));
    candles.begin_rewrite(PriceCodec::Alp).await.unwrap();
    assert!(db.statements()[3].settings().any(|setting| setting == ("mutations_sync", "0")));
}

#[tokio::test]
async fn a_rewrite_that_the_database_does_not_know_of_is_begun_again() {
    let (db, candles) = script();
    db.on_query(DESCRIBE, table("ALP", "ALP", "to do: ALTER TABLE candles REWRITE PARTS"))
        .on_execute(REWRITE, Err(DbError::Closed));
    candles.begin_rewrite(PriceCodec::Alp).await.unwrap_err();
    db.on_query(DESCRIBE, table("ALP", "ALP", "to do: ALTER TABLE candles REWRITE PARTS"))
        .on_execute(REWRITE, Ok(()))
        .on_execute(FORGET, Ok(()));
    candles.begin_rewrite(PriceCodec::Alp).await.unwrap();
}

#[tokio::test]
async fn a_table_that_has_the_codec_stays_as_it_is() {
    let (db, candles) = script();
    db.on_query(DESCRIBE, table("ALP", "ALP", ""));
    candles.begin_rewrite(PriceCodec::Alp).await.unwrap();
}
