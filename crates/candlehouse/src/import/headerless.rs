//! Layouts of files that begin with data.

use super::number::DecimalMark;
use super::time_format::TimeFormat;
use super::unix_time::Unit;

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
pub(super) fn names_of(cells: &[String]) -> Option<Vec<String>> {
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
    Unit::of_text(cell).is_some()
}

fn are_prices(cells: &[&str]) -> bool {
    let is_price = |cell: &&str| {
        [DecimalMark::Point, DecimalMark::Comma].iter().any(|mark| mark.read(cell).is_ok())
    };
    cells.iter().all(is_price)
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
}
