//! A report as a table for people.

use std::io::{self, Write};

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle,
};

use super::cell::Cell;
use super::column::Column;
use super::column::Kind;
use super::report::Report;
use super::text::group_thousands;
use super::text::printable;
use super::time::Precision;

const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Numbers from here on are shown with an exponent.
const FAR_TOO_LONG: f64 = 1e21;

/// Writes a heading, a rule and the rows, without colour and without spaces at line ends.
pub(super) fn write<const N: usize>(
    report: &Report<N>,
    width: Option<u16>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let precisions: Vec<_> = (0..N).map(|index| precision(report, index)).collect();
    let mut table = Table::new();
    table.force_no_tty().load_style(STYLE);
    table.set_header(report.columns.map(|column| column.title));
    table.add_rows(report.rows.iter().map(|row| {
        report.columns.iter().zip(row).zip(&precisions).map(|((c, cell), p)| show(c, cell, *p))
    }));
    match width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    for (index, laid_out) in table.column_iter_mut().enumerate() {
        let column = &report.columns[index];
        laid_out.set_padding((0, if index + 1 < N { 1 } else { 0 }));
        if column.kind != Kind::Text {
            laid_out.set_constraint(ColumnConstraint::ContentWidth);
        }
        if matches!(column.kind, Kind::Number | Kind::Quantity) {
            laid_out.set_cell_alignment(CellAlignment::Right);
        }
    }
    writeln!(out, "{}", table.trim_fmt())
}

fn precision<const N: usize>(report: &Report<N>, index: usize) -> Precision {
    Precision::of(report.rows.iter().filter_map(|row| match row[index] {
        Cell::Time(time) => Some(time),
        _ => None,
    }))
}

fn show(column: &Column, cell: &Cell, precision: Precision) -> String {
    let number = |digits: String| match column.kind {
        Kind::Quantity => group_thousands(&digits),
        _ => digits,
    };
    match cell {
        Cell::Text(text) => printable(text).into_owned(),
        Cell::Float(value) if value.abs() >= FAR_TOO_LONG => format!("{value:e}"),
        Cell::Float(value) => number(value.to_string()),
        Cell::Int(value) => number(value.to_string()),
        Cell::UInt(value) => number(value.to_string()),
        Cell::Time(time) => precision.show(*time),
        Cell::Null => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::format::Format;
    use super::super::report::samples;
    use super::*;

    fn table<const N: usize>(report: &Report<N>, width: Option<u16>) -> String {
        let mut out = Vec::new();
        report.write(Format::Table, width, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_aligns_numbers_and_escapes_what_a_terminal_would_obey() {
        assert_eq!(
            table(&samples::candles(), None),
            r#"symbol                  open time (UTC)        close      volume     trades
───────────────────────────────────────────────────────────────────────────
AAPL                    2024-01-02 09:30      185.64  82,488,700  1,009,074
BTC,"perp"\n\u{1b}[31m  2024-01-03 00:00  0.00000001     1,234.5        -12
-                       2024-01-03 00:01           -         999          -
"#
        );
    }

    #[test]
    fn a_narrow_terminal_wraps_text_and_never_a_number() {
        let text = table(&samples::candles(), Some(70));
        assert!(text.lines().all(|line| line.chars().count() <= 70), "{text}");
        assert!(text.contains("0.00000001") && text.contains("82,488,700"), "{text}");
        assert!(!text.contains("perp\"\\n\\u{1b}[31m"), "{text}");
    }

    #[test]
    fn a_number_of_hundreds_of_digits_has_an_exponent() {
        let mut report = Report::new([Column::number("a", "A"), Column::quantity("b", "B")]);
        report.push([1.5e300.into(), 1e20.into()]);
        let text = table(&report, None);
        assert!(text.ends_with("\n1.5e300  100,000,000,000,000,000,000\n"), "{text}");
    }

    #[test]
    fn a_table_without_rows_still_names_its_columns() {
        let report = Report::new([Column::text("a", "A"), Column::number("b", "B")]);
        assert!(table(&report, None).starts_with("A  B\n"));
    }
}
