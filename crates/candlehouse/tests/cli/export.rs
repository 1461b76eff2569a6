//! Files for other programs.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

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
use crate::terminal::on_terminal;

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
        fs::read_dir(home.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, [".local"]);
}

/// The files below a folder with their content, in order of their names.
fn files(home: &Home, name: &str) -> BTreeMap<String, Vec<u8>> {
    let root = home.path(name);
    let entries = walkdir::WalkDir::new(&root).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let relative = |path: &Path| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    files.map(|file| (relative(file.path()), fs::read(file.path()).unwrap())).collect()
}

#[test]
fn a_folder_has_a_file_for_each_series_and_year_and_is_imported_back() {
    let home = Home::with_stocks();
    home.ok("export FB GOOG --output all --by series,year --format csv")
        .stdout("")
        .stderr(contains("2344 candles are in 12 files in all"));
    let written = files(&home, "all");
    let place = "exchange=__HIVE_DEFAULT_PARTITION__/symbol=FB/interval=1d/year=2013/candles.csv";
    let text = String::from_utf8(written[place].clone()).unwrap();
    assert!(text.lines().skip(1).all(|line| line.starts_with(",FB,1d,2013-")), "{text}");

    let other = Home::new();
    other.run(&["import", home.path("all").to_str().unwrap()]).success();
    let line = "candles GOOG --format csv";
    assert_eq!(stdout(&other.ok(line)), stdout(&home.ok(line)));
}

#[test]
fn years_hold_all_series_in_the_order_of_their_names() {
    let home = Home::with_stocks();
    home.ok(
        "export --by year --output years --format csv --columns symbol,open_time --from 2012-12-28",
    );
    let written = files(&home, "years");
    assert_eq!(
        written.keys().collect::<Vec<_>>(),
        ["year=2012/candles.csv", "year=2013/candles.csv"]
    );
    let text = String::from_utf8(written["year=2012/candles.csv"].clone()).unwrap();
    let symbols: Vec<_> = text.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(
        symbols,
        ["symbol", "AAPL", "AAPL", "FB", "FB", "GOOG", "GOOG", "IBM", "IBM", "MSFT", "MSFT"]
    );
}

#[test]
fn the_same_candles_are_the_same_files_also_after_they_were_deleted_and_imported_again() {
    let home = Home::with_stocks();
    let lines = [
        "--by series,year --format parquet",
        "--by series --format csv --compression gzip",
        "--by year --format arrow --compression zstd",
    ];
    let export = |name: &str| {
        let one = |(index, line): (usize, &&str)| {
            let name = format!("{name}{index}");
            home.ok(&format!("export --output {name} {line}"));
            files(&home, &name)
        };
        lines.iter().enumerate().map(one).collect::<Vec<_>>()
    };
    let before = export("before");
    assert!(before.iter().all(|files| !files.is_empty()));
    assert!(export("again") == before);
    for symbol in ["MSFT", "AAPL"] {
        home.ok(&format!("delete {symbol} --yes"));
    }
    home.ok(&format!("import {}", stocks::PATH));
    assert!(export("after") == before);
}

#[test]
fn a_folder_that_is_there_is_replaced_only_whole_and_only_when_that_is_said() {
    let home = Home::with_stocks();
    home.ok("export FB --by series --output out");
    home.fails(1, "export IBM --by series --output out").stderr(contains("--force"));
    assert!(files(&home, "out").keys().all(|name| name.contains("symbol=FB")));
    home.ok("export IBM --by series --output out --force");
    assert!(files(&home, "out").keys().all(|name| name.contains("symbol=IBM")));
    home.write("out/notes.txt", "precious");
    home.fails(1, "export FB --by series --output out --force").stderr(contains("notes.txt"));
    home.fails(2, "export FB --by series").stderr(contains("--output FOLDER"));
    home.fails(2, "export FB --columns clsoe").stderr(contains("open_time, open, high"));
    home.fails(2, "export FB --output a.csv --compression gzip").stderr(contains(".csv.gz"));
    assert!(!home.path("a.csv").exists());
}

#[test]
fn an_export_on_a_terminal_shows_what_is_done_and_a_quiet_one_does_not() {
    let home = Home::with_stocks();
    let (code, told) = on_terminal(&home, "export --output a.csv", "");
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("of 12,154 rows") && told.contains("left"), "{told}");
    let (code, told) = on_terminal(&home, "export --output b.csv --quiet", "");
    assert_eq!((code, told.as_str()), (Some(0), ""));
}
