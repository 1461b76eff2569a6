//! `coverage`: what is stored, and what is missing.

use candle_repository::{Coverage, SeriesKey};
use clap::Args;

use super::calendars::{CalendarArg, Calendars, Chosen};
use crate::args::{RangeArgs, RowsArgs, SelectionArgs};
use crate::error::{CliError, note};
use crate::output::{Cell, Column, Report, candles, print};
use crate::series_lookup::{self, NO_SERIES};
use crate::store::Store;

#[derive(Debug, Args)]
pub(crate) struct CoverageArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// When candles are expected
    #[arg(long, value_enum, default_value_t)]
    pub(crate) calendar: CalendarArg,
    /// List every gap
    #[arg(long)]
    pub(crate) gaps: bool,
    #[command(flatten)]
    pub(crate) output: RowsArgs,
}

pub(super) async fn run(store: &Store, args: CoverageArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let calendars = Calendars::choose(store, &args.selection, args.calendar).await?;
    let all = match series_lookup::all(&args.selection) {
        Some(filter) => {
            let calendar = |key: &SeriesKey| calendars.of(key).calendar;
            store.candles.coverage_of_all(&filter, range, calendar).await?
        }
        None => {
            let mut all = Vec::new();
            for key in &calendars.keys {
                let calendar = calendars.of(key).calendar;
                all.push(store.candles.coverage(key, range, calendar).await?);
            }
            all
        }
    };
    if all.is_empty() {
        note(NO_SERIES);
    }
    for coverage in &all {
        let listed = coverage.gaps.len() as u64;
        if args.gaps && listed < coverage.gap_count {
            note(&format!(
                "{}: only the oldest {listed} of {} gaps are listed; --from and --to show others",
                coverage.key, coverage.gap_count
            ));
        }
    }
    let all = all.iter().map(|coverage| (coverage, calendars.of(&coverage.key)));
    match args.gaps {
        true => Ok(print(gap_columns(), args.output.form(), all.flat_map(gaps)).await?),
        false => Ok(summary(all).print(args.output.form())?),
    }
}

/// One row for each series.
pub(super) fn summary<'a>(all: impl IntoIterator<Item = (&'a Coverage, Chosen)>) -> Report<15> {
    let [name, exchange, symbol, interval] = candles::name_columns();
    let [calendar, from] = calendar_columns();
    let mut report = Report::new([
        name,
        exchange,
        symbol,
        interval,
        Column::quantity("candles", "candles"),
        Column::time("first", "first"),
        Column::time("last", "last"),
        Column::quantity("missing", "missing"),
        Column::quantity("gaps", "gaps"),
        Column::text("longest_gap_text", "longest gap").for_people(),
        Column::quantity("longest_gap", "longest gap").for_programs(),
        Column::time("longest_gap_first", "first of it").for_programs(),
        Column::time("longest_gap_last", "last of it").for_programs(),
        calendar,
        from,
    ]);
    for (coverage, chosen) in all {
        let [name, exchange, symbol, interval] = candles::name(&coverage.key);
        let [calendar, from] = chosen.cells();
        let longest = coverage.longest_gap;
        report.push([
            name,
            exchange,
            symbol,
            interval,
            coverage.count.into(),
            coverage.first.into(),
            coverage.last.into(),
            coverage.missing().into(),
            coverage.gap_count.into(),
            longest.map(|gap| format!("{} from {} to {}", gap.missing, gap.first, gap.last)).into(),
            longest.map(|gap| gap.missing).into(),
            longest.map(|gap| gap.first).into(),
            longest.map(|gap| gap.last).into(),
            calendar,
            from,
        ]);
    }
    report
}

const fn gap_columns() -> [Column; 9] {
    let [name, exchange, symbol, interval] = candles::name_columns();
    let [calendar, from] = calendar_columns();
    [
        name,
        exchange,
        symbol,
        interval,
        Column::time("first_missing", "first missing"),
        Column::time("last_missing", "last missing"),
        Column::quantity("missing", "missing"),
        calendar,
        from,
    ]
}

fn gaps((coverage, chosen): (&Coverage, Chosen)) -> impl Iterator<Item = [Cell; 9]> {
    coverage.gaps.iter().map(move |gap| {
        let [name, exchange, symbol, interval] = candles::name(&coverage.key);
        let [calendar, from] = chosen.cells();
        let (first, last) = (gap.first.into(), gap.last.into());
        [name, exchange, symbol, interval, first, last, gap.missing.into(), calendar, from]
    })
}

const fn calendar_columns() -> [Column; 2] {
    [Column::text("calendar", "calendar"), Column::text("calendar_from", "known from")]
}
