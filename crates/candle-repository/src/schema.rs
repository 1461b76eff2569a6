//! The table of candles.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use db_port::{Identifier, Statement};
use market_model::CandleSeries;

use crate::price_codec::PriceCodec;

pub(crate) const TABLE: Identifier = Identifier::from_static("candles");

/// The identity of a candle is the sort key, and its year the partition, so all revisions of a
/// candle meet in one partition. Codecs: see `docs/decisions/0044-alp-where-the-engine-has-it.md`;
/// statistics and granules: see 0045.
const CREATE_TABLE: &str = "\
CREATE TABLE IF NOT EXISTS candles (
    exchange LowCardinality(String),
    symbol LowCardinality(String),
    interval LowCardinality(String),
    open_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    open Float64 CODEC(<price>),
    high Float64 CODEC(<price>),
    low Float64 CODEC(<price>),
    close Float64 CODEC(<price>),
    volume Float64 CODEC(<volume>),
    revision UInt64 CODEC(Delta, ZSTD(1)),
    CONSTRAINT finite CHECK isFinite(open) AND isFinite(high) AND isFinite(low)
        AND isFinite(close) AND isFinite(volume),
    CONSTRAINT ohlc CHECK low <= open AND open <= high AND low <= close AND close <= high,
    CONSTRAINT volume CHECK volume >= 0
)
ENGINE = ReplacingMergeTree(revision)
PARTITION BY toYear(open_time)
ORDER BY (exchange, symbol, interval, open_time)
SETTINGS non_replicated_deduplication_window = 1000, auto_statistics_types = ''";

const MODIFY_CODEC: &str = "\
ALTER TABLE candles
    MODIFY COLUMN open CODEC(<price>),
    MODIFY COLUMN high CODEC(<price>),
    MODIFY COLUMN low CODEC(<price>),
    MODIFY COLUMN close CODEC(<price>),
    MODIFY COLUMN volume CODEC(<volume>),
    COMMENT COLUMN volume 'to do: ALTER TABLE candles REWRITE PARTS'";

/// The comment from a change of the codec until the database has been told to rewrite what is stored.
pub(crate) const TO_BE_REWRITTEN: &str = "to do: ALTER TABLE candles REWRITE PARTS";

/// Makes the table unless it is there.
pub(crate) fn create_table(codec: PriceCodec) -> Statement {
    with_codec(CREATE_TABLE, codec)
}

/// Changes the codec of what is stored from then on.
pub(crate) fn modify_codec(codec: PriceCodec) -> Statement {
    with_codec(MODIFY_CODEC, codec)
}

fn with_codec(sql: &str, codec: PriceCodec) -> Statement {
    let sql = sql.replace("<price>", codec.of("close")).replace("<volume>", codec.of("volume"));
    Statement::from_audited_text(sql).idempotent()
}

/// The columns of the table.
pub(crate) static ROWS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let names = ["exchange", "symbol", "interval"];
    let names = names.into_iter().map(|name| Field::new(name, DataType::Utf8, false));
    let time = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    let floats = CandleSeries::PRICES_AND_VOLUME;
    let floats = floats.into_iter().map(|name| Field::new(name, DataType::Float64, false));
    let revision = Field::new("revision", DataType::UInt64, false);
    let fields =
        names.chain([Field::new("open_time", time, false)]).chain(floats).chain([revision]);
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
});
