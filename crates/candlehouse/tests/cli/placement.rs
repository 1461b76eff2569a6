//! Which symbol the candles of a file go to.

use predicates::str::contains;

use crate::program::{Home, columns, stderr};

const HEADER: &str = "symbol,date,open,high,low,close,volume\n";

/// A home where ZAP is registered for NASDAQ, so that `ZAP` and `NASDAQ:ZAP` are one symbol.
fn home() -> Home {
    let home = Home::new();
    home.ok("symbols add NASDAQ:ZAP --asset-class equity");
    home
}

#[test]
fn two_spellings_of_one_symbol_with_different_values_are_refused_every_time() {
    let home = home();
    let rows =
        "ZAP,2024-01-02,1,1,1,1,1\nZAP,2024-01-03,1,1,1,1,1\nNASDAQ:ZAP,2024-01-03,2,2,2,2,2\n";
    home.write("two.csv", format!("{HEADER}{rows}"));
    home.write("other.csv", format!("{HEADER}OTHER,2024-01-02,1,1,1,1,1\n"));
    for options in ["", "", "--skip-bad"] {
        home.fails(3, &format!("import two.csv --interval 1d {options}"))
            .stderr(contains("ZAP and NASDAQ:ZAP in two.csv are both NASDAQ:ZAP"))
            .stderr(contains("2024-01-03"));
        assert!(home.csv("coverage").is_empty());
    }
    home.run(&["import", "two.csv", "other.csv", "--interval", "1d"]).code(3);
    assert_eq!(columns(&home.csv("coverage"), [0]), [["OTHER"]]);
}

#[test]
fn two_spellings_of_one_symbol_that_agree_are_one_series() {
    let home = home();
    let rows = "ZAP,2024-01-02,1,1,1,1,1\nZAP,2024-01-03,1,1,1,1,1\n\
                NASDAQ:ZAP,2024-01-03,1,1,1,1,1\nNASDAQ:ZAP,2024-01-04,2,2,2,2,2\n";
    home.write("two.csv", format!("{HEADER}{rows}"));
    for (inserted, unchanged) in [(3, 0), (0, 3), (0, 3)] {
        let report = home.json("import two.csv --interval 1d");
        let found = ["symbols", "rows", "inserted", "corrected", "unchanged", "repeated"];
        let found = found.map(|column| report[0][column].as_i64().unwrap());
        assert_eq!(found, [1, 4, inserted, 0, unchanged, 1]);
    }
    assert_eq!(columns(&home.csv("candles ZAP"), [4]), [["1"], ["1"], ["2"]]);
}

#[test]
fn where_many_symbols_went_is_said_in_one_line() {
    let home = Home::new();
    let names: Vec<_> = (0..11).map(|index| format!("S{index}")).collect();
    let rows: String = names.iter().map(|name| format!("{name},2024-01-02,1,1,1,1,1\n")).collect();
    home.write("many.csv", format!("{HEADER}{rows}"));
    home.write("own.csv", format!("{HEADER}{}", rows.replace('S', "LSE:S")));
    home.ok("import own.csv --interval 1d");
    let assert = home.ok("import many.csv --interval 1d");
    assert.stderr(contains("11 symbols are stored under the exchange of their registration"));
    let told = stderr(&home.ok("import own.csv many.csv --interval 1d --exchange LSE"));
    assert!(!told.contains("stored"), "{told}");
}

#[test]
fn a_leading_colon_of_the_option_means_no_exchange() {
    let home = home();
    home.write("a.csv", "date,open,high,low,close\n2024-01-02,1,1,1,1\n");
    home.fails(2, "import a.csv --symbol :ZAP --exchange NYSE").stderr(contains(":ZAP"));
    home.ok("import a.csv --symbol :ZAP --interval 1d").stderr(contains("registered ZAP"));
    assert_eq!(columns(&home.csv("export"), [0, 1]), [["", "ZAP"]]);
}

#[test]
fn a_leading_colon_in_the_column_means_no_exchange() {
    let home = home();
    home.write("a.csv", format!("{HEADER}:ZAP,2024-01-02,1,1,1,1,1\n"));
    for options in ["", "--exchange NYSE"] {
        let assert = home.ok(&format!("import a.csv --interval 1d {options}"));
        assert!(!stderr(&assert).contains("stored as"), "{}", stderr(&assert));
        assert_eq!(columns(&home.csv("export"), [0, 1]), [["", "ZAP"]]);
    }
    home.write("b.csv", format!("{HEADER}ZAP,2024-01-02,2,2,2,2,2\n"));
    home.fails(2, "import b.csv --interval 1d")
        .stderr(contains("--exchange '' or --exchange 'NASDAQ'"));
}
