//! How a file was read, in words.

use super::columns::TimeColumns;
use super::dates::format::TimeFormat;
use super::dialect::Dialect;
use super::layout::Layout;
use super::options::{DecimalMark, ImportOptions, Stamp};

/// How a file was read, in words: where its columns stand, and what its times and numbers are.
pub(crate) fn describe(layout: &Layout, dialect: &Dialect, options: &ImportOptions) -> String {
    [shape(layout), columns(layout, dialect), times(dialect, options), numbers(dialect)].join("; ")
}

fn shape(layout: &Layout) -> String {
    let delimiter = match layout.delimiter {
        b';' => "semicolons",
        b'\t' => "tabs",
        b'|' => "bars",
        _ => "commas",
    };
    match (layout.line, layout.has_header) {
        (0, _) => "a file of columns".to_owned(),
        (line, true) => format!("{delimiter} between fields, header in line {line}"),
        (_, false) => format!("{delimiter} between fields, no header"),
    }
}

fn columns(layout: &Layout, dialect: &Dialect) -> String {
    let name = |column: usize| match layout.names[column].as_str() {
        "" => "the first column".to_owned(),
        name => name.to_owned(),
    };
    let time = match dialect.time {
        TimeColumns::One(column) => name(column),
        TimeColumns::Two(date, clock) => format!("{} and {}", name(date), name(clock)),
    };
    let known = &layout.columns;
    let prices = [known.open, known.high, known.low, known.close].map(name).join(", ");
    let others = [
        ("volume", known.volume),
        ("symbol", known.symbol),
        ("exchange", known.exchange),
        ("interval", known.interval),
    ];
    let others = others.into_iter().filter_map(|(field, column)| Some((field, name(column?))));
    let others: String = others.map(|(field, column)| format!(", {field} from {column}")).collect();
    format!("time from {time}, prices from {prices}{others}")
}

fn times(dialect: &Dialect, options: &ImportOptions) -> String {
    let what = match dialect.format {
        TimeFormat::Unix(unit) | TimeFormat::Given(unit) => format!("{unit} since 1970"),
        TimeFormat::Text(_) | TimeFormat::Ordered(_) => {
            let clock = dialect.timezone.map_or_else(|| "UTC".to_owned(), |zone| zone.to_string());
            format!("dates, without an offset on the clock of {clock}")
        }
    };
    match options.stamp {
        Stamp::Open => format!("times are {what}"),
        Stamp::Close => format!("times are {what}, of the ends of candles"),
    }
}

fn numbers(dialect: &Dialect) -> String {
    match dialect.mark {
        DecimalMark::Point => "decimals after a point".to_owned(),
        DecimalMark::Comma => "decimals after a comma".to_owned(),
    }
}
