//! The lines above a chart.

use candle_repository::{Candle, SeriesKey};

use super::layout::HEADING;
use super::number::exact;
use super::options::ChartOptions;
use crate::output::{Precision, printable};

/// What the heading of a chart speaks of.
#[derive(Debug)]
pub(super) struct Heading<'a> {
    pub(super) series: &'a SeriesKey,
    pub(super) first: &'a Candle,
    pub(super) last: &'a Candle,
    pub(super) shown: usize,
    pub(super) total: usize,
}

impl Heading<'_> {
    /// The series, its last price and the change since the first candle opened; then how many
    /// candles these are and from when to when. What is longer than the chart is wide is cut.
    pub(super) fn lines(&self, options: &ChartOptions) -> [String; HEADING] {
        let series = self.series.to_string();
        let mut price = format!("{}  close {}", printable(&series), exact(self.last.close));
        let change = (self.last.close - self.first.open) / self.first.open.abs() * 100.0;
        if change.is_finite() {
            price += &format!("  {change:+.2}%");
        }
        [price, self.candles()].map(|line| cut(line, options))
    }

    fn candles(&self) -> String {
        let Self { first, last, shown, total, .. } = self;
        let precision = Precision::of([first.open_time, last.open_time]);
        let (from, to) = (precision.show(first.open_time), precision.show(last.open_time));
        match (shown, total) {
            (1, 1) => format!("1 candle, {from}"),
            (shown, total) if shown == total => format!("{shown} candles, {from} to {to}"),
            (shown, total) => format!("the last {shown} of {total} candles, {from} to {to}"),
        }
    }
}

fn cut(line: String, options: &ChartOptions) -> String {
    if line.chars().count() <= options.width {
        return line;
    }
    let mark = options.charset.pick("…", "...");
    let kept = options.width.saturating_sub(mark.chars().count());
    line.chars().take(kept).collect::<String>() + mark
}
