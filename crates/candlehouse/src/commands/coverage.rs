//! `coverage`: what is stored, and what is missing.

use std::collections::HashMap;

use candle_repository::Coverage;
use symbol_repository::AssetClass;

use crate::cli::CoverageArgs;
use crate::error::{CliError, note};
use crate::output::{Cell, Column, Report, candles};
use crate::series_lookup::{self, NO_SERIES};
use crate::store::Store;

pub(super) async fn run(store: &Store, args: CoverageArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let keys = series_lookup::several(store, &args.selection).await?;
    let classes = asset_classes(store).await?;
    let mut all = Vec::new();
    for key in &keys {
        let class = classes.get(&(key.exchange().to_owned(), key.symbol().to_owned()));
        let calendar = args.calendar.of(class.copied());
        all.push(store.candles.coverage(key, range, calendar).await?);
    }
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

type Classes = HashMap<(String, String), AssetClass>;

async fn asset_classes(store: &Store) -> Result<Classes, CliError> {
    let symbols = store.symbols.list().await?;
    let class = |symbol: &symbol_repository::Symbol| {
        let name = (symbol.exchange().to_owned(), symbol.name().to_owned());
        (name, symbol.asset_class())
    };
    Ok(symbols.iter().map(class).collect())
}
