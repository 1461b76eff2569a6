//! Many files at once.

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{Home, columns, stderr, stdout};

fn days(first: u8, last: u8) -> String {
    let rows = (first..=last).map(|day| format!("2024-01-{day:02},1,1,1,1,1\n"));
    format!("date,open,high,low,close,volume\n{}", rows.collect::<String>())
}

#[test]
fn all_files_of_a_folder_are_imported_and_their_names_tell_the_symbols() {
    let home = Home::new();
    home.write("data/AAPL.csv", days(2, 5));
    home.write("data/more/BRK.B.csv.gz", gzip(&home, &days(2, 3)));
    home.write("data/MSFT.TXT", days(2, 4));
    for ignored in ["data/AAPL.csv.rejects", "data/.hidden.csv", "data/.git/x.csv", "data/notes.md"]
    {
        home.write(ignored, "what is no file of candles");
    }
    let report = home.csv("import data --symbol-from-name --interval 1d");
    let files = ["data/AAPL.csv", "data/MSFT.TXT", "data/more/BRK.B.csv.gz"];
    assert_eq!(columns(&report, [0]), files.map(|file| [file]));
    let latest = columns(&home.csv("latest"), [0, 1]);
    assert_eq!(latest, ["AAPL", "BRK.B", "MSFT"].map(|symbol| [symbol, "1d"]));
}

#[test]
fn a_pattern_tells_exchange_symbol_and_interval() {
    let home = Home::new();
    home.write("XNAS_AAPL_1d_2024.csv", days(2, 5));
    home.ok("import --symbol-from-name={exchange}_{symbol}_{interval}_* XNAS_AAPL_1d_2024.csv");
    assert_eq!(columns(&home.csv("latest"), [0, 1]), [["XNAS:AAPL", "1d"]]);
    home.fails(3, "import --symbol-from-name={symbol}-* XNAS_AAPL_1d_2024.csv")
        .stderr(contains("is not as --symbol-from-name says"));
    home.fails(2, "import --symbol-from-name=* a.csv").stderr(contains("it has no {symbol}"));
    home.fails(2, "import --symbol-from-name --symbol A a.csv")
        .stderr(contains("cannot be used with"));
}

#[test]
fn what_is_exported_as_columns_is_imported_again() {
    let home = Home::new();
    home.write("AAPL.csv", days(2, 5));
    home.ok("import AAPL.csv --symbol NASDAQ:AAPL --interval 1d");
    home.write("data/notes.md", "text");
    for name in ["parquet", "arrow"] {
        home.ok(&format!("export AAPL --output data/AAPL.{name}"));
    }
    home.ok("delete NASDAQ:AAPL --all-intervals --yes");
    let report = home.csv("import data");
    assert_eq!(columns(&report, [0, 4]), [["data/AAPL.arrow", "4"], ["data/AAPL.parquet", "0"]]);
    assert_eq!(columns(&home.csv("latest"), [0, 1]), [["NASDAQ:AAPL", "1d"]]);
}

#[test]
fn a_name_tells_the_symbol_only_where_the_file_does_not() {
    let home = Home::new();
    home.write("data/AAPL.csv", days(2, 5));
    home.write("data/prices.csv", "date,ticker,open,high,low,close\n2024-01-02,IBM,1,1,1,1\n");
    home.write(
        "data/download.csv",
        "Price,Close,High,Low,Open\nTicker,GOOG,GOOG,GOOG,GOOG\nDate,,,,\n2024-01-02,1,1,1,1\n",
    );
    home.write("data/BTCUSDT-1d-2024-01.csv.gz", gzip(&home, &days(2, 4)));
    home.ok("import data --symbol-from-name --interval 1d");
    assert_eq!(columns(&home.csv("latest"), [0]), [["AAPL"], ["BTCUSDT"], ["GOOG"], ["IBM"]]);
    home.ok("import data/BTCUSDT-1d-2024-01.csv.gz --symbol-from-name={symbol}-1d-*");
    home.fails(3, "import data/prices.csv --symbol X").stderr(contains("drop one of the two"));
}

#[test]
fn those_that_fail_are_named_at_the_end_and_the_others_are_stored() {
    let home = Home::new();
    home.write("data/A.csv", days(2, 5));
    home.write("data/B.csv", "not candles");
    home.write("data/C.csv", days(2, 5));
    home.write("data/D.csv.gz", "not packed");
    let done = home.run(&["import", "data", "--symbol-from-name", "--format", "csv"]).code(3);
    assert_eq!(stdout(&done).lines().count(), 3);
    let told = stderr(&done);
    assert!(told.contains("data/B.csv has no header"), "{told}");
    let last = told.lines().last().unwrap();
    assert_eq!(last, "error: 2 of 4 files were not imported: data/B.csv, data/D.csv.gz");
    assert_eq!(columns(&home.csv("latest"), [0]), [["A"], ["C"]]);
}

#[test]
fn a_folder_without_candles_says_what_was_looked_for() {
    let home = Home::new();
    home.write("data/notes.md", "text");
    home.fails(3, "import data")
        .stderr(contains("data holds no file").and(contains(".csv, .tsv, .txt")));
    assert!(!home.store().exists());
}

#[test]
fn a_quoted_pattern_names_files() {
    let home = Home::new();
    for name in
        ["data/AAPL.csv", "data/MSFT.csv", "data/.A.csv", "data/A[1].csv", "data/more/X.csv"]
    {
        home.write(name, days(2, 5));
    }
    let import = |pattern: &str| {
        let line = ["import", pattern, "--symbol-from-name", "--interval", "1d", "--format", "csv"];
        stdout(&home.run(&line).success()).lines().count() - 1
    };
    assert_eq!(import("data/*.csv"), 3);
    assert_eq!(import("data/[AM]*T.csv"), 1);
    assert_eq!(import("data/A[1].csv"), 1, "a file of that name comes first");
    assert_eq!(import("data/**/*.csv"), 4);
    assert_eq!(import("data/mo*"), 1, "a folder that matches is read");
    home.fails(3, "import data/*.txt").stderr(contains("no file has a name like data/*.txt"));
    home.fails(2, "import data/[.csv").stderr(contains("is no pattern"));
}

#[test]
fn standard_input_is_a_file() {
    let home = Home::new();
    let import = |text: Vec<u8>, line: &str| {
        home.command(&line.split(' ').collect::<Vec<_>>()).write_stdin(text).assert()
    };
    let line = "import - --symbol A --interval 1d --format csv";
    let done = import(gzip(&home, &days(2, 5)), line).success();
    assert!(stdout(&done).contains("\nstdin,1d,1,4,4,"), "{}", stdout(&done));
    let bad = format!("{}x,1,1,1,1,1\n", days(2, 5));
    import(bad.into_bytes(), line).code(3).stderr(contains("stdin:6: column \"date\""));
    home.fails(3, "import stdin --symbol A").stderr(contains("there is no file stdin"));
    import(Vec::new(), line).code(3).stderr(contains("stdin is empty"));
}

fn gzip(home: &Home, text: &str) -> Vec<u8> {
    home.write("packed", text);
    let mut gzip = std::process::Command::new("gzip");
    gzip.args(["-c", "packed"]).current_dir(home.path("")).output().unwrap().stdout
}
