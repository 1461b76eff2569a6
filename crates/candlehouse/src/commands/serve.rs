//! `serve`: which options go with which database.

use crate::db_url::DbUrl;
use crate::error::CliError;
use crate::serve::{self, ServeArgs};

/// Refuses options that the database has no use for.
pub(super) fn check(url: &DbUrl, args: &ServeArgs) -> Result<(), CliError> {
    match (url.folder(), args.clickhouse.user()) {
        (None, Some(_)) => Err(CliError::usage(format!(
            "--clickhouse-user and what belongs to it need an embedded store in a folder, as \
             --db chdb:PATH names it; {url} is none"
        ))),
        _ => Ok(()),
    }
}

pub(super) async fn run(url: &DbUrl, args: ServeArgs) -> Result<(), CliError> {
    serve::run(url, &args).await
}
