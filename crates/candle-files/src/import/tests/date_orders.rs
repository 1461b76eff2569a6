//! Dates of three numbers, and the order that the caller gives.

use super::super::options::{DateOrder, ImportOptions};
use super::clocks::opens;
use super::told;

fn ordered(order: &str) -> ImportOptions {
    ImportOptions { date_order: Some(order.parse().unwrap()), ..told() }
}

#[test]
fn an_order_that_is_given_is_taken() {
    for (order, date, expected) in [
        ("dmy", "01/02/2024", "2024-02-01"),
        ("mdy", "01/02/2024", "2024-01-02"),
        ("dmy", "01/02/24", "2024-02-01"),
        ("mdy", "01-02-24 00:00", "2024-01-02"),
        ("ymd", "24.01.02", "2024-01-02"),
        ("ymd", "2024/01/02", "2024-01-02"),
        ("dmy", "2024-01-02", "2024-01-02"),
        ("mdy", "01.02.2024", "2024-02-01"),
    ] {
        assert_eq!(opens(&[date], &ordered(order)).unwrap(), [expected], "{order} {date}");
    }
}

#[test]
fn the_error_about_dates_names_the_option() {
    let error = opens(&["01/02/2024", "01/03/2024"], &told()).unwrap_err().to_string();
    assert!(error.contains("--date-order dmy or --date-order mdy"), "{error}");
}

#[test]
fn a_date_that_is_not_in_the_order_is_a_bad_row() {
    for (order, date) in [("mdy", "13/01/2024"), ("ymd", "01/02/2024"), ("ymd", "24/13/01")] {
        let error = opens(&[date], &ordered(order)).unwrap_err().to_string();
        assert!(error.contains("is not a time that is understood"), "{error}");
    }
    assert_eq!("dym".parse::<DateOrder>(), Err("write dmy, mdy or ymd"));
}
