//! `delete`: candles out of the store.

use candle_repository::{Interval, SeriesFilter, SeriesInfo};
use clap::Args;

use super::stored_series::{lines, report, typed};
use crate::args::{OutputArgs, RangeArgs, SelectionArgs};
use crate::confirmation::ConfirmArgs;
use crate::error::{CliError, note};
use crate::progress::Progress;
use crate::series_lookup;
use crate::store::Store;
use crate::unfinished::Unfinished;
use crate::value_parsers;

#[derive(Debug, Args)]
pub(crate) struct DeleteArgs {
    /// Symbol: AAPL, NASDAQ:AAPL, or :AAPL without an exchange
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) symbol: String,
    /// Interval [default: the only one stored]
    #[arg(long, value_parser = value_parsers::interval(), hide_possible_values = true)]
    pub(crate) interval: Option<Interval>,
    /// Every interval of the symbol
    #[arg(long, conflicts_with = "interval")]
    pub(crate) all_intervals: bool,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(super) async fn run(store: &Store, args: DeleteArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let keys = match args.all_intervals {
        true => {
            let symbols = vec![args.symbol.clone()];
            series_lookup::several(store, &SelectionArgs { symbols, interval: None }).await?
        }
        false => vec![series_lookup::series(store, &args.symbol, args.interval).await?],
    };
    let mut all: Vec<SeriesInfo> = Vec::new();
    for key in &keys {
        let of_symbol = SeriesFilter::from(key.symbol_name());
        let filter = SeriesFilter { interval: Some(key.interval()), ..of_symbol };
        all.extend(store.candles.series_info(&filter, range).await?);
    }
    if all.is_empty() {
        note(&format!("no candles of {} {range}, so there is nothing to delete", args.symbol));
    } else if args.confirm.confirm(&lines("this deletes", &all)).await? {
        let unfinished = Unfinished::or_else(Some(
            "some of them may be deleted; the same command again deletes the rest".into(),
        ));
        for info in &mut all {
            let _progress = Progress::working(&format!("deleting candles of {}", info.key));
            info.candles = store.candles.delete(&info.key, range).await?;
        }
        unfinished.done();
        tell_what_stays(store, &all).await?;
    }
    Ok(report(&all).print(args.output.format)?)
}

/// A symbol does not go with its candles.
async fn tell_what_stays(store: &Store, deleted: &[SeriesInfo]) -> Result<(), CliError> {
    let Some(name) = deleted.first().map(|info| info.key.symbol_name()) else { return Ok(()) };
    let is_empty = store.candles.find_series(&SeriesFilter::from(name)).await?.is_empty();
    if is_empty && store.symbols.get(name.exchange(), name.symbol()).await?.is_some() {
        note(&format!(
            "{name} has no candles left and stays registered: `candlehouse symbols delete {}` \
             removes it",
            typed(name)
        ));
    }
    Ok(())
}
