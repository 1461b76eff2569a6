//! The mock, with expectations.

use std::fmt;

use async_trait::async_trait;
use db_port::{Health, Insert, InsertSummary, QueryExecutor, RecordStream, Result, Statement};

mockall::mock! {
    /// An executor whose calls are expected one by one, with mockall's whole vocabulary.
    ///
    /// A call without an expectation panics, and so does dropping the mock while an expectation
    /// with a number of times is not met.
    ///
    /// ```
    /// use db_mock::MockExecutor;
    /// use db_port::{DbError, QueryExecutor, Statement};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut db = MockExecutor::new();
    /// db.expect_execute()
    ///     .withf(|statement| statement.sql().starts_with("CREATE TABLE"))
    ///     .times(1)
    ///     .returning(|_| Err(DbError::Closed));
    ///
    /// let statement = Statement::new("CREATE TABLE t (a Int8) ENGINE = Memory");
    /// assert!(matches!(db.execute(statement).await, Err(DbError::Closed)));
    /// # }
    /// ```
    #[derive(Debug)]
    pub Executor {}

    #[async_trait]
    impl QueryExecutor for Executor {
        async fn connect(&self) -> Result<()>;
        fn is_connected(&self) -> bool;
        async fn query(&self, statement: Statement) -> Result<RecordStream>;
        async fn execute(&self, statement: Statement) -> Result<()>;
        async fn insert(&self, insert: Insert) -> Result<InsertSummary>;
        async fn health_check(&self) -> Result<Health>;
        async fn close(&self) -> Result<()>;
    }
}

impl fmt::Display for MockExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mock executor")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn an_expected_call_is_answered_behind_the_port() {
        let mut mock = MockExecutor::new();
        mock.expect_execute()
            .withf(|statement| statement.sql() == "TRUNCATE TABLE t")
            .times(1)
            .returning(|_| Ok(()));
        let db: Arc<dyn QueryExecutor> = Arc::new(mock);
        db.execute(Statement::new("TRUNCATE TABLE t")).await.unwrap();
        assert_eq!(db.to_string(), "mock executor");
    }

    #[tokio::test]
    #[should_panic(expected = "No matching expectation found")]
    async fn an_unexpected_call_panics() {
        drop(MockExecutor::new().health_check().await);
    }

    #[test]
    #[should_panic(expected = "called 0 time(s) which is fewer than expected 1")]
    fn an_unmet_expectation_panics() {
        MockExecutor::new().expect_close().times(1).returning(|| Ok(()));
    }
}
