//! Whole exports.

mod files;
mod folders;
mod formats;
mod options;

use arrow_array::RecordBatch;
use market_model::{Candle, CandleSeries, Interval, SeriesKey, Timestamp};
use tempfile::TempDir;

use super::destination::{Existing, Target};
use super::error::{ExportError, Result};
use super::format::ExportFormat;
use super::schema;
use super::writer::ExportWriter;

fn series() -> SeriesKey {
    SeriesKey::parse("NYSE:BRK,\"B", Interval::MINUTE).unwrap()
}

fn candles() -> Vec<Candle> {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let row = |time, [open, high, low, close, volume]: [f64; 5]| Candle {
        open_time: at(time),
        open,
        high,
        low,
        close,
        volume,
    };
    vec![
        row("1969-12-31T23:59", [0.1 + 0.2, 0.5, -0.0, 1e-8, 82_488_700.0]),
        row("2013-03-01", [430.47, f64::MAX, f64::MIN_POSITIVE, 430.469_999_999_999_97, 0.0]),
        row("2024-01-02T09:30:15.250", [-37.63, 1e12, -40.32, 5e-324, 123_456_789.123_456_78]),
    ]
}

fn part(candles: &[Candle]) -> CandleSeries {
    CandleSeries::from_candles(series(), candles).unwrap()
}

fn batch(candles: &[Candle]) -> RecordBatch {
    schema::named(&part(candles)).unwrap()
}

fn target(folder: &TempDir, name: &str) -> Target {
    Target::File(folder.path().join(name))
}

fn export(target: &Target, existing: Existing) -> Result<u64> {
    let format = ExportFormat::choose(None, target)?;
    let mut writer = ExportWriter::create(target, format, existing)?;
    let candles = candles();
    writer.write(&part(&candles[..1]))?;
    writer.write_batch(&batch(&candles[1..]))?;
    writer.finish()
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
