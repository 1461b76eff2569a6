//! `latest`: the newest candles of some or all symbols.

use clap::{Args, value_parser};

use crate::args::{RowsArgs, SelectionArgs};
use crate::error::{CliError, note};
use crate::output::{candles, print};
use crate::series_lookup::{self, NO_SERIES};
use crate::store::Store;
use crate::value_parsers;

#[derive(Debug, Args)]
pub(crate) struct LatestArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Candles of each series
    #[arg(
        short = 'n',
        long,
        value_name = "N",
        value_parser = value_parser!(u64).range(1..),
        allow_negative_numbers = true,
        default_value_t = 1
    )]
    pub(crate) last: u64,
    /// What `--last` was called before
    #[arg(long, hide = true, value_name = "N", value_parser = value_parsers::renamed_to_last)]
    count: Option<u64>,
    #[command(flatten)]
    pub(crate) output: RowsArgs,
}

pub(super) async fn run(store: &Store, args: LatestArgs) -> Result<(), CliError> {
    let all = match series_lookup::all(&args.selection) {
        Some(filter) => store.candles.latest_of_all(&filter, args.last).await?,
        None => {
            let mut all = Vec::new();
            for key in &series_lookup::several(store, &args.selection).await? {
                all.push(store.candles.latest(key, args.last).await?);
            }
            all
        }
    };
    if all.is_empty() {
        note(NO_SERIES);
    }
    let rows = all.iter().flat_map(candles::named_rows);
    Ok(print(candles::named_columns(), args.output.form(), rows).await?)
}
