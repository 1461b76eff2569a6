//! Compression, columns, and the same bytes for the same candles.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use arrow_ipc::reader::FileReader;
use flate2::read::GzDecoder;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::*;
use crate::export::compression::Compression;
use crate::export::options::ExportOptions;

fn bytes(name: &str, options: ExportOptions, part_rows: usize) -> Result<Vec<u8>> {
    let folder = TempDir::new().unwrap();
    let target = target(&folder, name);
    let mut writer = ExportWriter::create(&target, options, Existing::Keep)?;
    for candles in many().chunks(part_rows) {
        writer.write(&part(candles))?;
    }
    assert_eq!(writer.finish()?, many().len() as u64);
    Ok(fs::read(folder.path().join(name)).unwrap())
}

/// More candles than go to Parquet and Arrow at once.
fn many() -> Vec<Candle> {
    let at = |index: i64| Timestamp::from_millis_unchecked(1_700_000_040_000 + index * 60_000);
    let price = |index: i64| 100.0 + (index * 7_919 % 1_000) as f64 / 100.0;
    let candle = |index| Candle {
        open_time: at(index),
        open: price(index),
        high: 200.0,
        low: 1.0,
        close: price(index + 1),
        volume: index as f64,
    };
    (0..70_000).map(candle).collect()
}

fn all_ways() -> Vec<(&'static str, ExportOptions)> {
    use Compression::{Gzip, Lz4, None, Snappy, Zstd};
    let with = |format, compression| ExportOptions {
        compression: Some(compression),
        ..ExportOptions::from(format)
    };
    let mut ways = Vec::new();
    for (ending, format, all) in [
        ("a.csv", ExportFormat::Csv, &[None, Gzip, Zstd][..]),
        ("parquet", ExportFormat::Parquet, &[None, Snappy, Zstd, Gzip]),
        ("arrow", ExportFormat::Arrow, &[None, Lz4, Zstd]),
    ] {
        ways.extend(all.iter().map(|compression| match (format, compression) {
            (ExportFormat::Csv, Gzip) => ("a.csv.gz", with(format, *compression)),
            (ExportFormat::Csv, Zstd) => ("a.csv.zst", with(format, *compression)),
            _ => (ending, with(format, *compression)),
        }));
    }
    ways.iter().map(|(name, options)| (*name, options.clone())).collect()
}

#[test]
fn the_same_candles_are_the_same_bytes_however_they_come() {
    for (name, options) in all_ways() {
        let one = bytes(name, options.clone(), 70_000).unwrap();
        for part_rows in [65_536, 9_999] {
            let other = bytes(name, options.clone(), part_rows).unwrap();
            assert!(one == other, "{options:?} in parts of {part_rows}");
        }
    }
}

#[test]
fn every_compression_makes_it_smaller_and_reads_back() {
    let opened = |bytes: Vec<u8>| {
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        std::io::Seek::rewind(&mut file).unwrap();
        file
    };
    let plain: Vec<_> =
        [("a.csv", ExportFormat::Csv), ("a", ExportFormat::Parquet), ("a", ExportFormat::Arrow)]
            .map(|(name, format)| {
                let options =
                    ExportOptions { compression: Some(Compression::None), ..format.into() };
                (format, bytes(name, options, 70_000).unwrap())
            })
            .into();
    for (name, options) in all_ways() {
        let packed = bytes(name, options.clone(), 70_000).unwrap();
        let (_, plain) = plain.iter().find(|(format, _)| *format == options.format).unwrap();
        if options.compression != Some(Compression::None) {
            assert!(packed.len() < plain.len(), "{options:?}");
        }
        match options.format {
            ExportFormat::Csv => assert!(unpacked(name, &packed) == *plain, "{options:?}"),
            ExportFormat::Parquet => {
                let reader = ParquetRecordBatchReaderBuilder::try_new(opened(packed)).unwrap();
                assert_eq!(closes(reader.build().unwrap().map(|b| b.unwrap())), expected_closes());
            }
            ExportFormat::Arrow => {
                let reader = FileReader::try_new(opened(packed), None).unwrap();
                assert_eq!(closes(reader.map(|b| b.unwrap())), expected_closes());
            }
        }
    }
}

fn unpacked(name: &str, packed: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    match Path::new(name).extension().unwrap().to_str().unwrap() {
        "gz" => drop(GzDecoder::new(packed).read_to_end(&mut text).unwrap()),
        "zst" => text = zstd::decode_all(packed).unwrap(),
        _ => text = packed.to_vec(),
    }
    text
}

fn closes(batches: impl Iterator<Item = RecordBatch>) -> Vec<f64> {
    let of = |batch: RecordBatch| {
        let column = schema::column::<arrow_array::Float64Array>(&batch, "close").unwrap();
        column.values().to_vec()
    };
    batches.flat_map(of).collect()
}

fn expected_closes() -> Vec<f64> {
    many().iter().map(|candle| candle.close).collect()
}

#[test]
fn the_ending_says_how_csv_is_packed_and_is_not_contradicted() {
    let named = |name, asked| {
        let format = ExportFormat::choose(None, &Target::from(name)).unwrap();
        let options = ExportOptions { compression: asked, ..format.into() };
        bytes(name, options, 70_000)
    };
    let plain = named("a.csv", None).unwrap();
    for name in ["a.csv.gz", "a.CSV.GZ", "a.csv.zst"] {
        let packed = named(name, None).unwrap();
        assert!(unpacked(&name.to_lowercase(), &packed) == plain, "{name}");
    }
    for (name, asked, ending) in [
        ("a.csv", Compression::Gzip, ".csv.gz"),
        ("a.csv.gz", Compression::Zstd, ".csv.zst"),
        ("a.csv.gz", Compression::None, ".csv"),
    ] {
        let error = named(name, Some(asked)).unwrap_err().to_string();
        assert!(error.ends_with(&format!("end its name in {ending}")), "{error}");
    }
    let options =
        ExportOptions { compression: Some(Compression::Lz4), ..ExportFormat::Parquet.into() };
    let error = bytes("a.parquet", options, 1).unwrap_err().to_string();
    assert!(
        error.contains("Parquet has no compression lz4: choose one of none, snappy"),
        "{error}"
    );
    assert!(ExportFormat::choose(None, &Target::from("a.parquet.gz")).is_err());
}

#[test]
fn columns_are_written_in_the_order_that_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let with = |format: ExportFormat, columns: &[&str]| ExportOptions {
        columns: columns.iter().map(ToString::to_string).collect(),
        ..format.into()
    };
    let export = |name: &str, options| {
        let mut writer = ExportWriter::create(&target(&folder, name), options, Existing::Keep)?;
        writer.write(&part(&candles()[..1]))?;
        writer.finish()
    };
    export("a.csv", with(ExportFormat::Csv, &["volume", "open_time", "symbol"])).unwrap();
    assert_eq!(
        fs::read_to_string(folder.path().join("a.csv")).unwrap(),
        "volume,open_time,symbol\n82488700,1969-12-31T23:59:00Z,\"BRK,\"\"B\"\n"
    );
    export("a.parquet", with(ExportFormat::Parquet, &["close", "open_time"])).unwrap();
    let file = File::open(folder.path().join("a.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let names: Vec<_> =
        reader.schema().fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["close", "open_time"]);

    let error = export("b.csv", with(ExportFormat::Csv, &["clsoe"])).unwrap_err().to_string();
    assert!(error.contains("no column \"clsoe\": there are exchange, symbol, interval, open_time"));
    let error = export("b.csv", with(ExportFormat::Csv, &["close", "close"])).unwrap_err();
    assert!(matches!(error, ExportError::RepeatedColumn { .. }), "{error}");
    assert_eq!(names_of(&folder), ["a.csv", "a.parquet"]);
}

fn names_of(folder: &TempDir) -> Vec<String> {
    let mut names = names(folder.path());
    names.sort();
    names
}
