//! What the statements have in common.

use db_port::Statement;
use market_model::{SeriesKey, TimeRange, Timestamp};

use crate::filter::SeriesFilter;

/// The condition that [`bind_times`] binds.
macro_rules! in_times {
    () => {
        "open_time >= fromUnixTimestamp64Milli({first:Int64}, 'UTC') \
         AND open_time <= fromUnixTimestamp64Milli({last:Int64}, 'UTC') "
    };
}
pub(crate) use in_times;

/// Continues a statement's text with the condition that [`bind_range`] binds.
macro_rules! in_range {
    ($head:expr, $tail:expr) => {
        concat!(
            $head,
            " WHERE exchange = {exchange:String} AND symbol = {symbol:String} \
             AND interval = {interval:String} AND ",
            $crate::repository::statements::in_times!(),
            $tail
        )
    };
}
pub(crate) use in_range;

/// Binds the series and the range. A candle's partition follows from its identity, so `FINAL`
/// need not look for other revisions in other partitions.
pub(crate) fn bind_range(sql: &'static str, key: &SeriesKey, range: TimeRange) -> Statement {
    let statement = Statement::new(sql)
        .bind("exchange", key.exchange())
        .bind("symbol", key.symbol())
        .bind("interval", key.interval().to_string());
    bind_times(statement, range)
}

/// Binds the first and the last millisecond of a range, both included.
pub(crate) fn bind_times(statement: Statement, range: TimeRange) -> Statement {
    let first = range.start().unwrap_or(Timestamp::MIN).as_millis();
    let last = range.end().map_or(Timestamp::MAX.as_millis(), |end| end.as_millis() - 1);
    statement.bind("first", first).bind("last", last)
}

/// Continues a statement's text with the condition that [`bind_filter`] binds.
macro_rules! matching {
    ($head:expr, $tail:expr) => {
        concat!(
            $head,
            " WHERE ({exchange:Nullable(String)} IS NULL OR exchange = {exchange:Nullable(String)}) \
             AND ({symbol:Nullable(String)} IS NULL OR symbol = {symbol:Nullable(String)}) \
             AND ({interval:Nullable(String)} IS NULL OR interval = {interval:Nullable(String)}) ",
            $tail
        )
    };
}
pub(crate) use matching;

/// Binds a filter. The engine folds what is not set, so that its index serves the rest.
pub(crate) fn bind_filter(sql: &'static str, filter: &SeriesFilter) -> Statement {
    Statement::new(sql)
        .bind("exchange", filter.exchange.as_deref())
        .bind("symbol", filter.symbol.as_deref())
        .bind("interval", filter.interval.map(|interval| interval.to_string()))
}

pub(crate) fn final_read(statement: Statement) -> Statement {
    statement.with_setting("do_not_merge_across_partitions_select_final", 1).idempotent()
}

/// Reads with memory that does not grow with the number of candles: by default the engine holds back
/// a partition until its turn comes, and makes long blocks. 50 million candles of one second take
/// 50 MB in place of 230. One thread takes 20 MB less than two and, in the process, less time.
pub(crate) fn streamed(statement: Statement) -> Statement {
    statement
        .with_setting("read_in_order_use_buffering", 0)
        .with_setting("max_block_size", 16_384)
        .with_setting("max_threads", 1)
}
