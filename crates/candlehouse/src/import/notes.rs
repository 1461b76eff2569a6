//! What a person should know about how a file was read.

use super::ImportOptions;
use super::calendar::DayOrder;
use super::known_names::{VOLUME, plain};
use super::layout::Layout;
use super::naming::Naming;
use super::number::DecimalMark;
use super::rows::Rows;
use super::survey::Survey;
use super::time_format::TimeFormat;

/// How many names a note lists.
const LISTED: usize = 20;

/// Notes about the layout, the columns and the values.
pub(super) fn about(
    layout: &Layout,
    survey: &Survey,
    naming: &Naming,
    options: &ImportOptions,
    rows: &Rows,
) -> Vec<String> {
    let notes = [
        skipped_lines(layout),
        (!layout.has_header).then(|| format!("no header: read as {}", layout.names.join(","))),
        volume(layout, rows),
        ignored(layout, survey),
        naming.found(options).map(|symbol| format!("symbol {symbol} found in the file name")),
        day_order(survey),
        (survey.mark == DecimalMark::Comma).then(|| "the decimal mark is a comma".to_owned()),
        assumed_utc(layout, survey, rows),
        rows.unfinished.then(|| {
            "the last line has no line end: if the file was cut off there, its last value is not \
             whole"
                .to_owned()
        }),
    ];
    notes.into_iter().flatten().collect()
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
    match rows.without_volume {
        0 => {}
        1 => return Some("1 row has no volume: stored as 0".into()),
        count => return Some(format!("{count} rows have no volume: stored as 0")),
    }
    let name = &layout.names[column];
    let expected = VOLUME.names.contains(&plain(name).as_str());
    (!expected).then(|| format!("the volume is that of column {name:?}"))
}

fn ignored(layout: &Layout, survey: &Survey) -> Option<String> {
    let is_ignored = |(column, name): &(usize, &String)| {
        !name.is_empty() && !layout.columns.uses(*column, survey.time)
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

fn day_order(survey: &Survey) -> Option<String> {
    Some(match survey.day_order? {
        DayOrder::DayFirst => "dates are read as day/month/year".into(),
        DayOrder::MonthFirst => "dates are read as month/day/year".into(),
    })
}

fn assumed_utc(layout: &Layout, survey: &Survey, rows: &Rows) -> Option<String> {
    const DAY: i64 = 86_400_000;
    let name = plain(&layout.names[survey.time.first()]);
    let says_utc = name.contains("utc") || name.contains("gmt");
    if matches!(survey.format, TimeFormat::Unix(_)) || says_utc {
        return None;
    }
    let assumed = rows
        .series
        .iter()
        .flat_map(|(_, rows)| rows)
        .any(|row| row.offset.is_none() && row.candle.open_time.as_millis() % DAY != 0);
    assumed.then(|| "times without an offset are read as UTC".into())
}
