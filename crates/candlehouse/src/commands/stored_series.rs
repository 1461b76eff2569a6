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

pub(super) fn report(all: &[SeriesInfo]) -> Report<5> {
    let [symbol, interval] = candles::name_columns();
    let mut report = Report::new([
        symbol,
        interval,
        Column::quantity("candles", "candles"),
        Column::time("first", "first (UTC)"),
        Column::time("last", "last (UTC)"),
    ]);
    for info in all {
        let [symbol, interval] = candles::name(&info.key);
        report.push([symbol, interval, info.candles.into(), info.first.into(), info.last.into()]);
    }
    report
}

/// The name as it is typed where others have the same symbol: with a colon even without an exchange.
pub(super) fn typed(name: &SymbolName) -> String {
    format!("{}:{}", name.exchange(), name.symbol())
}
