//! What an import would do, without doing it.

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{Home, columns};

const TWO: &str = "Date;Open;High;Low;Close;Volume;Ticker\n\
                   02.01.2024;1,5;3,5;1;2;10;AAPL\n\
                   03.01.2024;1,5;3,5;1;2,25;20;AAPL\n";

#[test]
fn nothing_is_stored_and_no_store_is_made() {
    let home = Home::new();
    home.write("a.csv", TWO);
    let report = home.csv("import a.csv --dry-run --date-order dmy");
    assert_eq!(columns(&report, [3, 4, 7, 8]), [["1d", "2024-01-02T00:00:00Z", "2", "0"]]);
    assert!(!home.store().exists());
}

#[test]
fn it_says_how_a_file_is_read_and_where_its_candles_go() {
    let home = Home::new();
    home.ok("symbols add NASDAQ:AAPL --asset-class equity");
    home.write("a.csv", TWO);
    home.ok("import a.csv --dry-run --date-order dmy").stderr(
        contains("semicolons between fields, header in line 1")
            .and(contains("time from Date, prices from Open, High, Low, Close, volume from Volume"))
            .and(contains("decimals after a comma"))
            .and(contains("AAPL is stored as NASDAQ:AAPL"))
            .and(contains("nothing was stored")),
    );
    home.fails(4, "candles NASDAQ:AAPL --interval 1d");
}

#[test]
fn it_counts_what_would_be_inserted_corrected_and_left() {
    let home = Home::new();
    home.write(
        "a.csv",
        "date,symbol,open,high,low,close\n2024-01-02,A,1,1,1,1\n2024-01-03,A,1,1,1,1\n",
    );
    home.ok("import a.csv");
    home.write(
        "b.csv",
        "date,symbol,open,high,low,close\n2024-01-03,A,1,1,1,1\n2024-01-04,A,1,1,1,1\n\
         2024-01-02,A,1,2,1,1\n2024-01-05,B,1,1,1,1\n2024-01-06,B,1,1,1,1\n",
    );
    for _ in 0..2 {
        let report = home.csv("import b.csv --dry-run");
        let counts = columns(&report, [2, 6, 7, 8, 9]);
        assert_eq!(counts, [["A", "3", "1", "1", "1"], ["B", "2", "2", "0", "0"]]);
    }
    assert_eq!(columns(&home.csv("latest"), [0]), [["A"]]);
}

#[test]
fn what_cannot_be_imported_is_refused_as_it_would_be() {
    let home = Home::new();
    home.write("a.csv", "date,open,high,low,close\n2024-01-02,1,1,2,1\n");
    home.fails(3, "import a.csv --dry-run --symbol A").stderr(contains("a.csv:2"));
    home.write("b.csv", "date,open,high,low,close\n2024-01-02,1,1,2,1\n2024-01-03,1,1,1,1\n");
    home.ok("import b.csv --dry-run --symbol A --interval 1d --skip-bad")
        .stderr(contains("1 bad row would be left out"));
    assert!(!home.path("b.csv.rejects").exists());
}
