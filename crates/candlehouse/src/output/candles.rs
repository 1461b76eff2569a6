//! Candles as rows, which several commands show.

use candle_repository::{Candle, CandleSeries, SeriesKey};

use super::cell::Cell;
use super::column::Column;

/// The columns of [`rows`]: a table is about one series, which programs find in each row.
pub(crate) const fn columns() -> [Column; 9] {
    let [_, exchange, symbol, interval] = name_columns();
    let [time, open, high, low, close, volume] = candle_columns();
    [exchange, symbol, interval.for_programs(), time, open, high, low, close, volume]
}

/// A row for each candle.
pub(crate) fn rows(series: &CandleSeries) -> impl Iterator<Item = [Cell; 9]> {
    let [_, exchange, symbol, interval] = name(series.key());
    series.iter().map(move |candle| {
        let [time, open, high, low, close, volume] = row(&candle);
        let (exchange, symbol, interval) = (exchange.clone(), symbol.clone(), interval.clone());
        [exchange, symbol, interval, time, open, high, low, close, volume]
    })
}

/// The columns of [`named_rows`].
pub(crate) const fn named_columns() -> [Column; 10] {
    let [name, exchange, symbol, interval] = name_columns();
    let [time, open, high, low, close, volume] = candle_columns();
    [name, exchange, symbol, interval, time, open, high, low, close, volume]
}

/// A row for each candle, with the name of its series.
pub(crate) fn named_rows(series: &CandleSeries) -> impl Iterator<Item = [Cell; 10]> {
    series.iter().map(|candle| {
        let [name, exchange, symbol, interval] = name(series.key());
        let [time, open, high, low, close, volume] = row(&candle);
        [name, exchange, symbol, interval, time, open, high, low, close, volume]
    })
}

/// The columns of [`name`].
pub(crate) const fn name_columns() -> [Column; 4] {
    [
        Column::text("name", "symbol").for_people(),
        Column::text("exchange", "exchange").for_programs(),
        Column::text("symbol", "symbol").for_programs(),
        Column::text("interval", "interval"),
    ]
}

/// What a series is called: for people in one, for programs apart.
pub(crate) fn name(key: &SeriesKey) -> [Cell; 4] {
    [
        key.name().into(),
        key.exchange().into(),
        key.symbol().into(),
        key.interval().to_string().into(),
    ]
}

const fn candle_columns() -> [Column; 6] {
    [
        Column::time("open_time", "open time (UTC)"),
        Column::number("open", "open"),
        Column::number("high", "high"),
        Column::number("low", "low"),
        Column::number("close", "close"),
        Column::quantity("volume", "volume"),
    ]
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
