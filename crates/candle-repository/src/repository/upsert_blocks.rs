//! What is written, in blocks that the database stores whole or not at all.

use chrono::Datelike;
use db_port::Insert;
use market_model::Timestamp;

use crate::codec::Rows;

/// Rows of one partition, at most [`Insert::MAX_ATOMIC_ROWS`], in order.
pub(super) type Block<'a> = Vec<Rows<'a>>;

/// Puts rows in the order of the table and divides them: by years, which are the partitions, and by
/// size.
pub(super) fn blocks(rows: Vec<Rows<'_>>) -> Vec<Block<'_>> {
    let mut rows: Vec<_> = rows.into_iter().flat_map(by_year).collect();
    rows.sort_by_key(|(year, rows)| (*year, rows.key));
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let (mut current, mut room) = (None, 0);
    for (year, mut rows) in rows {
        if current.replace(year) != Some(year) {
            room = 0;
        }
        while !rows.candles.is_empty() {
            if room == 0 {
                blocks.push(Vec::new());
                room = Insert::MAX_ATOMIC_ROWS;
            }
            let (now, later) = rows.candles.split_at(room.min(rows.candles.len()));
            if let Some(block) = blocks.last_mut() {
                block.push(Rows { candles: now, ..rows });
            }
            room -= now.len();
            rows.candles = later;
        }
    }
    blocks
}

fn by_year(mut rows: Rows<'_>) -> impl Iterator<Item = (i32, Rows<'_>)> {
    std::iter::from_fn(move || {
        let year = year(rows.candles.first()?.open_time);
        let end = rows.candles.partition_point(|candle| self::year(candle.open_time) <= year);
        let (now, later) = rows.candles.split_at(end);
        rows.candles = later;
        Some((year, Rows { candles: now, ..rows }))
    })
}

/// The partition of the table.
fn year(open_time: Timestamp) -> i32 {
    open_time.to_datetime().year()
}
