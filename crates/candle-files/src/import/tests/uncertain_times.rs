//! Numbers that may be times, and what settles it.

use super::super::error::ImportError;
use super::super::options::{ImportOptions, TimeUnit};
use super::{candles, parse, told};

fn counted(unit: TimeUnit) -> ImportOptions {
    ImportOptions { time_unit: Some(unit), ..told() }
}

#[test]
fn a_small_number_is_not_a_time_of_1970() {
    for times in [["45292", "45293"], ["45292.5", "45293.5"], ["240102", "240103"], ["0", "1"]] {
        for name in ["time", "date", "timestamp", "unix"] {
            let rows = times.map(|time| format!("{time},1,1,1,1\n")).concat();
            for skip_bad in [false, true] {
                let options = ImportOptions { interval: None, skip_bad, ..told() };
                let error = parse(&format!("{name},open,high,low,close\n{rows}"), &options);
                let error = error.unwrap_err().to_string();
                assert!(error.contains(&format!("\"{}\"", times[0])), "{error}");
                assert!(error.contains("--time-unit seconds"), "{error}");
            }
        }
    }
}

#[test]
fn a_small_number_in_a_file_of_unix_seconds_is_a_bad_row() {
    let text = "unix,open,high,low,close\n1704067200,1,1,1,1\n86400,1,1,1,1\n";
    let error = parse(text, &told()).unwrap_err();
    let ImportError::BadRows { rejects, .. } = error else { panic!("{error}") };
    assert_eq!((rejects.len(), rejects[0].line), (1, 3));
    assert!(rejects[0].reason.contains("--time-unit seconds"), "{}", rejects[0].reason);
}

#[test]
fn a_unit_that_is_given_is_taken_for_every_size() {
    for (unit, time) in [
        (TimeUnit::Seconds, "86400"),
        (TimeUnit::Milliseconds, "86400000"),
        (TimeUnit::Microseconds, "86400000000"),
        (TimeUnit::Nanoseconds, "86400000000000"),
    ] {
        let text = format!("date,t,open,high,low,close\n?,0,1,1,1,1\n?,{time},1,1,1,1\n");
        let found = candles(&text, &counted(unit));
        let days: Vec<_> = found.iter().map(|candle| candle.open_time.to_string()).collect();
        assert_eq!(days, ["1970-01-01", "1970-01-02"], "{unit}");
    }
    let dates = "date,open,high,low,close\n2024-01-02,1,1,1,1\n";
    let error = parse(dates, &counted(TimeUnit::Seconds)).unwrap_err().to_string();
    assert!(error.contains("\"2024-01-02\" is not a time in seconds since 1970"), "{error}");
}

const DATE_AND_CLOCK: &str = "Date,Time,Open,High,Low,Close\n";

#[test]
fn a_clock_beside_a_date_is_never_left_out() {
    for name in ["Time", "Timestamp", "Open Time", "Start Time", "Bar Time"] {
        let rows = "20240102,930,1,1,1,1\n20240103,930,2,2,2,2\n";
        let text = DATE_AND_CLOCK.replace("Time", name) + rows;
        for skip_bad in [false, true] {
            let error = parse(&text, &ImportOptions { skip_bad, ..told() }).unwrap_err();
            let ImportError::AmbiguousClock { example, .. } = error else { panic!("{error}") };
            assert_eq!(example, "930", "{name}");
        }
        let found = candles(&text.replace(",930,", ",0000,"), &told());
        assert_eq!(found[1].open_time.to_string(), "2024-01-03", "{name}");
    }
}

#[test]
fn clocks_of_different_lengths_can_be_read_in_two_ways() {
    for (one, other) in [("930", "1000"), ("1000", "100000"), ("093000", "0930"), ("5", "1000")] {
        let text = format!("{DATE_AND_CLOCK}20240102,{one},1,1,1,1\n20240102,{other},1,1,1,1\n");
        let options = ImportOptions { interval: None, skip_bad: true, ..told() };
        let error = parse(&text, &options).unwrap_err();
        assert!(matches!(error, ImportError::AmbiguousClock { .. }), "{error}");
    }
}

#[test]
fn a_clock_of_zero_is_midnight() {
    for zero in ["0", "00", "0000", "000000", ""] {
        let text = format!("{DATE_AND_CLOCK}20240102,{zero},1,1,1,1\n20240103,{zero},1,1,1,1\n");
        let found = candles(&text, &ImportOptions { interval: None, ..told() });
        let days: Vec<_> = found.iter().map(|candle| candle.open_time.to_string()).collect();
        assert_eq!(days, ["2024-01-02", "2024-01-03"], "{zero:?}");
    }
    let mixed = format!("{DATE_AND_CLOCK}20240102,0,1,1,1,1\n20240102,100000,1,1,1,1\n");
    let hours = ImportOptions { interval: Some("1h".parse().unwrap()), ..told() };
    assert_eq!(candles(&mixed, &hours)[1].open_time.to_string(), "2024-01-02T10:00:00Z");
}

#[test]
fn a_whole_moment_beside_a_date_stands_for_itself() {
    let text = format!("{DATE_AND_CLOCK}2024-01-02,1704153600,1,1,1,1\n");
    assert_eq!(candles(&text, &told())[0].open_time.to_string(), "2024-01-02");
}
