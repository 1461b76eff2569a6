//! Marks that may set off decimals or thousands, and what settles it.

use super::super::error::ImportError;
use super::super::options::{DecimalMark, ImportOptions};
use super::{candles, parse, told};

const HEADER: &str = "date,open,high,low,close,volume\n";

/// A file with one row of these prices and this volume, all quoted.
fn text(delimiter: char, price: &str, volume: &str) -> String {
    let prices = format!("\"{price}\",").repeat(4);
    let row = format!("{HEADER}2024-01-02,{prices}\"{volume}\"\n");
    // Only the delimiters stand outside of quotes.
    let pieces = row.split('"').enumerate().map(|(index, piece)| match index % 2 {
        0 => piece.replace(',', &delimiter.to_string()),
        _ => format!("\"{piece}\""),
    });
    pieces.collect()
}

#[test]
fn a_mark_before_three_digits_is_refused_until_something_tells_what_it_is() {
    for (delimiter, price, volume) in [
        ('\t', "42,000", "7"),
        (';', "42.000", "7"),
        (';', "42,000", "7"),
        ('|', "110.123", "7"),
        (',', "110,123", "7"),
        (',', "42", "9,616"),
        (';', "42", "9.616"),
        (';', "42,000", "9.616"),
    ] {
        let text = text(delimiter, price, volume);
        let error = parse(&text, &told()).unwrap_err();
        assert!(matches!(error, ImportError::AmbiguousNumbers { .. }), "{text}{error}");
        let error = error.to_string();
        let example = if price == "42" { volume } else { price };
        assert!(error.contains(example), "{error}");
        assert!(error.contains("--decimal point") && error.contains("--decimal comma"), "{error}");
        let skipping = ImportOptions { skip_bad: true, ..told() };
        assert!(parse(&text, &skipping).is_err(), "{text}");
    }
}

#[test]
fn the_mark_that_is_given_is_taken() {
    for (price, mark, number) in [
        ("42,000", DecimalMark::Comma, 42.0),
        ("42,000", DecimalMark::Point, 42_000.0),
        ("42.000", DecimalMark::Comma, 42_000.0),
        ("42.000", DecimalMark::Point, 42.0),
    ] {
        for delimiter in [',', ';', '\t'] {
            let options = ImportOptions { decimal_mark: Some(mark), ..told() };
            let found = candles(&text(delimiter, price, price), &options);
            assert_eq!((found[0].open, found[0].volume), (number, number), "{price} {mark}");
        }
    }
}

#[test]
fn one_clear_number_settles_the_others_and_volumes_count() {
    for (delimiter, price, volume, numbers) in [
        (';', "42,000", "9.616.100", (42.0, 9_616_100.0)),
        (';', "42.000", "9.616.100", (42_000.0, 9_616_100.0)),
        ('\t', "42,000", "0.5", (42_000.0, 0.5)),
        (';', "0.123", "42.000", (0.123, 42.0)),
        (';', "1234.567", "42.000", (1234.567, 42.0)),
        (',', "118,56", "9.616", (118.56, 9616.0)),
        (',', "118.56", "9,616", (118.56, 9616.0)),
        (',', "110.123", "9,616,100", (110.123, 9_616_100.0)),
        (',', "42.000", "7", (42.0, 7.0)),
    ] {
        let text = text(delimiter, price, volume);
        let found = candles(&text, &told());
        assert_eq!((found[0].open, found[0].volume), numbers, "{text}");
    }
}
