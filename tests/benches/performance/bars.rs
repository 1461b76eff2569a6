//! What is stored: seeded walks on a grid of ticks, and real bars where a folder of them is named.

use std::path::Path;

use candle_files::{CandleFile, ImportOptions};
use candle_repository::{Candle, Interval, SeriesKey, SortedCandles, Timestamp};

/// The bars of the series that most rows are about.
pub(crate) const BARS: usize = 2_000_000;

/// A folder of CSV files with real bars of one series each.
const REAL: &str = "BENCH_DATA";

/// The bars of one series, and what an answer with all of them adds up to.
pub(crate) struct Bars {
    /// As a table or file may be called.
    pub(crate) name: String,
    pub(crate) sorted: SortedCandles,
    pub(crate) sum: Sum,
}

/// What shows that an answer is whole. Volumes are whole numbers, so their sum is exact in any order.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
pub(crate) struct Sum {
    pub(crate) count: usize,
    pub(crate) volume: f64,
}

impl Sum {
    pub(crate) fn of(candles: &[Candle]) -> Self {
        Self { count: candles.len(), volume: candles.iter().map(|c| c.volume).sum() }
    }

    pub(crate) fn of_volumes(volumes: &[f64]) -> Self {
        Self { count: volumes.len(), volume: volumes.iter().sum() }
    }
}

impl Bars {
    fn new(name: &str, sorted: SortedCandles) -> Self {
        let sum = Sum::of(sorted.as_slice());
        Self { name: name.to_owned(), sorted, sum }
    }

    pub(crate) fn key(&self) -> &SeriesKey {
        self.sorted.key()
    }

    pub(crate) fn candles(&self) -> &[Candle] {
        self.sorted.as_slice()
    }
}

/// So many one-minute bars of a walk in cents, about 100.00 to begin with.
pub(crate) fn minutes(name: &str, count: usize) -> Bars {
    let key = SeriesKey::new("", name.to_uppercase(), Interval::MINUTE).unwrap();
    let walk = walk(seed(name), 10_000, "2021-01-01".parse().unwrap(), Interval::MINUTE, count);
    Bars::new(name, SortedCandles::new(key, walk).unwrap())
}

/// So many daily bars of each of so many series.
pub(crate) fn daily(series: usize, days: usize) -> Vec<SortedCandles> {
    let of = |number: usize| {
        let symbol = format!("S{number:05}");
        let begin = "2023-01-02".parse().unwrap();
        let walk = walk(seed(&symbol), 1_000 + number as u64, begin, Interval::DAY, days);
        SortedCandles::new(SeriesKey::new("X", symbol, Interval::DAY).unwrap(), walk).unwrap()
    };
    (0..series).map(of).collect()
}

fn seed(name: &str) -> u64 {
    name.bytes().fold(1, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()))
}

/// A walk in cents, always the same for a seed.
fn walk(
    seed: u64,
    from: u64,
    mut open_time: Timestamp,
    interval: Interval,
    count: usize,
) -> Vec<Candle> {
    let mut random = fastrand::Rng::with_seed(seed);
    // Far from zero, so that it never ends there.
    let mut cents = from + 990_000;
    let price = |cents: u64| cents as f64 / 100.0;
    let mut candle = || {
        let open = cents;
        cents = (cents + random.u64(..41)).saturating_sub(20).max(1_000);
        let candle = Candle {
            open_time,
            open: price(open),
            high: price(open.max(cents) + random.u64(..10)),
            low: price(open.min(cents) - random.u64(..10)),
            close: price(cents),
            volume: random.u64(..10_000) as f64,
        };
        open_time = interval.next_open(open_time);
        candle
    };
    (0..count).map(|_| candle()).collect()
}

/// The bars in the folder that is named, one series for each file; none without it.
pub(crate) fn real() -> Vec<Bars> {
    let Some(folder) = std::env::var_os(REAL).filter(|folder| !folder.is_empty()) else {
        return Vec::new();
    };
    let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|e| e == "csv")).collect();
    files.sort();
    files.iter().filter_map(|file| real_bars(file)).collect()
}

fn real_bars(path: &Path) -> Option<Bars> {
    let name: String =
        path.file_stem()?.to_str()?.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let options = ImportOptions { symbol: Some(format!("R{name}")), ..ImportOptions::default() };
    let mut file = CandleFile::read(path, &options).ok()?;
    (file.series.len() == 1).then(|| Bars::new(&format!("r_{name}"), file.series.remove(0)))
}
