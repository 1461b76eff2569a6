//! Questions with an answer.

use predicates::str::contains;

use crate::program::{Home, columns};

#[test]
fn ranges_include_their_start_and_exclude_their_end_in_any_time_zone() {
    let home = Home::new();
    home.write(
        "a.csv",
        "time,open,high,low,close,volume\n\
         1969-12-31T23:00:00Z,1,2,0.5,1,1\n1970-01-01T00:00:00Z,2,3,1,2.5,2\n\
         1970-01-01T01:00:00Z,3,4,2,3.5,3\n",
    );
    home.ok("import a.csv --symbol A");
    let opens = |range: &str| {
        let rows = home.csv(&format!("candles A {range}"));
        rows.iter().map(|row| row[1].to_owned()).collect::<String>()
    };
    for (range, expected) in [
        ("", "123"),
        ("--from 1970-01-01", "23"),
        ("--to 1970-01-01", "1"),
        ("--from 1970-01-01 --to 1970-01-01T01:00", "2"),
        ("--from 1970-01-01T02:00:00+02:00 --to 1969-12-31T20:00:00.001-05:00", "23"),
        ("--from 1950-01-01 --to 1960-01-01", ""),
        ("--last 2", "23"),
        ("--last 18446744073709551615", "123"),
    ] {
        assert_eq!(opens(range), expected, "{range}");
    }
    home.ok("candles A --from 2050-01-01").stderr(contains("no candles of A 1h from 2050-01-01"));
}

#[test]
fn the_newest_candles_of_each_series_are_shown_once() {
    let home = Home::with_stocks();
    let latest = home.csv("latest IBM AAPL IBM -n 2");
    assert_eq!(
        columns(&latest, [0, 1, 2]),
        [
            ["IBM", "1d", "2013-02-28T00:00:00Z"],
            ["IBM", "1d", "2013-03-01T00:00:00Z"],
            ["AAPL", "1d", "2013-02-28T00:00:00Z"],
            ["AAPL", "1d", "2013-03-01T00:00:00Z"],
        ]
    );
    assert_eq!(home.csv("latest --interval 1d").len(), 5);
    home.ok("latest --interval 1h").stderr(contains("no such candles are stored"));
}

#[test]
fn weeks_and_months_are_made_of_their_days() {
    let home = Home::with_stocks();
    let week = home.csv("resample AAPL 1w --from 2013-02-20 --to 2013-02-21");
    // Monday was a holiday: Tuesday's open, Friday's close.
    assert_eq!(week, [["2013-02-18T00:00:00Z", "461.1", "462.73", "442.82", "450.81", "60354400"]]);
    let days = home.csv("candles AAPL --from 2013-02-01 --to 2013-03-01");
    let month = home.csv("resample AAPL 1M --interval 1d --from 2013-02-01 --to 2013-03-01");
    let volume: f64 = days.iter().map(|day| day[5].parse::<f64>().unwrap()).sum();
    let (first, last) = (&days[0], &days[days.len() - 1]);
    assert_eq!(columns(&month, [0, 1, 4]), [["2013-02-01T00:00:00Z", &first[1], &last[4]]]);
    assert_eq!(month[0][5].parse::<f64>().unwrap(), volume);
}

#[test]
fn gaps_are_counted_by_the_calendar_of_the_asset_class() {
    let home = Home::with_stocks();
    let missing = |options: &str| home.csv(&format!("coverage AAPL {options}"))[0][5].to_owned();
    let days = 4_749 - 3_270; // from 2000-03-01 to 2013-03-01
    assert_eq!(missing("--calendar continuous"), days.to_string());
    assert_eq!(missing("--calendar weekdays"), "123");
    home.ok("symbols add AAPL --asset-class crypto");
    assert_eq!(missing(""), days.to_string());
    home.ok("symbols add AAPL --asset-class equity");
    assert_eq!(missing(""), "123");
    let gaps = home.csv("coverage AAPL --gaps --from 2001-09-01 --to 2001-10-01");
    assert_eq!(
        columns(&gaps, [2, 3, 4]),
        [
            ["2001-09-03T00:00:00Z", "2001-09-03T00:00:00Z", "1"],
            ["2001-09-11T00:00:00Z", "2001-09-14T00:00:00Z", "4"],
        ]
    );
}
