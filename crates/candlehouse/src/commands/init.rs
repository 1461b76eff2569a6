//! `init`: the tables.

use crate::db_url::DbUrl;
use crate::error::{CliError, note};
use crate::store::Store;

pub(super) async fn run(store: &Store, url: &DbUrl) -> Result<(), CliError> {
    url.create_database().await?;
    store.create_schema().await?;
    note(&format!("the tables candles and symbols are in {url}"));
    Ok(())
}
