//! `candles`: those of one series.

use clap::{Args, value_parser};

use super::candle_parts;
use crate::args::{RangeArgs, RowsArgs, SeriesArgs};
use crate::error::CliError;
use crate::series_lookup;
use crate::store::Store;

#[derive(Debug, Args)]
pub(crate) struct CandlesArgs {
    #[command(flatten)]
    pub(crate) series: SeriesArgs,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// Only the newest N
    #[arg(
        short = 'n',
        long,
        value_name = "N",
        value_parser = value_parser!(u64).range(1..),
        allow_negative_numbers = true,
        conflicts_with_all = ["from", "to"]
    )]
    pub(crate) last: Option<u64>,
    #[command(flatten)]
    pub(crate) output: RowsArgs,
}

pub(super) async fn run(store: &Store, args: CandlesArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let key = series_lookup::series(store, &args.series.symbol, args.series.interval).await?;
    let parts = match args.last {
        Some(count) => store.candles.latest_stream(&key, count).await?,
        None => store.candles.range_stream(&key, range).await?,
    };
    candle_parts::print(parts, &args.output.form(), &format!("no candles of {key} {range}")).await
}
