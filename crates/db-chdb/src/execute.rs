//! Statements without rows.

use db_port::{Result, Statement};

use crate::session::Session;
use crate::worker::Worker;

/// Runs a statement, of which the rows, if it has any, are dropped.
pub(crate) async fn run(session: Session, statement: Statement) -> Result<()> {
    let limit = statement.timeout();
    let work = Worker::start(session, None, move |connection| {
        let mut connection = connection?;
        connection.prepare(&statement)?;
        connection.update(statement.sql())
    });
    work.await?.result(limit).await?
}
