//! What candles take up.

use crate::measured::{EACH, Measured, SERIES};

#[tokio::test]
async fn a_candle_of_a_minute_takes_up_at_most_so_many_bytes() {
    let measured = Measured::full().await;
    let stats = measured.candles.table_stats().await.unwrap();
    assert_eq!(stats.rows, SERIES * EACH);
    let each = stats.bytes as f64 / stats.rows as f64;
    assert!(each <= 6.9, "{each} bytes a candle");
}
