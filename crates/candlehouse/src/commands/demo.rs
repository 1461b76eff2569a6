//! `demo`: real candles through every command.

use std::path::Path;

use candle_files::{CandleFile, ImportOptions};
use candle_repository::{
    Candle, CandleSeries, Interval, SortedCandles, SymbolName, TimeRange, Timestamp,
};
use symbol_repository::{AssetClass, Decimal, Symbol};

use super::calendars::Chosen;
use super::portions::store_in_portions;
use super::{chart, coverage, health, registered_symbol};
use crate::chart::ChartOptions;
use crate::db_url::DbUrl;
use crate::error::CliError;
use crate::output::{Format, candles, print, to_stdout};
use crate::store::Store;

/// Real daily candles of five stocks; where they come from stands beside the file.
const FILE: &[u8] = include_bytes!("../../../../examples/data/stocks-daily.csv");
const FILE_NAME: &str = "stocks-daily.csv";

const STOCKS: [(&str, &str); 5] =
    [("NASDAQ", "AAPL"), ("NASDAQ", "FB"), ("NASDAQ", "GOOG"), ("NYSE", "IBM"), ("NASDAQ", "MSFT")];

pub(super) async fn run(store: &Store, url: &DbUrl) -> Result<(), CliError> {
    let file = CandleFile::parse(Path::new(FILE_NAME), FILE, &ImportOptions::default())?;
    let rows = file.rows;
    let series = file.series.into_iter().map(listed).collect::<Result<Vec<_>, _>>()?;
    store.create_schema().await?;
    refuse_to_overwrite(store, &series).await?;

    heading(&format!("Importing {rows} daily candles of five stocks into {url}"))?;
    let begin = std::time::Instant::now();
    let done = store_in_portions(store, &series).await?;
    let seconds = begin.elapsed().as_secs_f64();
    line(&format!(
        "{} inserted, {} unchanged, in {seconds:.2} s: {:.0} candles a second",
        done.inserted,
        done.unchanged,
        rows as f64 / seconds
    ))?;

    heading("Symbols")?;
    let registered = register(store).await?;
    registered_symbol::print(&registered, Format::Table)?;

    heading("Coverage: what is stored, and which weekdays have no candle (holidays, mostly)")?;
    let mut covered = Vec::new();
    for key in series.iter().map(SortedCandles::key) {
        covered.push(store.candles.coverage(key, .., Chosen::WEEKDAYS_BY_CLASS.calendar).await?);
    }
    let covered = covered.iter().map(|coverage| (coverage, Chosen::WEEKDAYS_BY_CLASS));
    coverage::summary(covered).print(Format::Table)?;

    heading("Latest candle of each")?;
    let mut latest = Vec::new();
    for key in series.iter().map(SortedCandles::key) {
        latest.push(store.candles.latest(key, 1).await?);
    }
    let rows = latest.iter().flat_map(candles::named_rows);
    print(candles::named_columns(), Format::Table, rows).await?;

    let apple = series[0].key();
    let year = TimeRange::from("2012-01-01".parse::<Timestamp>()?..);
    let weeks = store.candles.resample(apple, Interval::WEEK, year).await?;
    heading(&format!("{apple} by week since 2012, computed by the database"))?;
    let newest = newest(&weeks, 5)?;
    print(candles::columns(), Format::Table, candles::rows(&newest)).await?;
    line("")?;
    chart::print(&weeks, &chart_options())?;

    heading("Health")?;
    health::print(store, url, Format::Table).await?;
    next_commands(url)
}

/// The candles under the exchange that lists the stock.
fn listed(series: SortedCandles) -> Result<SortedCandles, CliError> {
    let symbol = series.key().symbol();
    let stock = STOCKS.into_iter().find(|(_, name)| *name == symbol);
    let name = SymbolName::new(stock.map_or("", |(exchange, _)| exchange), symbol)?;
    Ok(series.renamed(name))
}

/// Somebody's own candles of these stocks are not to be replaced by a demonstration.
async fn refuse_to_overwrite(store: &Store, all: &[SortedCandles]) -> Result<(), CliError> {
    for series in all {
        let (key, candles) = (series.key(), series.as_slice());
        let stored = store.candles.range(key, ..).await?;
        let differs = |candle: Candle| {
            let place = candles.binary_search_by_key(&candle.open_time, |c| c.open_time);
            place.is_ok_and(|place| candles[place] != candle)
        };
        if stored.iter().any(differs) {
            return Err(CliError::usage(format!(
                "the store holds other candles of {key}, which the demonstration would replace; \
                 without --db it has a store of its own: candlehouse demo"
            )));
        }
    }
    Ok(())
}

async fn register(store: &Store) -> Result<Vec<Symbol>, CliError> {
    let cent = Decimal::new(1, 2);
    let symbols = STOCKS
        .into_iter()
        .map(|(exchange, name)| {
            let stock = Symbol::builder(exchange, name, AssetClass::Equity);
            stock.quote("USD").tick_size(cent).lot_size(Decimal::ONE).build()
        })
        .collect::<Result<Vec<_>, _>>()?;
    let known = store.symbols.find_by_names(&STOCKS.map(|(_, name)| name)).await?;
    let stored = |symbol: &Symbol| {
        known.iter().find(|k| (k.exchange(), k.name()) == (symbol.exchange(), symbol.name()))
    };
    let new: Vec<_> = symbols.iter().filter(|symbol| stored(symbol).is_none()).cloned().collect();
    store.symbols.upsert(&new).await?;
    Ok(symbols.iter().map(|symbol| stored(symbol).unwrap_or(symbol).clone()).collect())
}

fn newest(series: &CandleSeries, count: usize) -> Result<CandleSeries, CliError> {
    let skipped = series.len().saturating_sub(count);
    let candles: Vec<_> = series.iter().skip(skipped).collect();
    Ok(CandleSeries::from_candles(series.key().clone(), &candles)?)
}

fn chart_options() -> ChartOptions {
    ChartOptions {
        width: chart::default_width().min(100),
        height: 22,
        colour: chart::colour(),
        ..ChartOptions::default()
    }
}

fn next_commands(url: &DbUrl) -> Result<(), CliError> {
    let program = std::env::args().next().unwrap_or_else(|| "candlehouse".into());
    let default = DbUrl::default_store().map(|store| store.named()).unwrap_or_default();
    let on_this_store = match url.named() {
        url if url == default => program.clone(),
        url => format!("{program} --db {url}"),
    };
    heading("Try next")?;
    for command in [
        "candles AAPL --from 2013-02-01",
        "candles MSFT --last 5 --format json",
        "resample IBM 1M --from 2012-01-01",
        "chart GOOG --from 2012-06-01",
        "coverage AAPL --gaps",
        "export --output stocks.parquet",
    ] {
        line(&format!("  {on_this_store} {command}"))?;
    }
    heading("With candles of your own, in a store of your own")?;
    line(&format!("  {program} import YOUR.csv --symbol NAME"))
}

fn heading(text: &str) -> Result<(), CliError> {
    line(&format!("\n{text}"))
}

fn line(text: &str) -> Result<(), CliError> {
    Ok(to_stdout(|out| Ok(writeln!(out, "{text}")?))?)
}
