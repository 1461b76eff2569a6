//! The port: the trait that every adapter implements.

use std::fmt::{Debug, Display};
use std::sync::Arc;

use async_trait::async_trait;

use crate::error::Result;
use crate::health::Health;
use crate::insert::{Insert, InsertSummary};
use crate::statement::Statement;
use crate::stream::RecordStream;

/// A ClickHouse database, wherever it runs: the port that repositories are written against.
///
/// Use it as `Arc<dyn QueryExecutor>`. Convenience lives in
/// [`QueryExecutorExt`](crate::QueryExecutorExt), which every executor has.
///
/// # Contract
///
/// Every bullet below is a test of the same name in the workspace's conformance suite, which every
/// adapter passes. Beyond them:
///
/// - Methods take `&self` and may be called from any number of tasks at once. Adapters limit how
///   many run at the same time; the wait for a permit has its own time limit
///   ([`Phase::PermitWait`](crate::Phase::PermitWait)).
/// - No method blocks the async runtime.
/// - `Display` names the database without credentials; neither `Debug` nor an error shows one.
///
/// # Wrappers
///
/// There are no provided methods, so that a wrapper cannot forget to forward one. `Arc<T>` and
/// `Box<T>` forward.
#[async_trait]
pub trait QueryExecutor: Debug + Display + Send + Sync + 'static {
    /// Opens the connection now instead of at the first use.
    ///
    /// - `connect_is_lazy`: building an executor opens nothing.
    /// - `connect_is_idempotent`: connecting twice is the same as once.
    /// - `connect_happens_at_first_use`: every other method connects when needed.
    /// - `connect_reopens_after_close`: an executor that was closed works again.
    ///
    /// # Errors
    /// [`DbError::Unavailable`](crate::DbError::Unavailable),
    /// [`DbError::Configuration`](crate::DbError::Configuration) and
    /// [`DbError::UnsupportedVersion`](crate::DbError::UnsupportedVersion).
    ///
    /// # Cancel safety
    /// When the future is dropped, connecting ends unless another caller waits for it too.
    async fn connect(&self) -> Result<()>;

    /// Whether a connection is open. Costs nothing and asks nobody, so it may be out of date.
    fn is_connected(&self) -> bool;

    /// Runs a statement that returns rows.
    ///
    /// - `query_returns_schema_and_rows`: column names, types and values as the statement says.
    /// - `query_without_rows_has_a_schema`: the schema is there before and without rows.
    /// - `query_fills_parameters_of_every_type`: each [`Value`](crate::Value), arrays and `NULL`
    ///   included, arrives as the type its placeholder names.
    /// - `query_parameters_arrive_unchanged`: no text in a parameter can change the statement.
    /// - `query_parameters_do_not_leak`: a parameter is unknown to the next statement.
    /// - `query_settings_apply_to_one_statement`: and are gone afterwards.
    /// - `query_refuses_an_invalid_statement`: what [`Statement::check`] refuses does not run.
    /// - `query_refuses_a_parameter_that_is_too_long`: one of
    ///   [`Statement::MAX_PARAMETER_BYTES`] arrives unchanged, and a longer one is
    ///   [`DbError::InvalidInput`](crate::DbError::InvalidInput) that names it.
    /// - `query_errors_carry_the_code`: an exception arrives as
    ///   [`DbError::Database`](crate::DbError::Database) with ClickHouse's number.
    /// - `query_refuses_bytes_that_are_no_text`: a `String` that is not UTF-8 is
    ///   [`DbError::UnexpectedResult`](crate::DbError::UnexpectedResult); `hex` makes text of it.
    /// - `query_streams_in_batches`: rows are handed out while the database still works.
    /// - `query_reports_an_error_after_rows`: an exception between batches is an error of the
    ///   stream, never a short answer that looks complete.
    /// - `query_ends_when_its_stream_is_dropped` and `query_ends_when_its_future_is_dropped`: the
    ///   database stops working on it.
    /// - `query_ends_at_its_timeout`: with [`DbError::Timeout`](crate::DbError::Timeout).
    /// - `queries_run_at_the_same_time`: one slow query does not hold up another.
    ///
    /// # Errors
    /// Any [`DbError`](crate::DbError) but [`DbError::OutcomeUnknown`](crate::DbError::OutcomeUnknown).
    ///
    /// # Cancel safety
    /// When the future or the stream is dropped, the database stops working on the query.
    async fn query(&self, statement: Statement) -> Result<RecordStream>;

    /// Runs a statement without rows, such as `CREATE TABLE` or `DELETE`.
    ///
    /// - `execute_changes_the_database`: when it returns, the effect is visible to queries.
    /// - `execute_errors_carry_the_code`: as for queries.
    /// - `execute_ends_when_its_future_is_dropped`: as for queries.
    /// - `execute_ends_at_its_timeout`: with
    ///   [`DbError::OutcomeUnknown`](crate::DbError::OutcomeUnknown) if it had begun; the database
    ///   stops working on it.
    ///
    /// # Errors
    /// Any [`DbError`](crate::DbError).
    ///
    /// # Cancel safety
    /// When the future is dropped, the database is told to stop. The statement may have run, in part
    /// or as a whole.
    async fn execute(&self, statement: Statement) -> Result<()>;

    /// Stores a batch of rows in a table.
    ///
    /// - `insert_stores_every_value`: a query gives back what was inserted, of every type that the
    ///   repositories use, `NULL` included.
    /// - `insert_matches_columns_by_name`: their order does not matter.
    /// - `insert_fills_missing_columns`: with the defaults that the table states, or `NULL`.
    /// - `insert_refuses_a_missing_column_without_default`, `insert_refuses_an_unknown_column`,
    ///   `insert_refuses_another_type` and `insert_refuses_null_in_a_plain_column`: with
    ///   [`DbError::InvalidInput`](crate::DbError::InvalidInput) that names the column; nothing is
    ///   stored. A column has the type that a query of it returns. An adapter may take the table for
    ///   what it was a moment ago, if another client has altered it since.
    /// - `insert_into_a_missing_table_is_an_error`: with code 60.
    /// - `insert_of_no_rows_is_acknowledged`: and stores nothing.
    /// - `insert_with_a_known_token_is_stored_once`: on a table with a deduplication window.
    /// - `insert_of_other_rows_under_a_known_token_is_stored`: a token never drops rows that were not
    ///   stored before.
    /// - `insert_ends_when_its_future_is_dropped`: the database stops working on it.
    /// - `insert_ends_at_its_timeout`: as for statements.
    ///
    /// # Errors
    /// Any [`DbError`](crate::DbError).
    ///
    /// # Cancel safety
    /// When the future is dropped, the rows are stored as a whole or not at all; sending the same
    /// insert again is safe where it is idempotent or the table honours tokens.
    async fn insert(&self, insert: Insert) -> Result<InsertSummary>;

    /// Asks the database whether it works, within a short time limit of its own.
    ///
    /// - `health_check_reports_the_version`.
    /// - `health_check_of_a_closed_executor_fails`: with
    ///   [`DbError::Closed`](crate::DbError::Closed).
    ///
    /// # Errors
    /// Any [`DbError`](crate::DbError); [`HealthProblem::of`](crate::HealthProblem::of) sorts it.
    ///
    /// # Cancel safety
    /// The future can be dropped at any time.
    async fn health_check(&self) -> Result<Health>;

    /// Closes the connection.
    ///
    /// - `close_is_idempotent`.
    /// - `close_refuses_new_calls`: they get [`DbError::Closed`](crate::DbError::Closed) until
    ///   [`connect`](Self::connect) is called.
    /// - `close_refuses_calls_that_wait_for_a_permit`: with the same error, and they do not run.
    ///
    /// # Errors
    /// Any [`DbError`](crate::DbError). The executor is closed all the same.
    ///
    /// # Cancel safety
    /// When the future is dropped, closing goes on: calls under way are ended at once instead of
    /// being waited for.
    async fn close(&self) -> Result<()>;
}

macro_rules! forward {
    ($pointer:ident) => {
        #[async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<T: QueryExecutor + ?Sized> QueryExecutor for $pointer<T> {
            async fn connect(&self) -> Result<()> {
                (**self).connect().await
            }

            fn is_connected(&self) -> bool {
                (**self).is_connected()
            }

            async fn query(&self, statement: Statement) -> Result<RecordStream> {
                (**self).query(statement).await
            }

            async fn execute(&self, statement: Statement) -> Result<()> {
                (**self).execute(statement).await
            }

            async fn insert(&self, insert: Insert) -> Result<InsertSummary> {
                (**self).insert(insert).await
            }

            async fn health_check(&self) -> Result<Health> {
                (**self).health_check().await
            }

            async fn close(&self) -> Result<()> {
                (**self).close().await
            }
        }
    };
}

forward!(Arc);
forward!(Box);
