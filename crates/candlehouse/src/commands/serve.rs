use crate::cli::ServeArgs;
use crate::db_url::DbUrl;
use crate::error::CliError;
use crate::serve;

pub(super) async fn run(url: &DbUrl, args: ServeArgs) -> Result<(), CliError> {
    serve::run(url, args.listen, args.ready_timeout).await
}
