//! `init`: the tables.

use clap::Args;

use super::codec::Codec;
use crate::db_url::DbUrl;
use crate::error::{CliError, note};
use crate::store::Store;

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// How a new table compresses prices and volumes [default: alp where the database has it, else
    /// delta]
    #[arg(long, value_enum)]
    pub(crate) codec: Option<Codec>,
}

pub(super) async fn run(store: &Store, url: &DbUrl, args: InitArgs) -> Result<(), CliError> {
    url.create_database().await?;
    if let Some(codec) = args.codec {
        store.candles.create_schema_with(codec.into()).await?;
        warn_of_another(store, codec).await?;
    }
    store.create_schema().await?;
    note(&format!("the tables candles and symbols are in {url}"));
    Ok(())
}

/// A table that was there keeps its codec.
async fn warn_of_another(store: &Store, codec: Codec) -> Result<(), CliError> {
    if store.candles.price_codec().await? != Some(codec.into()) {
        note("the table candles was there and keeps its codec: `candlehouse codec` changes it");
    }
    Ok(())
}
