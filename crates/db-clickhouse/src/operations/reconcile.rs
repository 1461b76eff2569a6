//! What became of an insert whose answer was lost.

use arrow_array::{StringArray, UInt64Array};
use db_port::adapter::{column_positions, quoted_identifier};
use db_port::{DbError, Insert, Result, Statement, column};
use futures_util::TryStreamExt;

use super::beside::beside;
use super::key_range::KeyRange;
use super::query::Query;
use super::table;
use super::wanted_rows::WantedRows;
use crate::session::Session;
use crate::wire::is_hidden;

/// What became of an insert whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InsertOutcome {
    /// All of its rows are in the table.
    Stored,
    /// None of its rows is in the table.
    NotStored,
    /// Some of its rows are in the table, which a single block of one partition never leaves
    /// behind.
    Partly {
        /// Rows that are there.
        stored: u64,
        /// Rows of the insert.
        of: u64,
    },
    /// The server is still at it: ask again later.
    Running,
}

const FINISHED: Statement = Statement::new(
    "SELECT count() AS n FROM system.query_log \
     WHERE event_date >= today() - 7 AND type = 'QueryFinish' \
     AND (query_id = {id:String} OR startsWith(query_id, {attempts:String}))",
);
const RUNNING: Statement = Statement::new(
    "SELECT count() AS n FROM system.processes \
     WHERE query_id = {id:String} OR startsWith(query_id, {attempts:String})",
);
const SORTING_KEY: Statement = Statement::new(
    "SELECT sorting_key AS s FROM system.tables \
     WHERE database = currentDatabase() AND name = {table:String}",
);

/// Asks every server, because the insert may have gone to any of them.
pub(crate) async fn run(
    session: &Session,
    insert: &Insert,
    query_id: &str,
) -> Result<InsertOutcome> {
    let of = insert.batch().num_rows() as u64;
    let mut outcome = if of == 0 { InsertOutcome::Stored } else { InsertOutcome::NotStored };
    let mut unanswered = None;
    for position in session.endpoints.positions() {
        let query = Query::new(session, session.deadline(None)).at(position);
        match at_one(query, insert, query_id).await {
            Ok(InsertOutcome::Stored) => return Ok(InsertOutcome::Stored),
            Ok(there) => outcome = outcome.or(there),
            Err(error @ (DbError::Unavailable { .. } | DbError::Timeout { .. })) => {
                unanswered = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    // It may be stored, or become so, on a server that could not be asked.
    unanswered.map_or(Ok(outcome), Err)
}

impl InsertOutcome {
    /// What two servers say together, neither of which has all rows.
    const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Running, _) | (_, Self::Running) => Self::Running,
            (Self::Partly { stored, of }, Self::Partly { stored: more, .. }) => {
                Self::Partly { stored: if more > stored { more } else { stored }, of }
            }
            (Self::NotStored, other) => other,
            (this, _) => this,
        }
    }
}

async fn at_one(query: Query<'_>, insert: &Insert, query_id: &str) -> Result<InsertOutcome> {
    if count(query, FINISHED, query_id).await? > 0 {
        return Ok(InsertOutcome::Stored);
    }
    if count(query, RUNNING, query_id).await? > 0 {
        return Ok(InsertOutcome::Running);
    }
    let of = insert.batch().num_rows() as u64;
    Ok(match stored_rows(query, insert).await? {
        0 => InsertOutcome::NotStored,
        stored if stored == of => InsertOutcome::Stored,
        stored => InsertOutcome::Partly { stored, of },
    })
}

/// The number that a question about the query and its attempts answers with; zero where the server
/// does not keep such a table or does not show it to this user.
async fn count(query: Query<'_>, question: Statement, query_id: &str) -> Result<u64> {
    // An attempt's query id is that of the call, a hyphen and the attempt's number.
    let call = query_id.rsplit_once('-').map_or(query_id, |(call, _)| call);
    let question = question.bind("id", query_id).bind("attempts", format!("{call}-"));
    match query.only_row(&question).await {
        Ok(Some(row)) => Ok(column::<UInt64Array>(&row, "n")?.value(0)),
        Ok(None) => Ok(0),
        Err(error) if is_hidden(&error) => Ok(0),
        Err(error) => Err(error),
    }
}

/// How many of the insert's rows the table holds, each as often as it was sent.
async fn stored_rows(query: Query<'_>, insert: &Insert) -> Result<u64> {
    let (table, batch) = (insert.table(), insert.batch());
    column_positions(insert, &*table::columns(query, table).await?)?;
    let row = query.only_row(&SORTING_KEY.bind("table", table.as_str())).await?;
    let keys = match &row {
        Some(row) => column::<StringArray>(row, "s")?.value(0),
        None => "",
    };
    let schema = batch.schema();
    let names: Vec<_> =
        schema.fields().iter().map(|field| quoted_identifier(field.name())).collect();
    let range = KeyRange::of(batch, keys.split(", "));
    let text = format!("SELECT {} FROM `{table}` WHERE {}", names.join(", "), range.condition());
    let wanted = batch.clone();
    let rows = beside(batch.get_array_memory_size(), move || WantedRows::of(&wanted)).await;
    let mut rows = rows.map_err(|lost| unreadable(lost.to_string()))?.map_err(unreadable)?;
    let mut stored = query.rows(&range.bind(Statement::from_audited_text(text))).await?;
    let mut found = 0;
    while let Some(batch) = stored.try_next().await? {
        found += rows.take(&batch).map_err(unreadable)?;
    }
    Ok(found)
}

fn unreadable(error: impl ToString) -> DbError {
    DbError::UnexpectedResult {
        expected: "rows that can be compared".into(),
        found: error.to_string(),
    }
}
