//! Real candles that come with the project, read without the project's own reader.

use std::collections::BTreeMap;

use candle_repository::Candle;

const STOCKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/stocks-daily.csv");

/// Daily candles of five stocks by ticker, in the order of the file.
///
/// # Panics
/// If the file is not what it was.
#[must_use]
pub fn stocks() -> BTreeMap<String, Vec<Candle>> {
    let text = std::fs::read_to_string(STOCKS).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("Ticker,Date,Open,High,Low,Close,Volume,Adj Close"));
    let mut stocks = BTreeMap::<String, Vec<Candle>>::new();
    for line in lines {
        let fields: Vec<_> = line.split(',').collect();
        let number = |position: usize| fields[position].parse().unwrap();
        stocks.entry(fields[0].to_owned()).or_default().push(Candle {
            open_time: fields[1].parse().unwrap(),
            open: number(2),
            high: number(3),
            low: number(4),
            close: number(5),
            volume: number(6),
        });
    }
    assert_eq!(stocks.values().map(Vec::len).sum::<usize>(), 12_154);
    stocks
}
