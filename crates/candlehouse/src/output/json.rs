//! A report as JSON.

use std::io::{self, Write};

use market_model::Digits;
use serde::ser::{Serialize, Serializer};
use serde_json::ser::Formatter;

use super::cell::Cell;
use super::time::iso8601;

/// An array with one object per row, each on its own line; or only the objects.
#[derive(Debug)]
pub(super) struct Json {
    has_rows: bool,
    is_array: bool,
}

impl Json {
    /// One array.
    pub(super) const fn array() -> Self {
        Self { has_rows: false, is_array: true }
    }

    /// JSON Lines.
    pub(super) const fn lines() -> Self {
        Self { has_rows: false, is_array: false }
    }

    /// Adds a row: names of columns and their cells.
    pub(super) fn write<'c>(
        &mut self,
        cells: impl Iterator<Item = (&'static str, &'c Cell)>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match (self.is_array, self.has_rows) {
            (true, false) => out.write_all(b"[\n  ")?,
            (true, true) => out.write_all(b",\n  ")?,
            (false, _) => {}
        }
        self.has_rows = true;
        let mut serializer = serde_json::Serializer::with_formatter(&mut *out, SameDigits);
        serializer.collect_map(cells)?;
        if !self.is_array {
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Ends the array.
    pub(super) fn end(self, out: &mut dyn Write) -> io::Result<()> {
        match (self.is_array, self.has_rows) {
            (true, true) => out.write_all(b"\n]\n"),
            (true, false) => out.write_all(b"[]\n"),
            (false, _) => Ok(()),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::UInt(number) => serializer.serialize_u64(*number),
            Self::Time(time) => serializer.serialize_str(&iso8601(*time)),
            Self::Null => serializer.serialize_none(),
        }
    }
}

/// Floats get the same digits as in CSV.
struct SameDigits;

impl Formatter for SameDigits {
    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, number: f64) -> io::Result<()> {
        write!(out, "{}", Digits(number))
    }
}

#[cfg(test)]
mod tests {
    use proptest::num::f64::{NORMAL, SUBNORMAL};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::column::Column;
    use super::super::format::Format;
    use super::super::report::{Report, samples};

    fn json<const N: usize>(report: &Report<N>) -> String {
        let mut out = Vec::new();
        report.write(&Format::Json.into(), None, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_is_one_array_of_typed_values_in_column_order() {
        let text = json(&samples::candles());
        assert_eq!(
            text.lines().nth(1).unwrap(),
            "  {\"symbol\":\"AAPL\",\"open_time\":\"2024-01-02T09:30:00Z\",\"close\":185.64,\
             \"volume\":82488700,\"trades\":1009074},"
        );
        assert!(text.ends_with("}\n]\n"), "{text}");
        let rows: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            rows[1],
            json!({
                "symbol": "BTC,\"perp\"\n\u{1b}[31m",
                "open_time": "2024-01-03T00:00:00Z",
                "close": 1e-8,
                "volume": 1234.5,
                "trades": -12,
            })
        );
        assert_eq!(
            (&rows[2]["symbol"], &rows[2]["close"]),
            (&Value::Null, &Value::Null),
            "what is missing or not a number is null"
        );
    }

    #[test]
    fn no_rows_are_an_empty_array() {
        assert_eq!(json(&Report::new([Column::text("symbol", "symbol")])), "[]\n");
    }

    proptest! {
        #[test]
        fn a_float_reads_back_as_itself(number in NORMAL | SUBNORMAL) {
            let mut report = Report::new([Column::number("close", "close")]);
            report.push([number.into()]);
            let text = json(&report);
            let digits = text.trim_start_matches("[\n  {\"close\":").trim_end_matches("}\n]\n");
            prop_assert_eq!(digits.parse::<f64>().unwrap().to_bits(), number.to_bits());
        }
    }
}
