//! `resample`: candles of a longer interval.

use crate::cli::ResampleArgs;
use crate::error::{CliError, note};
use crate::output::candles;
use crate::series_lookup;
use crate::store::Store;

pub(super) async fn run(store: &Store, args: ResampleArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let key = series_lookup::source(store, &args.symbol, args.interval, args.into).await?;
    let series = store.candles.resample(&key, args.into, range).await?;
    if series.is_empty() {
        note(&format!("no candles of {key} {range}"));
    }
    Ok(candles::report(&series).print(args.output.format)?)
}
