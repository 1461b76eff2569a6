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
mod part_marks;
mod read;
mod rename;
mod resample;
mod rewrite;
mod series_info;
mod statements;
mod table_stats;
mod upsert;
mod upsert_batch;
mod upsert_blocks;
mod whole_table;

pub use candle_repository::CandleRepository;
pub use rewrite::RewriteLeft;
pub use series_info::SeriesInfo;
pub use table_stats::TableStats;
