//! A report as a table for people.

use std::io::{self, Write};

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle,
};
use market_model::Digits;

use super::cell::Cell;
use super::column::Column;
use super::column::Kind;
use super::kept_rows::KeptRows;
use super::text::group_thousands;
use super::text::printable;
use super::time::Precision;

const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Writes a heading, a rule and the cells of rows at `places`, without colour and without spaces at line ends. Where
/// rows are left out, a line says so, and one at the end says how to get them.
pub(super) fn write<const N: usize>(
    columns: &[Column; N],
    places: &[usize],
    rows: &KeptRows<N>,
    width: Option<u16>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shown: Vec<_> =
        places.iter().map(|&place| (place, &columns[place], precision(rows, place))).collect();
    let mut table = Table::new();
    table.force_no_tty().load_style(STYLE);
    table.set_header(shown.iter().map(|(_, column, _)| column.title));
    let texts = |row: &[Cell; N]| -> Vec<_> {
        shown
            .iter()
            .map(|&(index, column, precision)| show(column, &row[index], precision))
            .collect()
    };
    table.add_rows(rows.first().iter().map(texts));
    if rows.left_out() > 0 {
        table.add_row(vec!["⋮"; shown.len()]);
    }
    table.add_rows(rows.last().iter().map(texts));
    match width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    for (place, laid_out) in table.column_iter_mut().enumerate() {
        let (_, column, _) = &shown[place];
        laid_out.set_padding((0, if place + 1 < shown.len() { 1 } else { 0 }));
        if column.kind != Kind::Text {
            laid_out.set_constraint(ColumnConstraint::ContentWidth);
        }
        if matches!(column.kind, Kind::Number | Kind::Quantity) {
            laid_out.set_cell_alignment(CellAlignment::Right);
        }
    }
    writeln!(out, "{}", table.trim_fmt())?;
    match rows.left_out() {
        0 => Ok(()),
        left_out => writeln!(
            out,
            "{} rows are left out after the first {}: --format csv or --format json gives all",
            group_thousands(&left_out.to_string()),
            group_thousands(&KeptRows::<N>::HALF.to_string())
        ),
    }
}

fn precision<const N: usize>(rows: &KeptRows<N>, index: usize) -> Precision {
    Precision::of(rows.first().iter().chain(rows.last()).filter_map(|row| match row[index] {
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
        Cell::Float(value) if Digits(*value).has_exponent() => Digits(*value).to_string(),
        Cell::Float(value) => number(Digits(*value).to_string()),
        Cell::Int(value) => number(value.to_string()),
        Cell::UInt(value) => number(value.to_string()),
        Cell::Time(time) => precision.show(*time),
        Cell::Null => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::format::Format;
    use super::super::report::{Report, samples};
    use super::*;

    fn table<const N: usize>(report: &Report<N>, width: Option<u16>) -> String {
        let mut out = Vec::new();
        report.write(&Format::Table.into(), width, &mut out).unwrap();
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
    fn a_number_below_the_smallest_coin_has_an_exponent() {
        let mut report = Report::new([Column::number("a", "A"), Column::quantity("b", "B")]);
        report.push([5e-324.into(), 1e-8.into()]);
        report.push([(-1.5e-9).into(), 0.0.into()]);
        let text = table(&report, None);
        assert!(text.ends_with("\n 5e-324  0.00000001\n-1.5e-9           0\n"), "{text}");
    }

    #[test]
    fn first_and_last_rows_are_shown_and_the_others_are_counted() {
        let half = KeptRows::<1>::HALF as u64;
        for (extra, left_out) in [(1, "1"), (12_345, "12,345")] {
            let rows = 2 * half + extra;
            let mut report = Report::new([Column::number("a", "A")]);
            (0..rows).for_each(|row| report.push([row.into()]));
            let text = table(&report, None);
            let mut lines: Vec<_> = text.lines().skip(2).map(str::trim).collect();
            let advice = lines.pop().unwrap();
            assert!(advice.starts_with(&format!("{left_out} rows are left out")), "{advice}");
            let shown = (0..half).chain(rows - half..rows).map(|row| row.to_string());
            let mut shown: Vec<_> = shown.collect();
            shown.insert(half as usize, "⋮".into());
            assert_eq!(lines, shown);
        }
    }

    #[test]
    fn a_table_of_as_many_rows_as_are_kept_is_whole() {
        let rows = 2 * KeptRows::<1>::HALF;
        let mut report = Report::new([Column::number("a", "A")]);
        (0..rows as u64).for_each(|row| report.push([row.into()]));
        assert_eq!(table(&report, None).lines().count(), 2 + rows);
    }

    #[test]
    fn a_table_without_rows_still_names_its_columns() {
        let report = Report::new([Column::text("a", "A"), Column::number("b", "B")]);
        assert!(table(&report, None).starts_with("A  B\n"));
    }
}
