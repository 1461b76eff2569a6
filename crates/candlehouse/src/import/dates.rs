//! Daily candles whose times are midnights somewhere else than in UTC.

use candle_repository::{Interval, SeriesKey, Timestamp};

use super::rows::Row;

const DAY: i64 = 86_400_000;

/// Stores candles of a day or longer under their dates, when every time is midnight on the clock of
/// the file and that clock is not UTC: `2024-01-02 00:00:00-05:00` is the candle of 2024-01-02.
/// Says whether it did.
pub(super) fn keep_local_dates(
    series: &mut [(SeriesKey, Vec<Row>)],
    interval: Option<Interval>,
) -> bool {
    let rows = || series.iter().flat_map(|(_, rows)| rows);
    let applies = interval.is_none_or(|interval| interval >= Interval::DAY)
        && rows().all(|row| local(row) % DAY == 0)
        && rows().any(|row| row.offset.is_some_and(|offset| offset != 0));
    if applies {
        for row in series.iter_mut().flat_map(|(_, rows)| rows) {
            if let Ok(date) = Timestamp::from_millis(local(row)) {
                row.candle.open_time = date;
            }
        }
    }
    applies
}

fn local(row: &Row) -> i64 {
    row.candle.open_time.as_millis() + i64::from(row.offset.unwrap_or(0))
}
