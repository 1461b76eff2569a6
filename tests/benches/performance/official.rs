//! ClickHouse's official client for Rust, at its defaults and at its best.

use candle_repository::{Candle, CandleSeries, SeriesKey, TimeRange, Timestamp};
use clickhouse::{Client, Compression, Row};
use serde::{Deserialize, Serialize};

use crate::bars::Sum;
use crate::clients::{PASSWORD, USER};

pub(crate) const OFFICIAL: &str = "official client";
pub(crate) const DEFAULT: &str = "default";

/// What a user would declare.
#[derive(Debug, Clone, Copy, Row, Deserialize)]
pub(crate) struct Typed {
    #[allow(dead_code, reason = "read, as a user would")]
    open_time: i64,
    #[allow(dead_code, reason = "read, as a user would")]
    open: f64,
    #[allow(dead_code, reason = "read, as a user would")]
    high: f64,
    #[allow(dead_code, reason = "read, as a user would")]
    low: f64,
    #[allow(dead_code, reason = "read, as a user would")]
    close: f64,
    volume: f64,
}

#[derive(Debug, Row, Serialize)]
struct Stored<'a> {
    exchange: &'a str,
    symbol: &'a str,
    interval: &'a str,
    open_time: i64,
    open: f64,
    high: f64,
    low: f64,
    close: f64,
    volume: f64,
    revision: u64,
}

/// The client at each setting, with a name for it.
pub(crate) fn settings(url: &str, database: &str) -> Vec<(&'static str, Client)> {
    let url = url::Url::parse(url).unwrap();
    let address = format!("http://{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let client = Client::default().with_url(address).with_user(USER).with_password(PASSWORD);
    // As our own statements have it.
    let setting = "do_not_merge_across_partitions_select_final";
    let default = client.with_database(database).with_setting(setting, "1");
    let best = default.clone().with_compression(Compression::None);
    vec![
        (DEFAULT, default),
        ("no compression", best.clone()),
        ("no compression, types not compared", best.with_validation(false)),
    ]
}

/// What our own `range` asks.
pub(crate) fn question(key: &SeriesKey, range: impl Into<TimeRange>) -> String {
    let range = range.into();
    let (exchange, symbol, interval) = (key.exchange(), key.symbol(), key.interval());
    let first = range.start().unwrap_or(Timestamp::MIN).as_millis();
    let end = range.end().unwrap_or(Timestamp::MAX).as_millis();
    let columns = CandleSeries::PRICES_AND_VOLUME.join(", ");
    format!(
        "SELECT open_time, {columns} FROM candles FINAL WHERE exchange = '{exchange}' \
         AND symbol = '{symbol}' AND interval = '{interval}' \
         AND open_time >= fromUnixTimestamp64Milli({first}, 'UTC') \
         AND open_time < fromUnixTimestamp64Milli({end}, 'UTC') ORDER BY open_time"
    )
}

pub(crate) async fn rows(client: &Client, question: &str) -> Vec<Typed> {
    client.query(question).fetch_all().await.unwrap()
}

pub(crate) fn sum(rows: &[Typed]) -> Sum {
    Sum { count: rows.len(), volume: rows.iter().map(|row| row.volume).sum() }
}

/// How many bytes come.
pub(crate) async fn bytes(client: &Client, question: &str) -> usize {
    let query =
        client.query(question).with_setting("output_format_arrow_compression_method", "none");
    let mut cursor = query.fetch_bytes("ArrowStream").unwrap();
    let mut bytes = 0;
    while let Some(piece) = cursor.next().await.unwrap() {
        bytes += piece.len();
    }
    bytes
}

pub(crate) async fn insert(client: &Client, key: &SeriesKey, candles: &[Candle]) {
    let interval = key.interval().to_string();
    let mut insert = client.insert::<Stored<'_>>("candles").await.unwrap();
    for candle in candles {
        let row = Stored {
            exchange: key.exchange(),
            symbol: key.symbol(),
            interval: &interval,
            open_time: candle.open_time.as_millis(),
            open: candle.open,
            high: candle.high,
            low: candle.low,
            close: candle.close,
            volume: candle.volume,
            revision: 1,
        };
        insert.write(&row).await.unwrap();
    }
    insert.end().await.unwrap();
}
