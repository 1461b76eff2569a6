//! What a person should know about how a file was read.

use super::column_aliases::{VOLUME, plain};
use super::dates::date::DayOrder;
use super::dates::format::TimeFormat;
use super::dates::moment::Clock;
use super::dialect::Dialect;
use super::layout::Layout;
use super::naming::Naming;
use super::options::{DecimalMark, ImportOptions};
use super::rows::{Rows, SeriesRows};

/// How many names a warning lists.
const LISTED: usize = 20;

/// Warnings about the layout, the columns and the values.
pub(crate) fn about(
    layout: &Layout,
    dialect: &Dialect,
    naming: &Naming,
    options: &ImportOptions,
    rows: &Rows,
    unfinished: bool,
) -> Vec<String> {
    let warnings = [
        skipped_lines(layout),
        (!layout.has_header).then(|| format!("no header: read as {}", layout.names.join(","))),
        volume(layout, rows),
        ignored(layout, dialect),
        naming.found(options).map(|symbol| match &layout.symbol {
            Some(_) => format!("symbol {symbol} found in the header"),
            None => format!("symbol {symbol} found in the file name"),
        }),
        day_order(dialect),
        (dialect.mark == DecimalMark::Comma).then(|| "the decimal mark is a comma".to_owned()),
        assumed_utc(layout, dialect, rows),
        unfinished.then(|| {
            "the last line has no line end: if the file was cut off there, its last value is not \
             whole"
                .to_owned()
        }),
    ];
    warnings.into_iter().flatten().collect()
}

fn skipped_lines(layout: &Layout) -> Option<String> {
    match layout.preamble {
        0 => None,
        1 => Some("the line before the header was passed over".into()),
        lines => Some(format!("the {lines} lines before the header were passed over")),
    }
}

fn volume(layout: &Layout, rows: &Rows) -> Option<String> {
    let Some(column) = layout.columns.volume else {
        return Some("no volume column: stored as 0".into());
    };
    let possible = rows.series.iter().flat_map(SeriesRows::possible);
    match possible.filter(|(_, row)| !row.has_volume).count() {
        0 => {}
        1 => return Some("1 row has no volume: stored as 0".into()),
        count => return Some(format!("{count} rows have no volume: stored as 0")),
    }
    let name = &layout.names[column];
    let expected = VOLUME.names.contains(&plain(name).as_str());
    (!expected).then(|| format!("the volume is that of column {name:?}"))
}

fn ignored(layout: &Layout, dialect: &Dialect) -> Option<String> {
    let is_ignored = |(column, name): &(usize, &String)| {
        !name.is_empty() && !layout.columns.uses(*column, dialect.time)
    };
    let names: Vec<&str> =
        layout.names.iter().enumerate().filter(is_ignored).map(|(_, name)| name.as_str()).collect();
    match names.len() {
        0 => None,
        1..=LISTED => Some(format!("ignored columns: {}", names.join(", "))),
        all => Some(format!(
            "ignored columns: {} and {} more",
            names[..LISTED].join(", "),
            all - LISTED
        )),
    }
}

fn day_order(dialect: &Dialect) -> Option<String> {
    Some(match dialect.day_order? {
        DayOrder::DayFirst => "dates are read as day/month/year".into(),
        DayOrder::MonthFirst => "dates are read as month/day/year".into(),
        DayOrder::FromYear => return None,
    })
}

fn assumed_utc(layout: &Layout, dialect: &Dialect, rows: &Rows) -> Option<String> {
    const DAY: i64 = 86_400_000;
    let name = plain(&layout.names[dialect.time.first()]);
    let says_utc = name.contains("utc") || name.contains("gmt");
    if matches!(dialect.format, TimeFormat::Unix(_) | TimeFormat::Given(_)) || says_utc {
        return None;
    }
    let assumed =
        rows.series.iter().flat_map(SeriesRows::possible).any(|(candle, row)| {
            row.clock == Clock::Unsaid && candle.open_time.as_millis() % DAY != 0
        });
    assumed.then(|| "times without an offset are read as UTC".into())
}
