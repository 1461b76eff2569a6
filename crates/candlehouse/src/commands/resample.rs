//! `resample`: candles of a longer interval.

use candle_repository::Interval;
use clap::Args;

use super::candle_parts;
use crate::args::{RangeArgs, RowsArgs};
use crate::error::CliError;
use crate::series_lookup;
use crate::store::Store;
use crate::value_parsers;

#[derive(Debug, Args)]
pub(crate) struct ResampleArgs {
    /// Symbol: AAPL or NASDAQ:AAPL
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) symbol: String,
    /// Interval of the candles to compute, such as 1w
    #[arg(value_parser = value_parsers::interval(), hide_possible_values = true)]
    pub(crate) into: Interval,
    /// Interval of the stored candles [default: the longest that adds up to the new one]
    #[arg(long, value_parser = value_parsers::interval(), hide_possible_values = true)]
    pub(crate) interval: Option<Interval>,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    #[command(flatten)]
    pub(crate) output: RowsArgs,
}

pub(super) async fn run(store: &Store, args: ResampleArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let key = series_lookup::source(store, &args.symbol, args.interval, args.into).await?;
    let parts = store.candles.resample_stream(&key, args.into, range).await?;
    candle_parts::print(parts, &args.output.form(), &format!("no candles of {key} {range}")).await
}
