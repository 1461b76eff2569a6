//! Inserts.

use std::sync::Arc;

use db_port::adapter::Setting;
use db_port::{DbError, Insert, InsertSummary, Result};

use super::block::Block;
use super::query::Query;
use super::table;
use crate::call::{self, CallSpec};
use crate::policy::deadline::Deadline;
use crate::session::{KnownTable, Session};
use crate::wire::is_unknown_table_or_column;
use crate::wire::request_kind::RequestKind;
use crate::wire::settings::checked_settings;

/// Stores the batch in one request, after comparing its columns with the table's. What is
/// remembered of the table may be out of date: then it is asked, and the insert made once more.
pub(crate) async fn run(session: &Session, insert: &Insert) -> Result<InsertSummary> {
    let kind = RequestKind::Insert(insert.table().clone());
    let settings = checked_settings(&kind, insert.settings())?;
    let deadline = session.deadline(insert.timeout());
    let operation = Operation { session, insert, kind, settings, deadline };
    let Some(remembered) = session.tables.get(insert.table()) else {
        return operation.store(&*operation.ask().await?).await;
    };
    let error = match operation.store(&remembered).await {
        Ok(summary) => return Ok(summary),
        Err(error) => error,
    };
    session.tables.clear();
    // Nothing was stored, whichever of the two it is.
    let was_refused_here = matches!(error, DbError::InvalidInput { .. });
    if !was_refused_here && !is_unknown_table_or_column(&error) {
        return Err(error);
    }
    let table = operation.ask().await?;
    if !was_refused_here && table.columns == remembered.columns {
        return Err(error);
    }
    operation.store(&table).await
}

struct Operation<'a> {
    session: &'a Session,
    insert: &'a Insert,
    kind: RequestKind,
    settings: Vec<Setting>,
    deadline: Deadline,
}

impl Operation<'_> {
    async fn ask(&self) -> Result<Arc<KnownTable>> {
        table::ask(self.session, self.query(), self.insert.table()).await
    }

    /// Checks the insert against `table` and sends it. Every attempt sends the same bytes under the
    /// same settings.
    async fn store(&self, table: &KnownTable) -> Result<InsertSummary> {
        let (session, insert) = (self.session, self.insert);
        table::check(self.query(), insert, table).await?;
        let rows = insert.batch().num_rows();
        if rows > 0 {
            let block = Block::new(insert, self.settings.clone()).await?;
            let idempotency = table::idempotency(session, self.query(), insert, table).await?;
            let kind = self.kind.clone();
            let call = CallSpec::new(session, kind, "INSERT", idempotency, self.deadline);
            call::run(call, &block).await?;
        }
        Ok(InsertSummary::new(rows as u64))
    }

    const fn query(&self) -> Query<'_> {
        Query::new(self.session, self.deadline)
    }
}
