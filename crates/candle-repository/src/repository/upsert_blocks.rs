//! What is written, in blocks that the database stores whole or not at all.

use chrono::Datelike;
use market_model::Timestamp;

use crate::codec::Rows;

/// Rows of one partition, in order.
pub(super) type Block<'a> = Vec<Rows<'a>>;

/// Puts rows in the order of the table and divides them: by years, which are the partitions, and by
/// size.
pub(super) fn blocks(rows: Vec<Rows<'_>>, size: usize) -> Vec<Block<'_>> {
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
                room = size;
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

#[cfg(test)]
mod tests {
    use market_model::{Candle, Interval, SeriesKey};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn candle(day: i64) -> Candle {
        let open_time = Timestamp::from_millis(day * 86_400_000).unwrap();
        Candle { open_time, open: 1.0, high: 1.0, low: 1.0, close: 1.0, volume: 1.0 }
    }

    proptest! {
        #[test]
        fn every_row_is_in_one_block_of_one_year_in_order(
            runs in vec((0..3_usize, -700..700_i64, 1..900_i64), 0..6),
            size in 1..500_usize,
        ) {
            let keys = ["A", "B", "C"].map(|name| SeriesKey::parse(name, Interval::DAY).unwrap());
            let runs: Vec<(usize, Vec<_>)> = runs
                .into_iter()
                .map(|(key, first, count)| (key, (first..first + count).map(candle).collect()))
                .collect();
            let rows = |(revision, (key, candles)): (usize, &'_ (usize, Vec<Candle>))| {
                (*key, candles.clone(), revision as u64)
            };
            let given: Vec<_> = runs.iter().enumerate().map(rows).collect();
            let as_rows = given.iter().map(|(key, candles, revision)| Rows {
                key: &keys[*key],
                candles,
                revision: *revision,
            });
            let blocks = blocks(as_rows.collect(), size);
            let flat = |block: &Block<'_>| -> Vec<_> {
                let of = |rows: &Rows<'_>| {
                    let (key, revision) = (rows.key.to_string(), rows.revision);
                    let row = move |c: &Candle| (year(c.open_time), key.clone(), revision, c.open_time);
                    rows.candles.iter().map(row).collect::<Vec<_>>()
                };
                block.iter().flat_map(of).collect()
            };
            let blocks: Vec<_> = blocks.iter().map(flat).collect();
            for block in &blocks {
                prop_assert!((1..=size).contains(&block.len()));
                prop_assert!(block.iter().all(|row| row.0 == block[0].0));
            }
            for pair in blocks.windows(2) {
                prop_assert!(pair[0].len() == size || pair[0][0].0 < pair[1][0].0, "no needless block");
            }
            // Runs of one series keep the order in which they were given.
            let mut wanted: Vec<_> = given
                .iter()
                .flat_map(|(key, candles, revision)| {
                    let key = keys[*key].to_string();
                    candles.iter().map(move |c| (year(c.open_time), key.clone(), *revision, c.open_time))
                })
                .collect();
            wanted.sort();
            prop_assert_eq!(blocks.concat(), wanted);
        }
    }
}
