use super::tables::{self, NO_SERIES};
use crate::cli::LatestArgs;
use crate::error::{CliError, note};
use crate::resolve;
use crate::store::Store;

pub(super) async fn run(store: &Store, args: LatestArgs) -> Result<(), CliError> {
    let keys = resolve::several(store, &args.selection).await?;
    let mut all = Vec::new();
    for key in &keys {
        all.push(store.candles.latest(key, args.count).await?);
    }
    if all.is_empty() {
        note(NO_SERIES);
    }
    Ok(tables::named_candles(&all).print(args.output.format)?)
}
