//! Parquet and Arrow files as pandas, Polars and DuckDB write them, and as an export writes them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

use std::path::Path;

use candle_files::{
    Candle, CandleFile, CandleSeries, Existing, ExportFormat, ExportWriter, ImportError,
    ImportOptions, Interval, SeriesKey, Target,
};
use proptest::prelude::*;

const PRICES: [[f64; 4]; 3] = [
    [187.15, 188.44, 183.885, 185.64],
    [184.22, 185.88, 183.43, 184.25],
    [182.15, 183.0872, 180.88, 181.91],
];
const VOLUMES: [f64; 3] = [82_488_700.0, 58_414_500.0, 71_983_600.0];
const DAYS: [&str; 3] = ["2024-01-02", "2024-01-03", "2024-01-04"];
const MINUTES: [&str; 3] = ["2024-01-02T14:30", "2024-01-02T14:31", "2024-01-02T14:32"];

fn read(name: &str, symbol: Option<&str>) -> Result<CandleFile, ImportError> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/columns").join(name);
    let symbol = symbol.map(str::to_owned);
    CandleFile::read(&path, &ImportOptions { symbol, ..ImportOptions::default() })
}

fn expected(times: [&str; 3], volumes: [f64; 3]) -> Vec<Candle> {
    let rows = times.into_iter().zip(PRICES).zip(volumes);
    rows.map(|((time, [open, high, low, close]), volume)| Candle {
        open_time: time.parse().unwrap(),
        open,
        high,
        low,
        close,
        volume,
    })
    .collect()
}

#[test]
fn files_of_other_programs_are_read_as_they_are() {
    for (name, symbol, times, volumes) in [
        ("pandas-unnamed-index.parquet", Some("AAPL"), DAYS, VOLUMES),
        ("pandas-zone.parquet", Some("AAPL"), DAYS, VOLUMES),
        ("pandas-nanoseconds.parquet", Some("AAPL"), MINUTES, VOLUMES),
        ("pandas.feather", Some("AAPL"), DAYS, VOLUMES),
        ("pandas-float32.parquet", None, DAYS, [1.0, 0.0, 3.0]),
        ("polars-dates.parquet", None, DAYS, VOLUMES),
        ("polars-stream.arrow", None, DAYS, VOLUMES),
        ("polars.arrow", None, DAYS, VOLUMES),
        ("polars-decimals.parquet", None, DAYS, VOLUMES),
        ("duckdb.parquet", None, DAYS, VOLUMES),
    ] {
        let file = read(name, symbol).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(file.series.len(), 1, "{name}");
        assert_eq!(file.series[0].key().symbol(), "AAPL", "{name}");
        assert_eq!(file.series[0].as_slice(), expected(times, volumes), "{name}");
    }
}

#[test]
fn a_file_without_a_symbol_says_so_as_text_does() {
    let error = read("pandas.feather", None).unwrap_err();
    assert!(matches!(error, ImportError::NoSymbol { .. }), "{error}");
}

#[test]
fn a_file_that_is_cut_off_is_refused_with_its_kind() {
    for (name, kind) in [
        ("polars-dates.parquet", "Parquet"),
        ("polars.arrow", "Arrow"),
        ("polars-stream.arrow", "Arrow"),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/columns").join(name);
        let bytes = std::fs::read(path).unwrap();
        for kept in [bytes.len() / 3, bytes.len() / 2, bytes.len() - 20] {
            let options = ImportOptions::default();
            let error = CandleFile::parse(Path::new(name), &bytes[..kept], &options).unwrap_err();
            let text = error.to_string();
            assert!(text.contains(name) && text.contains(kind), "{kept} of {name}: {text}");
        }
    }
}

/// Prices of any size and with any digits.
fn price() -> impl Strategy<Value = f64> {
    prop_oneof![
        (1_u64..1_000_000_000).prop_map(|cents| cents as f64 / 100.0),
        (1e-12..1e12_f64),
        any::<u64>()
            .prop_map(|bits| f64::from_bits(bits).abs())
            .prop_filter("finite", |price| { price.is_finite() && *price < 1e300 }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_exported_is_read_back_bit_for_bit(
        prices in prop::collection::vec((price(), price()), 2..50),
        exchange in prop_oneof![Just(""), Just("NASDAQ")],
        symbol in prop_oneof![Just("AAPL"), Just("BRK.B"), Just("BTC/USDT"), Just("A,\"B\""), Just("トヨタ")],
    ) {
        let key = SeriesKey::new(exchange, symbol, Interval::MINUTE).unwrap();
        let candle = |(minute, (close, volume)): (usize, (f64, f64))| Candle {
            open_time: format!("2024-01-02T14:{minute:02}").parse().unwrap(),
            open: close, high: close, low: close, close, volume,
        };
        let candles: Vec<_> = prices.into_iter().enumerate().map(candle).collect();
        let series = CandleSeries::from_candles(key.clone(), &candles).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (name, format) in [("a.parquet", ExportFormat::Parquet), ("a.arrow", ExportFormat::Arrow)] {
            let path = folder.path().join(name);
            let target = Target::File(path.clone());
            let mut writer = ExportWriter::create(&target, format, Existing::Keep).unwrap();
            writer.write(&series).unwrap();
            writer.finish().unwrap();
            let file = CandleFile::read(&path, &ImportOptions::default()).unwrap();
            prop_assert_eq!(file.series[0].key(), &key);
            let bits = |candles: &[Candle]| -> Vec<[u64; 3]> {
                candles.iter().map(|c| [c.open.to_bits(), c.volume.to_bits(), c.open_time.as_millis() as u64]).collect()
            };
            prop_assert_eq!(bits(file.series[0].as_slice()), bits(&candles));
        }
    }
}
