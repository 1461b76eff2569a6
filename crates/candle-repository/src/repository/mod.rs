//! The repository, one file for each thing that it does.

mod candle_repository;
mod comparison;
mod coverage;
mod create_schema;
mod delete;
mod experimental;
mod in_flight;
mod latest;
mod list;
mod merge_repeated;
mod newest_seen;
mod read;
mod rename;
mod resample;
mod rewrite;
mod statements;
mod table_stats;
mod upsert;
mod upsert_batch;
mod upsert_blocks;

pub use candle_repository::CandleRepository;
pub use list::SeriesInfo;
pub use rewrite::RewriteLeft;
pub use table_stats::TableStats;
