//! What an export reads, in the order in which it writes it.

use candle_repository::{SeriesFilter, SeriesInfo, SeriesKey, TimeRange, Timestamp};
use chrono::{Datelike, NaiveDate};

use super::export_args::ExportArgs;
use crate::error::CliError;
use crate::progress::Progress;
use crate::store::Store;

/// Ranges of series, one to be read after the other, and how many candles they hold if anybody
/// wants to know.
pub(super) struct Plan {
    pub(super) portions: Vec<(SeriesKey, TimeRange)>,
    pub(super) candles: Option<u64>,
}

/// The plan of an export of `keys`: series after series, or year after year where only years have
/// files of their own.
pub(super) async fn plan(
    store: &Store,
    args: &ExportArgs,
    keys: Vec<SeriesKey>,
    range: TimeRange,
) -> Result<Plan, CliError> {
    let by_year = args.partitioning()?.is_some_and(|by| by.by_year && !by.by_series);
    if !by_year && !Progress::is_shown() {
        let portions = keys.into_iter().map(|key| (key, range)).collect();
        return Ok(Plan { portions, candles: None });
    }
    let infos = infos(store, args, &keys, range).await?;
    let candles = Some(infos.iter().map(|info| info.candles).sum());
    let portions = match by_year {
        true => year_after_year(&infos, range),
        false => keys.into_iter().map(|key| (key, range)).collect(),
    };
    Ok(Plan { portions, candles })
}

/// The series in brief, those of all by one question.
async fn infos(
    store: &Store,
    args: &ExportArgs,
    keys: &[SeriesKey],
    range: TimeRange,
) -> Result<Vec<SeriesInfo>, CliError> {
    let interval = args.selection.interval;
    if args.selection.symbols.is_empty() {
        let filter = SeriesFilter { interval, ..SeriesFilter::default() };
        return Ok(store.candles.series_info(&filter, range).await?);
    }
    let mut infos = Vec::new();
    for key in keys {
        let filter = SeriesFilter {
            interval: Some(key.interval()),
            ..SeriesFilter::from(key.symbol_name())
        };
        infos.extend(store.candles.series_info(&filter, range).await?);
    }
    Ok(infos)
}

fn year_after_year(infos: &[SeriesInfo], range: TimeRange) -> Vec<(SeriesKey, TimeRange)> {
    let year = |time: Timestamp| time.to_datetime().year();
    let first = infos.iter().map(|info| year(info.first)).min();
    let last = infos.iter().map(|info| year(info.last)).max();
    let (Some(first), Some(last)) = (first, last) else {
        return Vec::new();
    };
    let mut portions = Vec::new();
    for of in first..=last {
        let there = infos.iter().filter(|info| (year(info.first)..=year(info.last)).contains(&of));
        let within = within(range, of);
        portions.extend(there.filter_map(|info| Some((info.key.clone(), within?))));
    }
    portions
}

/// The part of `range` in a year.
fn within(range: TimeRange, year: i32) -> Option<TimeRange> {
    let start = beginning(year).into_iter().chain(range.start()).max();
    let end = beginning(year + 1).into_iter().chain(range.end()).min();
    TimeRange::new(start, end).ok()
}

/// When a year begins; nothing where no candle can be.
fn beginning(year: i32) -> Option<Timestamp> {
    let date = NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0)?;
    Timestamp::from_millis(date.and_utc().timestamp_millis()).ok()
}

#[cfg(test)]
mod tests {
    use candle_repository::Interval;

    use super::*;

    #[test]
    fn years_come_one_after_the_other_and_each_with_the_series_it_can_have() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let info = |name: &str, first: &str, last: &str| SeriesInfo {
            key: SeriesKey::parse(name, Interval::DAY).unwrap(),
            candles: 1,
            first: time(first),
            last: time(last),
        };
        let infos = [info("A", "2022-06-01", "2024-01-01"), info("B", "2023-01-01", "2023-12-31")];
        let range = TimeRange::new(Some(time("2022-07-01")), Some(time("2024-01-02"))).unwrap();
        let shown = |(key, range): &(SeriesKey, TimeRange)| {
            let day =
                |time: Option<Timestamp>| time.unwrap().to_datetime().date_naive().to_string();
            format!("{} {} {}", key.symbol(), day(range.start()), day(range.end()))
        };
        assert_eq!(
            year_after_year(&infos, range).iter().map(shown).collect::<Vec<_>>(),
            [
                "A 2022-07-01 2023-01-01",
                "A 2023-01-01 2024-01-01",
                "B 2023-01-01 2024-01-01",
                "A 2024-01-01 2024-01-02",
            ]
        );
    }

    #[test]
    fn the_last_year_that_can_be_stored_has_no_next() {
        let range = within(TimeRange::ALL, 2299).unwrap();
        assert!(range.contains(Timestamp::MAX) && range.end().is_none());
    }
}
