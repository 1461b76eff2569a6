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
        self.rows(&self.reading(operation(statement.sql()), limits), statement).await
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

    /// Asks for the server's version, with retries.
    pub(crate) async fn greet(&self) -> Result<()> {
        self.version_by(self.reading("SELECT", self.limits(None))).await.map(drop)
    }

    /// The server's version, asked for once.
    pub(crate) async fn version(&self, limits: Limits) -> Result<Option<RecordBatch>> {
        self.version_by(self.reading("SELECT", limits).without_retries()).await
    }

    async fn version_by(&self, call: Call<'_>) -> Result<Option<RecordBatch>> {
        self.rows(&call, &VERSION).await?.try_next().await
    }

    async fn rows(&self, call: &Call<'_>, statement: &Statement) -> Result<RecordStream> {
        let attempt =
            |client, request| async move { stream::open(&client, statement, request).await };
        let (answer, place) = call.run(attempt).await?;
        answer.into_stream(place, self.closing.clone())
    }

    fn reading(&self, operation: &'static str, limits: Limits) -> Call<'_> {
        Call::new(self, Kind::Query, operation, Consent::Anywhere, limits)
    }
}
