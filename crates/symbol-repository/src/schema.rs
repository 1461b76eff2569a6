//! The table of symbols.

use db_port::Identifier;

pub(crate) const TABLE: Identifier = Identifier::from_static("symbols");

pub(crate) const CREATE_TABLE: &str = "\
CREATE TABLE IF NOT EXISTS symbols (
    exchange LowCardinality(String),
    name String,
    asset_class LowCardinality(String),
    status LowCardinality(String),
    base Nullable(String),
    quote Nullable(String),
    tick_size Nullable(Decimal(38, 18)),
    lot_size Nullable(Decimal(38, 18)),
    listed Nullable(Date32),
    delisted Nullable(Date32),
    revision UInt64
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (exchange, name)
SETTINGS non_replicated_deduplication_window = 100";
