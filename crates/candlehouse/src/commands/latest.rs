//! `latest`: the newest candles of some or all symbols.

use clap::{Args, value_parser};

use crate::args::{OutputArgs, SelectionArgs};
use crate::error::{CliError, note};
use crate::output::{candles, print};
use crate::series_lookup::{self, NO_SERIES};
use crate::store::Store;

#[derive(Debug, Args)]
pub(crate) struct LatestArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Candles of each series
    #[arg(
        short = 'n',
        long = "count",
        value_name = "N",
        value_parser = value_parser!(u64).range(1..),
        allow_negative_numbers = true,
        default_value_t = 1
    )]
    pub(crate) count: u64,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(super) async fn run(store: &Store, args: LatestArgs) -> Result<(), CliError> {
    let all = match series_lookup::all(&args.selection) {
        Some(filter) => store.candles.latest_of_all(&filter, args.count).await?,
        None => {
            let mut all = Vec::new();
            for key in &series_lookup::several(store, &args.selection).await? {
                all.push(store.candles.latest(key, args.count).await?);
            }
            all
        }
    };
    if all.is_empty() {
        note(NO_SERIES);
    }
    let rows = all.iter().flat_map(candles::named_rows);
    Ok(print(candles::named_columns(), args.output.format, rows).await?)
}
