//! Options of `import` about clocks, stamps and dates.

use predicates::str::contains;

use crate::program::Home;

const HEADER: &str = "time,open,high,low,close,volume\n";

#[test]
fn a_clock_a_stamp_and_an_order_of_dates_are_given_by_options() {
    let home = Home::new();
    let rows = "02/01/2024 10:00,1,2,1,2,5\n02/01/2024 11:00,2,3,2,3,6\n";
    home.write("hours.csv", format!("{HEADER}{rows}"));
    let command = "import hours.csv --symbol ZAP";
    home.fails(3, command).stderr(contains("--date-order dmy or --date-order mdy"));
    home.ok(&format!("{command} --date-order dmy --timezone America/New_York --stamp close"))
        .stderr(contains("interval 1h found in the times"));
    let candles = home.csv("candles ZAP --interval 1h");
    let times: Vec<_> = candles.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(times, ["2024-01-02T14:00:00Z", "2024-01-02T15:00:00Z"]);
}

#[test]
fn an_unknown_clock_is_answered_with_the_nearest() {
    let home = Home::new();
    home.write("days.csv", format!("{HEADER}2024-01-02,1,2,1,2,5\n"));
    home.fails(2, "import days.csv --symbol ZAP --timezone New_Yrok")
        .stderr(contains("America/New_York"));
    home.fails(2, "import days.csv --symbol ZAP --stamp end").stderr(contains("open or close"));
}
