//! `latest`: the newest candles of some or all symbols.

use crate::cli::LatestArgs;
use crate::error::{CliError, note};
use crate::output::candles;
use crate::series_lookup::{self, NO_SERIES};
use crate::store::Store;

pub(super) async fn run(store: &Store, args: LatestArgs) -> Result<(), CliError> {
    let keys = series_lookup::several(store, &args.selection).await?;
    let mut all = Vec::new();
    for key in &keys {
        all.push(store.candles.latest(key, args.count).await?);
    }
    if all.is_empty() {
        note(NO_SERIES);
    }
    Ok(candles::named_report(&all).print(args.output.format)?)
}
