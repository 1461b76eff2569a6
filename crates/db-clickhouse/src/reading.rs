use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use db_port::{Identifier, RecordStream, Result, Statement};
use futures_util::TryStreamExt;

use crate::call::Call;
use crate::limits::Limits;
use crate::request::Kind;
use crate::retry::Consent;
use crate::session::Session;
use crate::statement::operation;
use crate::stream;

const VERSION: Statement = Statement::new("SELECT version() AS version");

/// What only reads, and may therefore be done again by whatever server.
impl Session {
    pub(crate) async fn query(&self, statement: &Statement) -> Result<RecordStream> {
        self.query_within(statement, self.limits(statement.timeout())).await
    }

    pub(crate) async fn query_within(
        &self,
        statement: &Statement,
        limits: Limits,
    ) -> Result<RecordStream> {
        statement.check()?;
        let call = self.reading(operation(statement.sql()), limits);
        let attempt =
            |client, request| async move { stream::open(&client, statement, request).await };
        let (answer, place) = call.run(attempt).await?;
        answer.into_stream(place, self.closing.clone())
    }

    /// The columns of a table, as a query of it returns them.
    pub(crate) async fn columns(&self, table: &Identifier, limits: Limits) -> Result<SchemaRef> {
        let columns = Statement::from_audited_text(format!("SELECT * FROM `{table}` WHERE 0"));
        Ok(self.query_within(&columns, limits).await?.schema().clone())
    }

    pub(crate) async fn first_batch(
        &self,
        statement: &Statement,
        limits: Limits,
    ) -> Result<Option<RecordBatch>> {
        self.query_within(statement, limits).await?.try_next().await
    }

    /// The server's version, with retries or, where the answer is wanted now, without.
    pub(crate) async fn version(&self, limits: Limits, retry: bool) -> Result<Option<RecordBatch>> {
        let call = self.reading("SELECT", limits);
        let attempt =
            |client, request| async move { stream::open(&client, &VERSION, request).await };
        let (answer, place) =
            if retry { call.run(attempt).await? } else { call.run_once(attempt).await? };
        answer.into_stream(place, self.closing.clone())?.try_next().await
    }

    fn reading(&self, operation: &'static str, limits: Limits) -> Call<'_> {
        Call::new(self, Kind::Query, operation, Consent::Anywhere, limits)
    }
}
