//! `candles`: those of one series.

use crate::cli::CandlesArgs;
use crate::error::{CliError, note};
use crate::output::candles;
use crate::series_lookup;
use crate::store::Store;

pub(super) async fn run(store: &Store, args: CandlesArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let key = series_lookup::series(store, &args.series.symbol, args.series.interval).await?;
    let series = match args.last {
        Some(count) => store.candles.latest(&key, count).await?,
        None => store.candles.range(&key, range).await?,
    };
    if series.is_empty() {
        note(&format!("no candles of {key} {range}"));
    }
    Ok(candles::report(&series).print(args.output.format)?)
}
