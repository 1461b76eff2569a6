//! Queries.

use arrow_array::builder::StringBuilder;
use arrow_array::{RecordBatch, StringArray};
use clickhouse::Client;
use db_port::{RecordStream, Result, Statement, column};
use futures_util::TryStreamExt;

use super::version;
use crate::call::{self, CallSpec, Exchange};
use crate::policy::deadline::Deadline;
use crate::policy::failure::Failure;
use crate::policy::idempotency::Idempotency;
use crate::session::Session;
use crate::telemetry;
use crate::wire::answer::{self, Answer};
use crate::wire::request::Request;
use crate::wire::request_kind::RequestKind;
use crate::wire::settings::check_statement;

/// Asks, under a deadline that several questions may share. What only reads may be asked again, and
/// of any server.
#[derive(Clone, Copy)]
pub(crate) struct Query<'a> {
    session: &'a Session,
    deadline: Deadline,
    only: Option<usize>,
    retries: bool,
}

impl<'a> Query<'a> {
    pub(crate) const fn new(session: &'a Session, deadline: Deadline) -> Self {
        Self { session, deadline, only: None, retries: true }
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
        let kind = RequestKind::Query;
        check_statement(&kind, statement)?;
        let operation = telemetry::operation(statement.sql());
        let (session, everywhere) = (self.session, Idempotency::Everywhere);
        let mut call = CallSpec::new(session, kind, operation, everywhere, self.deadline);
        if let Some(position) = self.only {
            call = call.at(position);
        }
        if !self.retries {
            call = call.without_retries();
        }
        let (answer, permit) = call::run(call, &FirstRows(statement)).await?;
        answer.into_stream((permit, session.under_way.token()), session.closing.clone())
    }

    /// The only row of a question that has one at most. A block without
    /// rows may come before it.
    pub(crate) async fn only_row(&self, statement: &Statement) -> Result<Option<RecordBatch>> {
        let mut rows = self.rows(statement).await?;
        while let Some(batch) = rows.try_next().await? {
            if batch.num_rows() > 0 {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// The texts of a column, of all rows.
    pub(crate) async fn texts(&self, statement: &Statement, name: &str) -> Result<StringArray> {
        let mut rows = self.rows(statement).await?;
        let mut texts = StringBuilder::new();
        while let Some(batch) = rows.try_next().await? {
            texts.extend(column::<StringArray>(&batch, name)?);
        }
        Ok(texts.finish())
    }
}

/// The answer to a statement, up to its first rows.
struct FirstRows<'a>(&'a Statement);

impl Exchange for FirstRows<'_> {
    type Answer = Answer;

    async fn exchange(&self, client: Client, request: Request) -> Result<Answer, Failure> {
        match answer::open(&client, self.0, request.clone()).await {
            Ok(answer) => Ok(answer),
            Err(failure) => Err(version::explain(&client, &request, failure).await),
        }
    }
}
