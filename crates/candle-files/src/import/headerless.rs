//! Files that begin with data: their layouts, and what Binance's klines say besides their candles.

use std::collections::HashMap;
use std::num::ParseIntError;

use market_model::Interval;

use super::dates::format::TimeFormat;
use super::options::{DecimalMark, TimeUnit};
use super::spacing::of_length;

/// Binance klines.
const KLINE: &[&str] = &[
    "open_time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "close_time",
    "quote_volume",
    "count",
    "taker_buy_volume",
    "taker_buy_quote_volume",
    "ignore",
];
/// HistData, Kraken and many scripts.
const MOMENT_FIRST: &[&str] = &["time", "open", "high", "low", "close", "volume", "trades"];
/// MetaTrader exports.
const DATE_AND_TIME_FIRST: &[&str] = &["date", "time", "open", "high", "low", "close", "volume"];

/// The names of the columns of `cells`, if they are a row of a known layout.
pub(crate) fn names_of(cells: &[String]) -> Option<Vec<String>> {
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    let layout = match cells.as_slice() {
        [open_time, prices @ .., _, close_time, _, _, _, _, _]
            if cells.len() == KLINE.len() && are_prices(prices) =>
        {
            (is_count(open_time) && is_count(close_time)).then_some(KLINE)
        }
        [date, clock, prices @ ..]
            if (6..=7).contains(&cells.len())
                && clock.contains(':')
                && are_prices(&prices[..4])
                && TimeFormat::any_reads(&format!("{date} {clock}")) =>
        {
            Some(&DATE_AND_TIME_FIRST[..cells.len()])
        }
        [moment, prices @ ..]
            if (5..=7).contains(&cells.len())
                && are_prices(&prices[..4])
                && TimeFormat::any_reads(moment) =>
        {
            Some(&MOMENT_FIRST[..cells.len()])
        }
        _ => None,
    };
    layout.map(|names| names.iter().map(|name| (*name).to_owned()).collect())
}

fn is_count(cell: &str) -> bool {
    TimeUnit::of_text(cell).is_some()
}

fn are_prices(cells: &[&str]) -> bool {
    let is_price = |cell: &&str| {
        [DecimalMark::Point, DecimalMark::Comma].iter().any(|mark| mark.read(cell).is_ok())
    };
    cells.iter().all(is_price)
}

/// Counts how long klines are, from open and close times.
#[derive(Debug, Default)]
pub(crate) struct Lengths {
    counts: HashMap<i128, u64>,
    /// The length that came last, which is not yet in `counts`, and how often: nearly all are one.
    last: (i128, u64),
}

impl Lengths {
    /// Looks at one kline; its close time is the last moment before the next one.
    pub(crate) fn look(&mut self, open_time: &str, close_time: &str) {
        if let (Ok(open), Ok(close)) = (count(open_time), count(close_time)) {
            self.add(close - open + 1, 1);
        }
    }

    fn add(&mut self, length: i128, count: u64) {
        if self.last.0 != length {
            self.count_last();
            self.last = (length, 0);
        }
        self.last.1 += count;
    }

    fn count_last(&mut self) {
        let (length, count) = self.last;
        if count > 0 {
            *self.counts.entry(length).or_default() += count;
        }
    }

    /// Adds the lengths of other klines.
    pub(crate) fn append(&mut self, mut other: Self) {
        other.count_last();
        other.counts.into_iter().for_each(|(length, count)| self.add(length, count));
    }

    /// The interval of most klines: those around an outage can be shorter.
    pub(crate) fn finish(mut self, unit: TimeUnit) -> Option<Interval> {
        self.count_last();
        let (length, _) = self.counts.into_iter().max_by_key(|&(length, count)| (count, length))?;
        of_length(unit.to_millis(length)?)
    }
}

fn count(text: &str) -> Result<i128, ParseIntError> {
    // Reading 64 bits is faster than 128, and enough for nearly all.
    text.parse::<i64>().map(i128::from).or_else(|_| text.parse())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Option<String> {
        let cells: Vec<_> = line.split(',').map(str::to_owned).collect();
        names_of(&cells).map(|names| names.join(","))
    }

    #[test]
    fn rows_of_known_layouts_are_recognised() {
        for (line, layout) in [
            (
                "1704067200000,1,2,1,2,5,1704067259999,9,3,2,4,0",
                "open_time,open,high,low,close,volume,close_time,quote_volume,count,\
                 taker_buy_volume,taker_buy_quote_volume,ignore",
            ),
            ("1704067200,1,2,1,2,5,17", "time,open,high,low,close,volume,trades"),
            ("20120201 000000,1.3,1.3,1.3,1.3,0", "time,open,high,low,close,volume"),
            ("2012-02-01,1.3,1.3,1.3,1.3", "time,open,high,low,close"),
            ("2012.02.01,00:00,1.3,1.3,1.3,1.3,0", "date,time,open,high,low,close,volume"),
        ] {
            assert_eq!(names(line).as_deref(), Some(layout), "{line}");
        }
    }

    #[test]
    fn other_lines_are_not() {
        for line in [
            "time,open,high,low,close",
            "1704067200,1,2,1",
            "1704067200,1,2,x,2",
            "AAPL,20130301,1,2,1,2",
            "1704067200000,1,2,1,2,5,x,9,3,2,4,0",
            "1,2,3,4,5,6,7,8",
        ] {
            assert_eq!(names(line), None, "{line}");
        }
    }

    #[test]
    fn most_klines_tell_the_interval() {
        let mut lengths = Lengths::default();
        lengths.look("1704067200000000", "1704067259999999");
        lengths.look("1704067260000000", "1704067290999999");
        lengths.look("1704067320000000", "1704067379999999");
        assert_eq!(lengths.finish(TimeUnit::Microseconds), Some(Interval::MINUTE));
    }

    #[test]
    fn a_kline_of_a_month_has_its_number_of_days() {
        let mut lengths = Lengths::default();
        lengths.look("1706745600000", "1709251199999");
        assert_eq!(lengths.finish(TimeUnit::Milliseconds), Some(Interval::MONTH));
    }
}
