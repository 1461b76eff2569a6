//! Statements without rows.

use std::sync::Arc;

use db_port::{DbError, Result, Statement};

use crate::session::Session;
use crate::worker::Worker;

/// Runs a statement, of which the rows, if it has any, are dropped. Without an answer it is not known
/// whether it ran.
pub(crate) async fn run(session: Arc<Session>, statement: Statement) -> Result<()> {
    let (limit, within) = (statement.timeout(), Arc::clone(&session));
    let worker = Worker::start(&session, None, move |engine, work| {
        let engine = engine?;
        let _changing = engine.running()?.tables.changing();
        let mut connection = within.connection(engine, work, &statement)?;
        connection.update(statement.sql())
    });
    let worker = worker.await?;
    let query_id = worker.work.id().to_owned();
    worker.result(limit).await.map_err(|failure| DbError::OutcomeUnknown {
        what: "the statement".into(),
        query_id,
        source: Some(failure.into()),
    })?
}
