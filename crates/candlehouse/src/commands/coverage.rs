//! `coverage`: what is stored, and what is missing.

use std::collections::HashMap;

use candle_repository::{Calendar, Coverage, SeriesKey, SymbolName};
use clap::{Args, ValueEnum};
use symbol_repository::{AssetClass, Symbol};

use crate::args::{OutputArgs, RangeArgs, SelectionArgs};
use crate::error::{CliError, note};
use crate::output::{Cell, Column, Report, candles};
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
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum CalendarArg {
    /// Continuous for crypto and unknown asset classes, weekdays for all others
    #[default]
    Auto,
    /// Around the clock
    Continuous,
    /// Monday to Friday, UTC
    Weekdays,
}

impl CalendarArg {
    const fn of(self, class: Option<&AssetClass>) -> Calendar {
        match (self, class) {
            (Self::Continuous, _)
            | (Self::Auto, None | Some(AssetClass::Crypto | AssetClass::Other)) => {
                Calendar::Continuous
            }
            (Self::Weekdays, _) | (Self::Auto, Some(_)) => Calendar::Weekdays,
        }
    }
}

pub(super) async fn run(store: &Store, args: CoverageArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let all = match series_lookup::all(&args.selection) {
        Some(filter) => {
            let classes = asset_classes(&store.symbols.list().await?)?;
            let calendar = |key: &SeriesKey| args.calendar.of(classes.get(key.symbol_name()));
            store.candles.coverage_of_all(&filter, range, calendar).await?
        }
        None => {
            let keys = series_lookup::several(store, &args.selection).await?;
            let names: Vec<_> = keys.iter().map(SeriesKey::symbol).collect();
            let classes = asset_classes(&store.symbols.find_by_names(&names).await?)?;
            let mut all = Vec::new();
            for key in &keys {
                let calendar = args.calendar.of(classes.get(key.symbol_name()));
                all.push(store.candles.coverage(key, range, calendar).await?);
            }
            all
        }
    };
    if all.is_empty() {
        note(NO_SERIES);
    }
    match args.gaps {
        true => Ok(gaps(&all).print(args.output.format)?),
        false => Ok(summary(&all).print(args.output.format)?),
    }
}

pub(super) fn summary(all: &[Coverage]) -> Report<8> {
    let [symbol, interval] = candles::name_columns();
    let mut report = Report::new([
        symbol,
        interval,
        Column::quantity("candles", "candles"),
        Column::time("first", "first"),
        Column::time("last", "last"),
        Column::quantity("missing", "missing"),
        Column::quantity("gaps", "gaps"),
        Column::text("longest_gap", "longest gap"),
    ]);
    for coverage in all {
        let [symbol, interval] = candles::name(&coverage.key);
        let longest = coverage.gaps.iter().max_by_key(|gap| gap.missing);
        report.push([
            symbol,
            interval,
            coverage.count.into(),
            coverage.first.into(),
            coverage.last.into(),
            coverage.missing().into(),
            (coverage.gaps.len() as u64).into(),
            longest.map_or(Cell::Null, |gap| {
                format!("{} from {} to {}", gap.missing, gap.first, gap.last).into()
            }),
        ]);
    }
    report
}

fn gaps(all: &[Coverage]) -> Report<5> {
    let [symbol, interval] = candles::name_columns();
    let mut report = Report::new([
        symbol,
        interval,
        Column::time("first_missing", "first missing"),
        Column::time("last_missing", "last missing"),
        Column::quantity("missing", "missing"),
    ]);
    for coverage in all {
        for gap in &coverage.gaps {
            let [symbol, interval] = candles::name(&coverage.key);
            report.push([symbol, interval, gap.first.into(), gap.last.into(), gap.missing.into()]);
        }
    }
    report
}

fn asset_classes(symbols: &[Symbol]) -> Result<HashMap<SymbolName, AssetClass>, CliError> {
    let class = |symbol: &Symbol| {
        Ok((SymbolName::new(symbol.exchange(), symbol.name())?, symbol.asset_class()))
    };
    symbols.iter().map(class).collect()
}
