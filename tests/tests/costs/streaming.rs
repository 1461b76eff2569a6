//! What a stream of candles costs the server.

use arrow_array::UInt64Array;
use candlehouse_tests::table::array;
use db_port::{QueryExecutor, QueryExecutorExt, Statement};
use futures_util::TryStreamExt;

use crate::measured::{Measured, key};

/// One candle each minute of four years.
const CANDLES: u64 = 4 * 366 * 1440;

const FILL: &str = "INSERT INTO candles \
    SELECT 'X', 'S0', '1m', fromUnixTimestamp64Milli(toInt64(number) * 60000, 'UTC'), \
        price, price, price, price, 1, 1 \
    FROM (SELECT number, 100 + (number * 7919 % 1000) / 100 AS price FROM numbers({count:UInt64}))";

const MEMORY: Statement = Statement::new(
    "SELECT toUInt64(max(memory_usage)) AS bytes FROM system.query_log \
     WHERE current_database = currentDatabase() AND query LIKE '%FROM candles FINAL%ORDER BY open_time%'",
);

/// The columns of all candles alone are 100 MB.
#[tokio::test]
async fn a_long_stream_is_not_held_in_memory() {
    let measured = Measured::empty().await;
    let db = &*measured.db;
    db.execute(Statement::new(FILL).bind("count", CANDLES)).await.unwrap();
    let parts = measured.candles.range_stream(&key(0), ..).await.unwrap();
    let count = parts.try_fold(0, |count, part| async move { Ok(count + part.len() as u64) });
    assert_eq!(count.await.unwrap(), CANDLES);
    db.execute(Statement::new("SYSTEM FLUSH LOGS query_log")).await.unwrap();
    let memory = array::<UInt64Array>(&db.query_one(MEMORY).await.unwrap(), "bytes").value(0);
    assert!((1..40_000_000).contains(&memory), "{memory} bytes");
}
