//! Reports of candles, which several commands show.

use candle_repository::{Candle, CandleSeries, SeriesKey};

use super::cell::Cell;
use super::column::Column;
use super::report::Report;

pub(crate) fn report(series: &CandleSeries) -> Report<6> {
    let mut report = Report::new(columns());
    for candle in series.iter() {
        report.push(row(&candle));
    }
    report
}

/// Candles of several series, each row with its name.
pub(crate) fn named_report<'a>(all: impl IntoIterator<Item = &'a CandleSeries>) -> Report<8> {
    let [time, open, high, low, close, volume] = columns();
    let [symbol, interval] = name_columns();
    let mut report = Report::new([symbol, interval, time, open, high, low, close, volume]);
    for series in all {
        let [name, interval] = name(series.key());
        for candle in series.iter() {
            let [time, open, high, low, close, volume] = row(&candle);
            report.push([name.clone(), interval.clone(), time, open, high, low, close, volume]);
        }
    }
    report
}

pub(crate) const fn name_columns() -> [Column; 2] {
    [Column::text("symbol", "symbol"), Column::text("interval", "interval")]
}

pub(crate) fn name(key: &SeriesKey) -> [Cell; 2] {
    [key.name().into(), key.interval().to_string().into()]
}

const fn columns() -> [Column; 6] {
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
