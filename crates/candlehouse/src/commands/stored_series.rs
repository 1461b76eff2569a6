//! Stored series in brief, for what deletes and renames them.

use candle_repository::{SeriesInfo, SymbolName};
use indicatif::HumanCount;

use crate::output::{Column, Report, candles};

/// One line for each series: its candles, from when to when.
pub(super) fn lines(verb: &str, all: &[SeriesInfo]) -> Vec<String> {
    let line = |info: &SeriesInfo| {
        let candles = match info.candles {
            1 => "1 candle".into(),
            many => format!("{} candles", HumanCount(many)),
        };
        format!("{verb} {candles} of {}, from {} to {}", info.key, info.first, info.last)
    };
    all.iter().map(line).collect()
}

pub(super) fn report(all: &[SeriesInfo]) -> Report<7> {
    let [name, exchange, symbol, interval] = candles::name_columns();
    let mut report = Report::new([
        name,
        exchange,
        symbol,
        interval,
        Column::quantity("candles", "candles"),
        Column::time("first", "first (UTC)"),
        Column::time("last", "last (UTC)"),
    ]);
    for info in all {
        let [name, exchange, symbol, interval] = candles::name(&info.key);
        let (first, last) = (info.first.into(), info.last.into());
        report.push([name, exchange, symbol, interval, info.candles.into(), first, last]);
    }
    report
}

/// The name as it is typed where others have the same symbol: with a colon even without an exchange.
pub(super) fn typed(name: &SymbolName) -> String {
    format!("{}:{}", name.exchange(), name.symbol())
}
