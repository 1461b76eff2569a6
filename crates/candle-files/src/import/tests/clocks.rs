//! Times on the clock of a place, which is set forward and back.

use super::super::error::ImportError;
use super::super::options::ImportOptions;
use super::{parse, told};

const HEADER: &str = "time,open,high,low,close\n";

pub(super) fn on(zone: &str, interval: &str) -> ImportOptions {
    let interval = Some(interval.parse().unwrap()).filter(|_| !interval.is_empty());
    ImportOptions { timezone: Some(zone.parse().unwrap()), interval, ..told() }
}

/// A file with a row for each time, each with another price.
pub(super) fn rows(times: &[&str]) -> String {
    let row = |(price, time): (usize, &&str)| {
        let price = price + 1;
        format!("{time},{price},{price},{price},{price}\n")
    };
    HEADER.to_owned() + &times.iter().enumerate().map(row).collect::<String>()
}

/// The open time of each row, in the order of the rows.
pub(super) fn opens(times: &[&str], options: &ImportOptions) -> Result<Vec<String>, ImportError> {
    let mut candles = parse(&rows(times), options)?.series.remove(0).into_parts().1;
    candles.sort_by(|one, other| one.open.total_cmp(&other.open));
    Ok(candles.iter().map(|candle| candle.open_time.to_string()).collect())
}

pub(super) fn reasons(times: &[&str], options: &ImportOptions) -> Vec<(u64, String)> {
    match opens(times, options).unwrap_err() {
        ImportError::BadRows { rejects, .. } => {
            rejects.into_iter().map(|reject| (reject.line, reject.reason)).collect()
        }
        other => panic!("{other}"),
    }
}

#[test]
fn times_without_an_offset_are_on_the_clock_and_others_are_moments() {
    let options = on("America/New_York", "30m");
    for (time, open) in [
        ("2024-01-02 09:30", "2024-01-02T14:30:00Z"),
        ("2024-07-02 09:30", "2024-07-02T13:30:00Z"),
        ("2024-07-02 09:30Z", "2024-07-02T09:30:00Z"),
        ("2024-07-02 09:30+02:00", "2024-07-02T07:30:00Z"),
        ("20240702 09:30:00 Europe/Berlin", "2024-07-02T07:30:00Z"),
    ] {
        assert_eq!(opens(&[time], &options).unwrap(), [open], "{time}");
    }
    assert_eq!(opens(&["1704205800"], &options).unwrap(), ["2024-01-02T14:30:00Z"]);
}

#[test]
fn the_hour_that_is_there_twice_is_told_by_the_order_of_the_rows() {
    let options = on("America/New_York", "30m");
    let times = [
        "2024-11-03 00:30",
        "2024-11-03 01:00",
        "2024-11-03 01:30",
        "2024-11-03 01:00",
        "2024-11-03 01:30",
        "2024-11-03 02:00",
    ];
    let expected = ["04:30", "05:00", "05:30", "06:00", "06:30", "07:00"];
    let expected = expected.map(|time| format!("2024-11-03T{time}:00Z"));
    assert_eq!(opens(&times, &options).unwrap(), expected);
    let (mut turned, mut turned_expected) = (times, expected.clone());
    turned.reverse();
    turned_expected.reverse();
    assert_eq!(opens(&turned, &options).unwrap(), turned_expected);
    // The hour stands at the end, or at the beginning, of the file.
    assert_eq!(opens(&times[..5], &options).unwrap(), expected[..5]);
    assert_eq!(opens(&times[1..], &options).unwrap(), expected[1..]);
    assert_eq!(opens(&times[1..5], &options).unwrap(), expected[1..5]);
    // One candle of each pass.
    let hours = on("America/New_York", "1h");
    let times = ["2024-11-03 00:00", "2024-11-03 01:00", "2024-11-03 01:00", "2024-11-03 02:00"];
    let expected = ["04:00", "05:00", "06:00", "07:00"];
    assert_eq!(
        opens(&times, &hours).unwrap(),
        expected.map(|time| format!("2024-11-03T{time}:00Z"))
    );
}

#[test]
fn the_hour_that_is_there_twice_is_refused_where_the_order_does_not_tell() {
    let options = on("America/New_York", "30m");
    for times in [
        &["2024-11-03 00:30", "2024-11-03 01:00", "2024-11-03 01:30", "2024-11-03 02:00"][..],
        &["2024-11-03 00:30", "2024-11-03 01:30"],
        &["2024-11-03 01:30", "2024-11-03 01:30"],
        &["2024-11-03 00:30", "2024-11-03 01:30", "2024-11-03 01:00", "2024-11-03 00:00"],
    ] {
        let reasons = reasons(times, &options);
        let unclear = times.iter().filter(|time| time.contains(" 01:")).count();
        assert_eq!(reasons.len(), unclear, "{times:?} {reasons:?}");
        assert!(reasons.iter().all(|(_, reason)| reason.contains("is there twice")), "{reasons:?}");
    }
    // A repeated row is no second pass.
    let text = "time,open,high,low,close\n2024-11-03 00:30,1,1,1,1\n\
                2024-11-03 01:30,1,1,1,1\n2024-11-03 01:30,1,1,1,1\n";
    assert!(parse(text, &options).unwrap_err().to_string().contains("is there twice"));
}

#[test]
fn a_time_that_the_clock_never_shows_is_a_bad_row() {
    let times = ["2024-03-10 01:30", "2024-03-10 02:30", "2024-03-10 03:00"];
    let reasons = reasons(&times, &on("America/New_York", "30m"));
    let [(3, reason)] = reasons.as_slice() else { panic!("{reasons:?}") };
    assert!(reason.contains("2024-03-10T02:30:00 is not on that clock"), "{reason}");
    let skip = ImportOptions { skip_bad: true, ..on("America/New_York", "30m") };
    assert_eq!(opens(&times, &skip).unwrap().len(), 2);
}

#[test]
fn days_and_longer_candles_keep_their_dates_on_every_clock() {
    for zone in ["America/New_York", "Asia/Tokyo", "America/Sao_Paulo", "America/Havana", "UTC"] {
        // São Paulo has no midnight on 2018-11-04, and Havana has two on 2018-11-04.
        for time in ["", " 00:00"] {
            let days = ["2018-11-03", "2018-11-04", "2018-11-05"];
            let times = days.map(|day| format!("{day}{time}"));
            let times = times.each_ref().map(String::as_str);
            for interval in ["1d", ""] {
                let mut options = on(zone, "1d");
                options.interval = options.interval.filter(|_| interval == "1d");
                assert_eq!(opens(&times, &options).unwrap(), days, "{zone} {time}");
            }
        }
    }
    let months = ["2024-01-01", "2024-02-01"];
    assert_eq!(opens(&months, &on("America/New_York", "1M")).unwrap(), months);
}

#[test]
fn days_at_a_time_of_day_that_is_certain_keep_their_dates() {
    for times in [
        ["2024-03-08T05:00:00Z", "2024-03-11T04:00:00Z", "2024-03-12T04:00:00Z"],
        ["1709874000", "1710129600", "1710216000"],
        ["2024-03-08T14:30:00Z", "2024-03-11T13:30:00Z", "2024-03-12T13:30:00Z"],
        ["2024-03-08 03:45", "2024-03-11 03:45", "2024-03-12 03:45"],
        ["2024-03-08 09:30:00-05:00", "2024-03-11 09:30:00-04:00", "2024-03-12 09:30:00-04:00"],
    ] {
        for interval in [None, Some("1d".parse().unwrap())] {
            let options = ImportOptions { interval, ..told() };
            let days = opens(&times, &options).unwrap();
            assert_eq!(days, ["2024-03-08", "2024-03-11", "2024-03-12"], "{times:?}");
        }
    }
}

#[test]
fn a_day_that_is_there_twice_is_a_day_all_the_same() {
    let row = |time: &str| format!("{time},1,1,1,1\n");
    let times = ["1709874000", "1709874000", "1710129600", "1710216000"];
    let text = format!("time,open,high,low,close\n{}", times.map(row).concat());
    let file = parse(&text, &ImportOptions { interval: None, ..told() }).unwrap();
    assert_eq!((file.series[0].len(), file.duplicates), (3, 1));
    assert_eq!(file.series[0].as_slice()[0].open_time.to_string(), "2024-03-08");
}

#[test]
fn days_at_a_time_of_day_of_two_dates_are_refused_until_their_clock_is_given() {
    for (times, zone, days) in [
        (["2024-03-29T23:00:00Z", "2024-03-31T22:00:00Z"], "Europe/Berlin", ["30", "01"]),
        (["2024-03-29T00:00:00Z", "2024-03-31T23:00:00Z"], "Europe/London", ["29", "01"]),
        (["2024-03-28T15:00:00Z", "2024-03-29T15:00:00Z"], "Asia/Tokyo", ["29", "30"]),
        (["2024-03-28T11:00:00Z", "2024-03-29T11:00:00Z"], "America/New_York", ["28", "29"]),
        (["2024-01-04T14:30:00Z", "2024-01-05T14:30:00Z"], "America/New_York", ["04", "05"]),
    ] {
        let daily = told();
        let error = opens(&times, &daily).unwrap_err();
        assert!(matches!(error, ImportError::UncertainDates { .. }), "{error}");
        assert!(error.to_string().contains(&format!("--timezone {zone}")), "{error}");
        let found = opens(&times, &on(zone, "1d")).unwrap();
        let found: Vec<&str> = found.iter().map(|day| &day[8..]).collect();
        assert_eq!(found, days, "{times:?}");
    }
    let evening = ["2024-01-04 18:00", "2024-01-05 18:00"];
    let error = opens(&evening, &on("America/New_York", "1d")).unwrap_err().to_string();
    assert!(error.contains("18:00 on their clock") && error.contains("--stamp close"), "{error}");
}

#[test]
fn hours_are_no_days_whatever_their_times_of_day() {
    let hours = ["2024-01-04T04:00:00Z", "2024-01-04T05:00:00Z"];
    let options = ImportOptions { interval: None, ..told() };
    assert_eq!(opens(&hours, &options).unwrap(), ["2024-01-04T04:00:00Z", "2024-01-04T05:00:00Z"]);
    let session = ["2024-01-04T14:30:00Z", "2024-01-04T15:30:00Z", "2024-01-04T16:30:00Z"];
    let error = opens(&session, &options).unwrap_err().to_string();
    assert!(error.contains("30 minutes or less"), "{error}");
}
