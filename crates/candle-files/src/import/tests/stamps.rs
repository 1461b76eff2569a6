//! Candles that are named by their ends.

use super::super::options::{ImportOptions, Stamp};
use super::clocks::{on, opens, reasons};
use super::told;

fn ending(interval: &str) -> ImportOptions {
    let interval = (!interval.is_empty()).then(|| interval.parse().unwrap());
    ImportOptions { stamp: Stamp::Close, interval, ..told() }
}

#[test]
fn candles_that_are_named_by_their_ends_are_stored_by_their_openings() {
    for (interval, ends, expected) in [
        (
            "1h",
            ["2024-01-02 10:00", "2024-01-02 11:00"],
            ["2024-01-02T09:00:00Z", "2024-01-02T10:00:00Z"],
        ),
        (
            "1h",
            ["2024-01-02 09:59:59.999", "2024-01-02 10:59:59.999"],
            ["2024-01-02T09:00:00Z", "2024-01-02T10:00:00Z"],
        ),
        (
            "1h",
            ["2024-01-02 09:59:59", "2024-01-02 10:59:59"],
            ["2024-01-02T09:00:00Z", "2024-01-02T10:00:00Z"],
        ),
        ("1d", ["2024-01-03 00:00", "2024-01-04 00:00"], ["2024-01-02", "2024-01-03"]),
        ("1d", ["2024-01-02 23:59:59", "2024-01-03 23:59:59.999"], ["2024-01-02", "2024-01-03"]),
        ("1d", ["2024-01-02", "2024-01-03"], ["2024-01-02", "2024-01-03"]),
        ("1d", ["2024-01-02T21:00:00Z", "2024-01-03T21:00:00Z"], ["2024-01-02", "2024-01-03"]),
        ("1w", ["2024-01-05", "2024-01-12"], ["2024-01-01", "2024-01-08"]),
        ("1w", ["2024-01-07", "2024-01-14"], ["2024-01-01", "2024-01-08"]),
        ("1M", ["2024-01-31", "2024-02-29"], ["2024-01-01", "2024-02-01"]),
        ("1M", ["2024-03-28", "2024-04-30"], ["2024-03-01", "2024-04-01"]),
        ("1M", ["2024-02-01 00:00", "2024-03-01 00:00"], ["2024-01-01", "2024-02-01"]),
    ] {
        assert_eq!(opens(&ends, &ending(interval)).unwrap(), expected, "{interval} {ends:?}");
        if !(ends[0].contains("-28")) {
            assert_eq!(opens(&ends, &ending("")).unwrap(), expected, "found: {interval} {ends:?}");
        }
    }
    let options = ImportOptions { stamp: Stamp::Close, ..on("America/New_York", "1d") };
    for ends in [
        ["2024-03-08 16:00", "2024-03-11 16:00"],
        ["2024-03-09 00:00", "2024-03-12 00:00"],
        ["2024-03-09T05:00:00Z", "2024-03-12T04:00:00Z"],
    ] {
        assert_eq!(opens(&ends, &options).unwrap(), ["2024-03-08", "2024-03-11"], "{ends:?}");
    }
}

#[test]
fn ends_that_do_not_tell_their_candle_are_bad_rows() {
    for (interval, end, reason) in [
        ("1h", "2024-01-02 09:30", "no candle of 1h ends then"),
        ("1M", "2024-02-01", "it cannot be told which one ends"),
        ("1w", "2024-01-08", "it cannot be told which one ends"),
        ("1d", "2024-01-03T05:00:00Z", "--timezone America/New_York"),
    ] {
        let reasons = reasons(&[end], &ending(interval));
        assert!(reasons[0].1.contains(reason), "{reasons:?}");
    }
}

#[test]
fn ends_of_weeks_and_months_that_look_like_openings_are_answered_with_the_option() {
    for times in [["2024-01-31", "2024-02-29"], ["2024-01-05", "2024-01-12"]] {
        let error = opens(&times, &ImportOptions { interval: None, ..told() }).unwrap_err();
        assert!(error.to_string().contains("--stamp close"), "{error}");
    }
    let given = ImportOptions { interval: Some("1M".parse().unwrap()), ..told() };
    let reasons = reasons(&["2024-01-31"], &given);
    assert!(reasons[0].1.contains("--stamp close"), "{reasons:?}");
}
