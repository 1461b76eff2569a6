//! A later file wins over an earlier one, in every answer.

use predicates::str::contains;

use crate::program::{Home, columns, csv_rows};

/// The last day of AAPL with another close, and a day that the example data does not have.
const CORRECTED: &str = "symbol,date,open,high,low,close,volume\n\
                         AAPL,2013-03-01,438,438.1799,429.98,436.5,19730300\n\
                         AAPL,2013-03-04,427.8,428.2,419,420.05,20812700\n";

#[test]
fn a_corrected_candle_replaces_the_old_one_everywhere() {
    let home = Home::with_stocks();
    home.write("corrected.csv", CORRECTED);
    let stored = || columns(&home.csv("coverage AAPL"), [2, 4]);
    assert_eq!(stored(), [["3270", "2013-03-01T00:00:00Z"]]);
    // Friday and Monday alone do not show the interval.
    home.fails(3, "import corrected.csv").stderr(contains("--interval 1d"));
    let report = home.json("import corrected.csv --interval 1d");
    assert_eq!((&report[0]["corrected"], &report[0]["inserted"]), (&1.into(), &1.into()));

    let day = ["2013-03-01T00:00:00Z", "438", "438.1799", "429.98", "436.5", "19730300"];
    let candles = home.csv("candles AAPL --from 2013-03-01 --to 2013-03-02");
    assert_eq!(candles, [day]);
    let latest = home.csv("latest AAPL -n 2");
    assert_eq!(latest[0].iter().skip(2).collect::<Vec<_>>(), day);
    assert_eq!(&latest[1][6], "420.05");
    let exported = home.csv("export AAPL --from 2013-03-01 --to 2013-03-02");
    assert_eq!(exported[0].iter().skip(3).collect::<Vec<_>>(), day);
    let week = home.csv("resample AAPL 1w --from 2013-02-25 --to 2013-03-04");
    assert_eq!(columns(&week, [0, 4]), [["2013-02-25T00:00:00Z", "436.5"]]);
    home.ok("chart AAPL --from 2013-02-25 --to 2013-03-02").stdout(contains("close 436.5 "));
    assert_eq!(stored(), [["3271", "2013-03-04T00:00:00Z"]]);

    // The old file is older, but it is read later.
    home.ok(&format!("import {}", crate::stocks::PATH));
    assert_eq!(&home.csv("candles AAPL --from 2013-03-01")[0][4], "430.47");
}

#[test]
fn an_export_imports_again_unchanged_and_makes_an_equal_store() {
    let home = Home::with_stocks();
    home.ok("export --output all.csv");
    assert_eq!(csv_rows(&home.read("all.csv")).len(), crate::stocks::CANDLES);
    let report = home.json("import all.csv");
    assert_eq!(report[0]["unchanged"], 12_154);
    let report = home.json("--db chdb:./other import all.csv");
    assert_eq!(report[0]["inserted"], 12_154);
    home.ok("--db chdb:./other export --output other.csv");
    assert_eq!(home.read("other.csv"), home.read("all.csv"));
}
