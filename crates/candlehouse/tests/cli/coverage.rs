//! What is missing, by which calendar, and how that is said.

use predicates::str::contains;

use crate::program::{Home, columns, stdout};

#[test]
fn a_gap_search_over_four_hundred_years_of_seconds_counts_and_does_not_walk() {
    let home = Home::new();
    home.write("a.csv", "time,open,high,low,close\n2024-01-01T00:00:00Z,1,1,1,1\n");
    home.ok("import a.csv --symbol A --interval 1s");
    let whole = "coverage A --from 1900-01-01 --to 2299-12-31T23:59:59.999";
    let missing: u64 = 146_097 * 86_400 - 1;
    assert_eq!(columns(&home.csv(whole), [2, 5, 6]), [["1", &missing.to_string(), "2"]]);
    let gaps = home.csv(&format!("{whole} --gaps --calendar weekdays"));
    assert_eq!(
        columns(&gaps, [2, 3]),
        [
            ["1900-01-01T00:00:00Z", "2023-12-29T23:59:59Z"],
            ["2024-01-01T00:00:01Z", "2299-12-29T23:59:59Z"],
        ]
    );
}

#[test]
fn stocks_that_nobody_classified_rest_on_weekends_because_their_candles_do() {
    let home = Home::with_stocks();
    let calendar = |line: &str| columns(&home.csv(line), [10, 11]).concat();
    assert_eq!(calendar("coverage AAPL"), ["weekdays", "data"]);
    assert_eq!(calendar("coverage AAPL --calendar continuous"), ["continuous", "option"]);
    assert_eq!(calendar("coverage AAPL --calendar weekdays"), ["weekdays", "option"]);
    home.ok("coverage AAPL").stdout(contains("weekdays  data"));
    let report = &home.json("coverage AAPL")[0];
    assert_eq!(
        (&report["calendar"], &report["calendar_from"]),
        (&"weekdays".into(), &"data".into())
    );

    // The whole series tells, also about a range that is too short to tell.
    let gaps = home.json("coverage AAPL --gaps --from 2001-09-01 --to 2001-09-15");
    let gap = |row: &serde_json::Value| (row["missing"].as_u64().unwrap(), row["calendar"].clone());
    let gaps: Vec<_> = gaps.as_array().unwrap().iter().map(gap).collect();
    assert_eq!(gaps, [(1, "weekdays".into()), (4, "weekdays".into())]);

    assert!(home.csv("coverage").iter().all(|row| row[10..] == ["weekdays", "data"]));
    home.ok("symbols add AAPL --asset-class crypto");
    home.ok("symbols add IBM --asset-class equity");
    assert_eq!(
        calendar("coverage IBM AAPL FB"),
        ["weekdays", "asset class", "continuous", "asset class", "weekdays", "data"]
    );
}

#[test]
fn what_trades_on_one_weekend_or_for_a_few_days_is_expected_around_the_clock() {
    let home = Home::new();
    let days = |skipped: fn(u32) -> bool, last: u32| {
        let rows = (1..=last).filter(|&day| !skipped(day));
        let row = |day| format!("2024-01-{day:02},1,1,1,1\n");
        format!("date,open,high,low,close\n{}", rows.map(row).collect::<String>())
    };
    // 2024-01-01 was a Monday.
    let weekend = |day: u32| matches!(day % 7, 6 | 0);
    home.write("rests.csv", days(weekend, 29));
    home.write("once.csv", days(|day| day != 14 && matches!(day % 7, 6 | 0), 29));
    home.write("short.csv", days(weekend, 26));
    for name in ["rests", "once", "short"] {
        home.ok(&format!("import {name}.csv --symbol {name} --interval 1d"));
    }
    let coverage = home.csv("coverage");
    assert_eq!(
        columns(&coverage, [0, 5, 10, 11]),
        [
            ["once", "7", "continuous", "default"],
            ["rests", "0", "weekdays", "data"],
            ["short", "6", "continuous", "default"],
        ]
    );
}

#[test]
fn a_list_that_is_too_long_says_what_it_leaves_out_and_the_report_counts_all() {
    let home = Home::new();
    let row = |candle: u32| format!("{},1,1,1,1\n", 1_700_000_040 + candle * 120);
    let rows: String = (0..100_003).map(row).collect();
    home.write("a.csv", format!("time,open,high,low,close\n{rows}"));
    home.ok("import a.csv --symbol A --interval 1m");
    assert_eq!(columns(&home.csv("coverage A"), [5, 6]), [["100002", "100002"]]);
    let listed = home.ok("coverage A --gaps --format csv");
    assert_eq!(stdout(&listed).lines().count(), 1 + 100_000);
    listed.stderr(contains("only the oldest 100000 of 100002 gaps are listed"));
    home.ok("coverage A --gaps").stdout(contains("\n90,000 rows are left out"));
}
