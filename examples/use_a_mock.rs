//! Tests code that uses a database without a database: a script of answers, and what was asked.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::{ArrayRef, RecordBatch, UInt64Array};
use db_mock::ScriptedExecutor;
use db_port::{DbError, Phase, QueryExecutor, QueryExecutorExt, Result, Statement, column};

/// What is tested. It knows the port alone, so it never learns that there is no database.
async fn candles_of(db: Arc<dyn QueryExecutor>, symbol: &str) -> Result<u64> {
    let count = Statement::new("SELECT count() AS n FROM candles WHERE symbol = {symbol:String}")
        .bind("symbol", symbol);
    let row = db.query_one(count).await?;
    Ok(column::<UInt64Array>(&row, "n")?.value(0))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let n: ArrayRef = Arc::new(UInt64Array::from(vec![42]));
    let failure = DbError::Timeout { phase: Phase::Connect, limit: Duration::from_secs(10) };

    let db = Arc::new(ScriptedExecutor::new());
    db.on_query("FROM candles", RecordBatch::try_from_iter([("n", n)])?)
        .on_query("FROM candles", failure);

    println!("answer: {}", candles_of(db.clone(), "AAPL").await?);
    println!("failure: {}", candles_of(db.clone(), "AAPL").await.unwrap_err());

    for statement in db.statements() {
        println!("asked with symbol = {:?}", statement.parameter("symbol"));
    }
    // Panics if an answer was not asked for. What was not expected has failed before.
    db.assert_finished();
    Ok(())
}
