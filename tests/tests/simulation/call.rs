//! The calls of a schedule, and how each of them ended.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use candlehouse_tests::number_tables::read;
use db_clickhouse::ClickHouseManager;
use db_port::{DbError, Identifier, Insert, QueryExecutor, Statement};
use tokio::time::{Instant, sleep, timeout};

use crate::schedule::{Action, Step, Table};

/// A call that is over.
pub(crate) struct Call {
    pub(crate) step: Step,
    pub(crate) took: Duration,
    /// None when it was dropped before its end.
    pub(crate) outcome: Option<Result<Vec<i64>, DbError>>,
}

/// Does the steps of one worker.
pub(crate) async fn work(db: &ClickHouseManager, steps: Vec<Step>) -> Vec<Call> {
    let mut calls = Vec::new();
    for step in steps {
        sleep(step.pause).await;
        let begin = Instant::now();
        let outcome = match step.dropped_after {
            Some(limit) => timeout(limit, make(db, &step)).await.ok(),
            None => Some(make(db, &step).await),
        };
        calls.push(Call { step, took: begin.elapsed(), outcome });
    }
    calls
}

/// The rows that it returned, if it returns rows.
async fn make(db: &ClickHouseManager, step: &Step) -> Result<Vec<i64>, DbError> {
    let limited = |statement: Statement| match step.timeout {
        Some(limit) => statement.with_timeout(limit),
        None => statement,
    };
    match &step.action {
        Action::Insert { table, rows, token } => {
            let insert = insert(*table, rows, *token);
            let insert = match step.timeout {
                Some(limit) => insert.with_timeout(limit),
                None => insert,
            };
            db.insert(insert).await.map(|_| Vec::new())
        }
        Action::Statement { mark, idempotent } => {
            let statement = limited(statement(*mark));
            let statement = if *idempotent { statement.idempotent() } else { statement };
            db.execute(statement).await.map(|()| Vec::new())
        }
        Action::Read => read(db, limited(Statement::new("SELECT n FROM `readings`"))).await,
        Action::Health => db.health_check().await.map(|_| Vec::new()),
        Action::CloseAndReopen => {
            db.close().await?;
            db.connect().await.map(|()| Vec::new())
        }
    }
}

pub(crate) fn statement(mark: i64) -> Statement {
    Statement::from_audited_text(format!("OPTIMIZE TABLE plain /* mark {mark} */"))
}

pub(crate) fn insert(table: Table, rows: &[i64], token: Option<&str>) -> Insert {
    let column: ArrayRef = Arc::new(Int64Array::from(rows.to_vec()));
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    let insert = Insert::new(Identifier::from_static(table.name()), batch);
    let insert = if table == Table::Tolerant { insert.idempotent() } else { insert };
    match token {
        Some(token) => insert.with_deduplication_token(token),
        None => insert,
    }
}
