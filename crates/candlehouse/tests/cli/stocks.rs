//! The example data, read without the program's own reader.

/// The file.
pub(crate) const PATH: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/stocks-daily.csv");

/// How many candles it has.
pub(crate) const CANDLES: usize = 12_154;

/// A row of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    pub(crate) ticker: String,
    pub(crate) date: String,
    /// Open, high, low, close, volume.
    pub(crate) numbers: [f64; 5],
}

/// All rows in the order of the file: by ticker, then by date.
pub(crate) fn bars() -> Vec<Bar> {
    let text = std::fs::read_to_string(PATH).unwrap();
    let bars: Vec<_> = text.lines().skip(1).map(bar).collect();
    assert_eq!(bars.len(), CANDLES);
    bars
}

fn bar(line: &str) -> Bar {
    let fields: Vec<_> = line.split(',').collect();
    let number = |place: usize| fields[place].parse().unwrap();
    Bar {
        ticker: fields[0].into(),
        date: fields[1].into(),
        numbers: [number(2), number(3), number(4), number(5), number(6)],
    }
}
