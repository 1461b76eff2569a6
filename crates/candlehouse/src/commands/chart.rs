//! `chart`: candles as a picture of text.

use std::io::{self, IsTerminal};

use candle_repository::{CandleSeries, Interval, TimeRange};
use clap::Args;

use crate::args::{RangeArgs, SeriesArgs};
use crate::chart::{Charset, ChartOptions, draw};
use crate::error::CliError;
use crate::output::{terminal_width, to_stdout};
use crate::preferences::Preferences;
use crate::series_lookup;
use crate::store::Store;
use crate::value_parsers;

#[derive(Debug, Args)]
pub(crate) struct ChartArgs {
    #[command(flatten)]
    pub(crate) series: SeriesArgs,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// Draw candles of this longer interval
    #[arg(
        long,
        value_name = "INTERVAL",
        value_parser = value_parsers::interval(),
        hide_possible_values = true
    )]
    pub(crate) resample: Option<Interval>,
    /// Columns [default: those of the terminal, else 80]
    #[arg(long)]
    pub(crate) width: Option<u16>,
    /// Rows
    #[arg(long, default_value_t = 24)]
    pub(crate) height: u16,
    /// Characters to draw with
    #[arg(long, value_enum, default_value_t)]
    pub(crate) charset: Charset,
}

pub(super) async fn run(store: &Store, args: ChartArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let series = series(store, &args, range).await?;
    if series.is_empty() {
        return Err(CliError::not_found(format!("no candles of {} {range}", series.key())));
    }
    let options = ChartOptions {
        width: args.width.map_or_else(default_width, usize::from),
        height: args.height.into(),
        charset: args.charset,
        colour: colour(),
        volume: series.volume().iter().any(|&volume| volume > 0.0),
    };
    print(&series, &options)
}

async fn series(
    store: &Store,
    args: &ChartArgs,
    range: TimeRange,
) -> Result<CandleSeries, CliError> {
    let (name, interval) = (&args.series.symbol, args.series.interval);
    let into: Option<Interval> = args.resample;
    Ok(match into {
        Some(into) => {
            let key = series_lookup::source(store, name, interval, into).await?;
            store.candles.resample(&key, into, range).await?
        }
        None => {
            let key = series_lookup::series(store, name, interval).await?;
            store.candles.range(&key, range).await?
        }
    })
}

pub(super) fn print(series: &CandleSeries, options: &ChartOptions) -> Result<(), CliError> {
    let candles: Vec<_> = series.iter().collect();
    let text = draw(series.key(), &candles, options)?;
    to_stdout(|out| Ok(out.write_all(text.as_bytes())?))?;
    Ok(())
}

pub(super) fn default_width() -> usize {
    terminal_width().map_or(80, usize::from)
}

pub(super) fn colour() -> bool {
    Preferences::stated().color.on(io::stdout().is_terminal())
}
