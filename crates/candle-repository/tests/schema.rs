//! Which table is made, and what happens where the database refuses it.
#![allow(clippy::unwrap_used, reason = "everything here is a test")]

use std::sync::Arc;

use candle_repository::{CandleRepository, PriceCodec};
use db_mock::ScriptedExecutor;
use db_port::{DbError, Statement};

const ALP: &str = "close Float64 CODEC(ALP), volume Float64 CODEC(ALP)";
const DELTA: &str = "close Float64 CODEC(Delta, ZSTD(1)), volume Float64 CODEC(ZSTD(1))";

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
async fn a_database_that_refuses_alp_or_its_setting_gets_what_every_database_knows() {
    for code in [36, 115, 164, 432, 452] {
        let (db, candles) = script();
        db.on_execute(ALP, Err(refused(code))).on_execute(DELTA, Ok(()));
        candles.create_schema().await.unwrap();
        assert_eq!(settings(&db.statements()[1]), []);
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
async fn what_is_refused_both_times_is_an_error() {
    let (db, candles) = script();
    db.on_execute(ALP, Err(refused(164))).on_execute(DELTA, Err(refused(164)));
    let error = candles.create_schema().await.unwrap_err().to_string();
    assert!(error.contains("creating the table of candles"), "{error}");
}

#[tokio::test]
async fn a_codec_that_is_asked_for_is_never_another() {
    let (db, candles) = script();
    db.on_execute(ALP, Err(refused(432))).on_execute(DELTA, Ok(()));
    candles.create_schema_with(PriceCodec::Alp).await.unwrap_err();
    candles.create_schema_with(PriceCodec::Delta).await.unwrap();
}
