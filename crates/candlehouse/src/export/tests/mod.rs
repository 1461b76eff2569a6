mod files;
mod formats;

use arrow_array::RecordBatch;
use candle_repository::{Candle, CandleSeries, Interval, SeriesKey, Timestamp};
use tempfile::TempDir;

use super::*;

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

fn batch(candles: &[Candle]) -> RecordBatch {
    let series = CandleSeries::from_candles(series(), candles).unwrap();
    with_names(series.key(), &series.to_batch().unwrap()).unwrap()
}

fn target(folder: &TempDir, name: &str) -> Target {
    Target::File(folder.path().join(name))
}

fn export(target: &Target, existing: Existing) -> Result<u64> {
    let format = ExportFormat::choose(None, target)?;
    let mut writer = ExportWriter::create(target, format, existing)?;
    let candles = candles();
    writer.write(&batch(&candles[..1]))?;
    writer.write(&batch(&candles[1..]))?;
    writer.finish()
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
