//! `resample`: candles of a longer interval.

use candle_repository::Interval;
use clap::Args;

use crate::args::{OutputArgs, RangeArgs};
use crate::error::{CliError, note};
use crate::output::candles;
use crate::series_lookup;
use crate::store::Store;
use crate::value_parsers;

#[derive(Debug, Args)]
pub(crate) struct ResampleArgs {
    /// Symbol: AAPL or NASDAQ:AAPL
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) symbol: String,
    /// Interval of the candles to compute, such as 1w
    pub(crate) into: Interval,
    /// Interval of the stored candles [default: the longest that adds up to the new one]
    #[arg(long)]
    pub(crate) interval: Option<Interval>,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(super) async fn run(store: &Store, args: ResampleArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let key = series_lookup::source(store, &args.symbol, args.interval, args.into).await?;
    let series = store.candles.resample(&key, args.into, range).await?;
    if series.is_empty() {
        note(&format!("no candles of {key} {range}"));
    }
    Ok(candles::report(&series).print(args.output.format)?)
}
