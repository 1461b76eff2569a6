//! Connecting: a question for the server's version.

use std::sync::Arc;

use arrow_array::StringArray;
use db_port::{DbError, Result, Statement, column};

use super::query::Query;
use super::version;
use crate::policy::deadline::Deadline;
use crate::session::Session;

const VERSION: Statement = Statement::new("SELECT version() AS version");

/// Connects and asks for the version unless that was done, or waits for a connect that is under
/// way.
pub(crate) async fn run(session: &Arc<Session>) -> Result<()> {
    if session.is_connected() && session.is_version_checked() {
        return Ok(());
    }
    let asking = Arc::clone(session);
    let ask = || async move {
        // Whatever a server answers to this, it answers at once.
        let config = &asking.config;
        let deadline = Deadline::new(None, config.connect_timeout, config.attempt_timeout);
        let version = server_version(Query::new(&asking, deadline)).await;
        asking.set_version_checked(version.is_ok());
        if matches!(version, Err(DbError::UnsupportedVersion { .. })) {
            asking.set_connected(false);
        }
        version.map(drop)
    };
    session.connecting.run(ask).await
}

/// The server's version, which is one that is supported.
pub(super) async fn server_version(query: Query<'_>) -> Result<String> {
    let row = query.only_row(&VERSION).await?;
    let row = row.ok_or_else(|| DbError::UnexpectedResult {
        expected: "the server's version".into(),
        found: "no row".into(),
    })?;
    let version = column::<StringArray>(&row, "version")?.value(0);
    version::check(version)?;
    Ok(version.to_owned())
}
