//! The register of symbols.

use predicates::str::contains;

use crate::program::{Home, columns};

fn names(rows: &[Vec<String>]) -> Vec<String> {
    rows.iter().map(|row| format!("{}:{}", &row[0], &row[1])).collect()
}

#[test]
fn what_is_registered_is_listed_found_and_filtered() {
    let home = Home::new();
    home.ok("symbols add BINANCE:BTCUSDT --asset-class crypto --base BTC --quote USDT");
    home.ok("symbols add NASDAQ:AAPL --asset-class equity --quote USD --listed 1980-12-12");
    home.ok("symbols add NYSE:AA --asset-class equity --status halted");
    assert_eq!(names(&home.csv("symbols")), ["BINANCE:BTCUSDT", "NASDAQ:AAPL", "NYSE:AA"]);
    for (filter, found) in [
        ("--search aa", &["NASDAQ:AAPL", "NYSE:AA"][..]),
        ("--search AAP", &["NASDAQ:AAPL"]),
        ("--asset-class equity", &["NASDAQ:AAPL", "NYSE:AA"]),
        ("--exchange BINANCE", &["BINANCE:BTCUSDT"]),
        ("--status halted", &["NYSE:AA"]),
        ("--asset-class equity --status active", &["NASDAQ:AAPL"]),
        ("--search %", &[]),
    ] {
        let mut rows = names(&home.csv(&format!("symbols {filter}")));
        rows.sort();
        assert_eq!(rows, found, "{filter}");
    }
    home.ok("symbols --search ZZZ").stderr(contains("no such symbols"));
}

#[test]
fn sizes_are_exact_and_a_change_keeps_the_rest() {
    let home = Home::new();
    let sizes = "--tick-size 0.000000000000000001 --lot-size 12345678901234567890.5";
    home.ok(&format!("symbols add X:A --asset-class future --quote USD {sizes}"));
    home.ok("symbols add X:A --base TULIPS");
    assert_eq!(
        home.json("symbols"),
        serde_json::json!([{
            "exchange": "X", "symbol": "A", "asset_class": "future", "status": "active",
            "base": "TULIPS", "quote": "USD",
            "tick_size": "0.000000000000000001", "lot_size": "12345678901234567890.5",
            "listed": null, "delisted": null,
        }])
    );
    for (size, reason) in
        [("0", "not above zero"), ("-1", "not above zero"), ("1e-19", "18 fractional digits")]
    {
        home.fails(2, &format!("symbols add X:A --tick-size {size}")).stderr(contains(reason));
    }
    assert_eq!(home.csv("symbols")[0][6], "0.000000000000000001");
}

#[test]
fn a_symbol_is_delisted_on_a_day_and_can_come_back() {
    let home = Home::new();
    home.ok("symbols add A --asset-class etf --listed 2020-01-01");
    home.fails(2, "symbols delist A --date 2019-12-31").stderr(contains("before the listing"));
    home.ok("symbols delist A --date 2024-02-29 --format csv")
        .stdout(contains(",A,etf,delisted,,,,,2020-01-01,2024-02-29\n"));
    assert_eq!(home.csv("symbols --status delisted").len(), 1);
    home.ok("symbols add A --status active --format csv")
        .stdout(contains(",A,etf,active,,,,,2020-01-01,\n"));
    home.fails(4, "symbols delist B --date 2024-01-01").stderr(contains("no symbol B is stored"));
}

#[test]
fn a_new_symbol_needs_an_asset_class() {
    let home = Home::new();
    home.fails(2, "symbols add NEW")
        .stderr(contains("NEW is not registered yet"))
        .stderr(contains("--asset-class equity"));
    assert!(home.csv("symbols").is_empty());
}

#[test]
fn a_name_without_an_exchange_can_be_meant_beside_one_with_an_exchange() {
    let home = Home::new();
    home.ok("symbols add AAPL --asset-class equity");
    home.ok("symbols add NASDAQ:AAPL --asset-class equity");
    for command in ["delist AAPL --date 2024-02-29", "add AAPL --quote USD"] {
        home.fails(2, &format!("symbols {command}")).stderr(contains(":AAPL or NASDAQ:AAPL"));
    }
    home.ok("symbols add :AAPL --quote USD");
    home.ok("symbols delist :AAPL --date 2024-02-29");
    let rows = home.csv("symbols");
    assert_eq!(columns(&rows, [0, 3, 5]), [["", "delisted", "USD"], ["NASDAQ", "active", ""]]);
    home.fails(4, "symbols delist NYSE:AAPL --date 2024-01-01").stderr(contains("no symbol NYSE"));
}

#[test]
fn a_change_of_a_bare_name_changes_what_is_registered_on_an_exchange() {
    let home = Home::new();
    home.ok("symbols add NYSE:ABC --asset-class equity");
    home.ok("symbols add ABC --quote USD --format csv").stdout(contains("NYSE,ABC,equity"));
    home.fails(2, "symbols add ABC --asset-class bond").stderr(contains("NYSE:ABC or :ABC"));
    assert_eq!(columns(&home.csv("symbols"), [0, 2, 5]), [["NYSE", "equity", "USD"]]);
    home.ok("symbols add :ABC --asset-class bond");
    assert_eq!(columns(&home.csv("symbols"), [0, 2]), [["", "bond"], ["NYSE", "equity"]]);
}
