//! Files for other programs.

use std::fs::File;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMillisecondType};
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::FileReader;
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{Home, columns, csv_rows, stdout};
use crate::stocks::{self, Bar};

fn bars(batches: impl Iterator<Item = RecordBatch>) -> Vec<Bar> {
    let mut bars = Vec::new();
    for batch in batches {
        let column = |name: &str| batch.column_by_name(name).unwrap();
        let times = column("open_time").as_primitive::<TimestampMillisecondType>();
        assert!(
            matches!(times.data_type(), DataType::Timestamp(_, Some(zone)) if &**zone == "UTC")
        );
        for row in 0..batch.num_rows() {
            let number = |name| column(name).as_primitive::<Float64Type>().value(row);
            assert_eq!(column("interval").as_string::<i32>().value(row), "1d");
            bars.push(Bar {
                ticker: column("symbol").as_string::<i32>().value(row).into(),
                date: times.value_as_datetime(row).unwrap().date().to_string(),
                numbers: ["open", "high", "low", "close", "volume"].map(number),
            });
        }
    }
    bars
}

#[test]
fn parquet_and_arrow_files_hold_what_was_imported() {
    let home = Home::with_stocks();
    let open = |name: &str| File::open(home.path(name)).unwrap();

    home.ok("export --output all.parquet")
        .stdout("")
        .stderr(contains("12154 candles are in all.parquet"));
    let parquet = ParquetRecordBatchReaderBuilder::try_new(open("all.parquet")).unwrap();
    assert_eq!(bars(parquet.build().unwrap().map(Result::unwrap)), stocks::bars());

    for name in ["all.arrow", "all.feather", "other"] {
        home.ok(&format!("export --output {name} --format arrow"));
        let arrow = FileReader::try_new(open(name), None).unwrap();
        assert_eq!(bars(arrow.map(Result::unwrap)), stocks::bars());
    }
}

#[test]
fn only_what_was_asked_for_is_exported_and_each_series_once() {
    let home = Home::with_stocks();
    let rows = csv_rows(&stdout(
        &home.ok("export IBM FB IBM --interval 1d --from 2013-02-28 --to 2013-03-01"),
    ));
    assert_eq!(
        columns(&rows, [1, 3, 7]),
        [["IBM", "2013-02-28T00:00:00Z", "200.83"], ["FB", "2013-02-28T00:00:00Z", "27.25"]]
    );
}

#[test]
fn a_file_is_replaced_only_when_that_is_said() {
    let home = Home::with_stocks();
    home.write("a.csv", "precious");
    home.fails(1, "export FB --output a.csv").stderr(contains("exists").and(contains("--force")));
    assert_eq!(home.read("a.csv"), "precious");
    home.ok("export FB --output a.csv --force").stderr(contains("196 candles are in a.csv"));
    assert_eq!(home.read("a.csv").lines().count(), 197);
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing_behind() {
    let home = Home::with_stocks();
    home.fails(2, "export --format parquet").stderr(contains("--output FILE"));
    home.fails(2, "export --output a.txt").stderr(contains(".parquet").and(contains("--format")));
    home.fails(1, "export --output no/such/a.csv").stderr(contains("there is no folder"));
    home.fails(4, "export ZZZ --output a.csv").stderr(contains("no candles of ZZZ"));
    let names: Vec<_> =
        std::fs::read_dir(home.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, [".local"]);
}
