//! What is in the files.

use std::fs::{self, File};
use std::sync::Arc;

use arrow_array::{Float64Array, StringArray, TimestampMillisecondArray};
use arrow_ipc::reader::FileReader;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;

use super::*;

/// Every value by its bits, so that `-0.0` differs from `0.0`.
fn assert_candles(batches: &[RecordBatch]) {
    let mut rows = Vec::new();
    for batch in batches {
        assert_eq!(batch.schema().fields(), schema::schema().fields());
        for name in schema::NAMES {
            let column = schema::column::<StringArray>(batch, name).unwrap();
            let expected = match name {
                "exchange" => "NYSE",
                "symbol" => "BRK,\"B",
                _ => "1m",
            };
            assert!(column.iter().all(|value| value == Some(expected)), "{name}");
        }
        let times = schema::column::<TimestampMillisecondArray>(batch, schema::OPEN_TIME).unwrap();
        for row in 0..batch.num_rows() {
            let number =
                |name| schema::column::<Float64Array>(batch, name).unwrap().value(row).to_bits();
            rows.push((times.value(row), schema::NUMBERS.map(number)));
        }
    }
    let expected = candles().into_iter().map(|c| {
        let numbers = [c.open, c.high, c.low, c.close, c.volume];
        (c.open_time.as_millis(), numbers.map(f64::to_bits))
    });
    assert_eq!(rows, expected.collect::<Vec<_>>());
}

#[test]
fn parquet_reads_back_as_written_and_is_compressed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.parquet");
    assert_eq!(export(&Target::File(path.clone()), Existing::Keep).unwrap(), 3);
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    for column in reader.metadata().row_group(0).columns() {
        assert!(matches!(column.compression(), Compression::ZSTD(_)));
    }
    assert_candles(&reader.build().unwrap().map(Result::unwrap).collect::<Vec<_>>());
}

#[test]
fn arrow_reads_back_as_written() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.arrow");
    assert_eq!(export(&Target::File(path.clone()), Existing::Keep).unwrap(), 3);
    let reader = FileReader::try_new(File::open(path).unwrap(), None).unwrap();
    assert_candles(&reader.map(Result::unwrap).collect::<Vec<_>>());
}

#[test]
fn csv_reads_back_as_written() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    assert_eq!(export(&Target::File(path.clone()), Existing::Keep).unwrap(), 3);
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with(
            "exchange,symbol,interval,open_time,open,high,low,close,volume\n\
             NYSE,\"BRK,\"\"B\",1m,1969-12-31T23:59:00Z,0.30000000000000004,0.5,-0,0.00000001,\
             82488700\n"
        ),
        "{text}"
    );
    let read: Vec<Candle> = csv::Reader::from_path(path)
        .unwrap()
        .records()
        .map(|record| {
            let record = record.unwrap();
            assert_eq!((&record[0], &record[1], &record[2]), ("NYSE", "BRK,\"B", "1m"));
            let number = |index: usize| record[index].parse().unwrap();
            Candle {
                open_time: record[3].parse().unwrap(),
                open: number(4),
                high: number(5),
                low: number(6),
                close: number(7),
                volume: number(8),
            }
        })
        .collect();
    assert_candles(&[batch(&read)]);
}

#[test]
fn an_export_of_no_candles_still_has_its_columns() {
    let folder = TempDir::new().unwrap();
    for name in ["a.csv", "a.parquet", "a.arrow"] {
        let target = target(&folder, name);
        let format = ExportFormat::choose(None, &target).unwrap();
        let writer = ExportWriter::create(&target, format, Existing::Keep).unwrap();
        assert_eq!(writer.finish().unwrap(), 0);
    }
    let open = |name| File::open(folder.path().join(name)).unwrap();
    let csv = fs::read_to_string(folder.path().join("a.csv")).unwrap();
    assert_eq!(csv, "exchange,symbol,interval,open_time,open,high,low,close,volume\n");
    let parquet = ParquetRecordBatchReaderBuilder::try_new(open("a.parquet")).unwrap();
    assert_eq!(parquet.schema().fields(), schema::schema().fields());
    let arrow = FileReader::try_new(open("a.arrow"), None).unwrap();
    assert_eq!(arrow.schema().fields(), schema::schema().fields());
}

#[test]
fn columns_are_found_by_name_and_further_ones_are_left_out() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.arrow");
    let batch = batch(&candles());
    let mut columns: Vec<_> = schema::schema()
        .fields()
        .iter()
        .map(|f| (f.name().clone(), Arc::clone(batch.column_by_name(f.name()).unwrap())))
        .collect();
    columns.push(("revision".into(), Arc::new(Float64Array::from(vec![1.0; 3]))));
    columns.reverse();
    let shuffled = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer =
        ExportWriter::create(&Target::File(path.clone()), ExportFormat::Arrow, Existing::Keep)
            .unwrap();
    writer.write_batch(&shuffled).unwrap();
    writer.finish().unwrap();
    let reader = FileReader::try_new(File::open(path).unwrap(), None).unwrap();
    assert_candles(&reader.map(Result::unwrap).collect::<Vec<_>>());
}

#[test]
fn rows_that_are_not_candles_name_the_column_and_leave_no_file() {
    let folder = TempDir::new().unwrap();
    for (wrong, expected) in [
        (batch(&candles()).project(&[0, 1, 2, 3, 4, 5, 6, 7]), "volume"),
        (Ok(in_paris(&batch(&candles()))), "open_time in UTC"),
    ] {
        let target = target(&folder, "a.csv");
        let mut writer = ExportWriter::create(&target, ExportFormat::Csv, Existing::Keep).unwrap();
        writer.write_batch(&batch(&candles())).unwrap();
        let error = writer.write_batch(&wrong.unwrap()).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains(expected), "{cause}");
        assert_eq!(names(folder.path()).len(), 1, "the part, while it is written");
        drop(writer);
        assert!(names(folder.path()).is_empty(), "{:?}", names(folder.path()));
    }
}

fn in_paris(batch: &RecordBatch) -> RecordBatch {
    let times = schema::column::<TimestampMillisecondArray>(batch, schema::OPEN_TIME).unwrap();
    let paris = times.clone().with_timezone("Europe/Paris");
    RecordBatch::try_from_iter(schema::schema().fields().iter().map(|field| {
        let column = Arc::clone(batch.column_by_name(field.name()).unwrap());
        let is_time = field.name() == schema::OPEN_TIME;
        (field.name().clone(), if is_time { Arc::new(paris.clone()) } else { column })
    }))
    .unwrap()
}
