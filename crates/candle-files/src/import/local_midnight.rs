//! Daily candles whose times are midnights somewhere else than in UTC.

use market_model::{Candle, Interval, Timestamp};

use super::rows::{Row, SeriesRows};

const DAY: i64 = 86_400_000;

/// Stores candles of a day or longer under their dates, when every time is midnight on the clock of
/// the file and that clock is not UTC: `2024-01-02 00:00:00-05:00` is the candle of 2024-01-02.
/// Says whether it did.
pub(crate) fn keep_local_dates(series: &mut [SeriesRows], interval: Option<Interval>) -> bool {
    let rows = || series.iter().flat_map(SeriesRows::possible);
    let applies = interval.is_none_or(|interval| interval >= Interval::DAY)
        && rows().any(|(_, row)| row.offset.is_some_and(|offset| offset != 0))
        && rows().all(|(candle, row)| local(candle, row) % DAY == 0);
    if applies {
        for series in series {
            for (candle, row) in series.candles.iter_mut().zip(&series.rows) {
                if let Ok(date) = Timestamp::from_millis(local(candle, row)) {
                    candle.open_time = date;
                }
            }
        }
    }
    applies
}

fn local(candle: &Candle, row: &Row) -> i64 {
    candle.open_time.as_millis() + i64::from(row.offset.unwrap_or(0)) * 60_000
}
