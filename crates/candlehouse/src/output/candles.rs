//! Candles as rows, which several commands show.

use candle_repository::{Candle, CandleSeries, SeriesKey};

use super::cell::Cell;
use super::column::Column;

/// The columns of [`rows`].
pub(crate) const fn columns() -> [Column; 6] {
    [
        Column::time("open_time", "open time (UTC)"),
        Column::number("open", "open"),
        Column::number("high", "high"),
        Column::number("low", "low"),
        Column::number("close", "close"),
        Column::quantity("volume", "volume"),
    ]
}

/// A row for each candle.
pub(crate) fn rows(series: &CandleSeries) -> impl Iterator<Item = [Cell; 6]> {
    series.iter().map(|candle| row(&candle))
}

/// The columns of [`named_rows`].
pub(crate) const fn named_columns() -> [Column; 8] {
    let [time, open, high, low, close, volume] = columns();
    let [symbol, interval] = name_columns();
    [symbol, interval, time, open, high, low, close, volume]
}

/// A row for each candle, with the name of its series.
pub(crate) fn named_rows(series: &CandleSeries) -> impl Iterator<Item = [Cell; 8]> {
    series.iter().map(|candle| {
        let [symbol, interval] = name(series.key());
        let [time, open, high, low, close, volume] = row(&candle);
        [symbol, interval, time, open, high, low, close, volume]
    })
}

pub(crate) const fn name_columns() -> [Column; 2] {
    [Column::text("symbol", "symbol"), Column::text("interval", "interval")]
}

pub(crate) fn name(key: &SeriesKey) -> [Cell; 2] {
    [key.name().into(), key.interval().to_string().into()]
}

fn row(candle: &Candle) -> [Cell; 6] {
    [
        candle.open_time.into(),
        candle.open.into(),
        candle.high.into(),
        candle.low.into(),
        candle.close.into(),
        candle.volume.into(),
    ]
}
