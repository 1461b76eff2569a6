use arrow_array::{RecordBatch, StringArray};
use arrow_schema::SchemaRef;
use db_port::{DbError, Identifier, RecordStream, Result, Statement, column};
use futures_util::TryStreamExt;

use crate::call::Call;
use crate::limits::Limits;
use crate::request::{Kind, Request};
use crate::retry::Consent;
use crate::session::Session;
use crate::statement::operation;
use crate::{stream, version};

const VERSION: Statement = Statement::new("SELECT version() AS version");

/// Asks, under limits that several questions may share. What only reads may be done again, and by
/// whatever server.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    session: &'a Session,
    limits: Limits,
    only: Option<usize>,
    retries: bool,
}

impl<'a> Reading<'a> {
    pub(crate) const fn new(session: &'a Session, limits: Limits) -> Self {
        Self { session, limits, only: None, retries: true }
    }

    /// Of the server at this position and no other.
    pub(crate) const fn at(self, position: usize) -> Self {
        Self { only: Some(position), ..self }
    }

    /// Asks once.
    pub(crate) const fn once(self) -> Self {
        Self { retries: false, ..self }
    }

    pub(crate) async fn rows(&self, statement: &Statement) -> Result<RecordStream> {
        Kind::Query.check(statement)?;
        let operation = operation(statement.sql());
        let mut call =
            Call::new(self.session, Kind::Query, operation, Consent::Anywhere, self.limits);
        if let Some(position) = self.only {
            call = call.at(position);
        }
        if !self.retries {
            call = call.without_retries();
        }
        let attempt = |client, request: Request| async move {
            match stream::open(&client, statement, request.clone()).await {
                Ok(answer) => Ok(answer),
                Err(failure) => Err(version::explain(&client, &request, failure).await),
            }
        };
        let (answer, place) = call.run(attempt).await?;
        answer.into_stream(place, self.session)
    }

    /// The first rows, as many as come at once; none when there are none.
    pub(crate) async fn first_rows(&self, statement: &Statement) -> Result<Option<RecordBatch>> {
        let first = self.rows(statement).await?.try_next().await?;
        Ok(first.filter(|rows| rows.num_rows() > 0))
    }

    /// The columns of a table, as a query of it returns them.
    pub(crate) async fn columns(&self, table: &Identifier) -> Result<SchemaRef> {
        let columns = Statement::from_audited_text(format!("SELECT * FROM `{table}` WHERE 0"));
        Ok(self.rows(&columns).await?.schema().clone())
    }

    /// The server's version, which is one that is supported.
    pub(crate) async fn version(&self) -> Result<String> {
        let row = self.first_rows(&VERSION).await?;
        let row = row.ok_or_else(|| DbError::UnexpectedResult {
            expected: "the server's version".into(),
            found: "no row".into(),
        })?;
        let version = column::<StringArray>(&row, "version")?.value(0);
        version::check(version)?;
        Ok(version.to_owned())
    }
}
