//! An executor that plays a script.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use db_port::adapter::check_settings;
use db_port::{
    DbError, Health, Insert, InsertSummary, QueryExecutor, RecordStream, Result, Statement,
};

use crate::call::Call;
use crate::reply::QueryReply;
use crate::script::Script;
use crate::step::Step;

/// An executor that plays a script: answers are queued, and calls take them in the same order.
///
/// The test fails, by a panic, on
/// - a call that is not the next one queued, whatever its kind; the message shows both sides;
/// - [`ScriptedExecutor::assert_finished`] and drop, while something queued was not asked for, or
///   after an unexpected call, even if a task swallowed its panic.
///
/// As adapters do, it refuses what [`Statement::check`] or [`Insert::settings`] refuses, and after
/// `close` any call but `connect`; such a call takes nothing from the queue and is not recorded.
/// Connecting and closing need no script.
#[derive(Debug, Default)]
pub struct ScriptedExecutor {
    script: Mutex<Script>,
    connection: Mutex<Connection>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Connection {
    #[default]
    Idle,
    Open,
    Closed,
}

impl ScriptedExecutor {
    /// An executor with an empty script, which expects no call.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Expects a query whose text contains `text`, and answers it with a batch, an error, or a
    /// [`QueryReply`] made of several. Runs of white space count as one space; an empty `text`
    /// expects any query.
    pub fn on_query(&self, text: impl Into<String>, reply: impl Into<QueryReply>) -> &Self {
        self.push(Step::Query { text: text.into(), reply: reply.into() })
    }

    /// Expects a statement without rows whose text contains `text`, as for
    /// [`ScriptedExecutor::on_query`].
    pub fn on_execute(&self, text: impl Into<String>, reply: Result<()>) -> &Self {
        self.push(Step::Execute { text: text.into(), reply })
    }

    /// Expects an insert into `table`; when it succeeds, it acknowledges every row.
    pub fn on_insert(&self, table: impl Into<String>, reply: Result<()>) -> &Self {
        self.push(Step::Insert { table: table.into(), reply })
    }

    /// Expects a health check.
    pub fn on_health(&self, reply: Result<Health>) -> &Self {
        self.push(Step::HealthCheck { reply })
    }

    /// Everything that was asked, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.script).calls().to_vec()
    }

    /// The statements that were asked, with rows and without, in order.
    #[must_use]
    pub fn statements(&self) -> Vec<Statement> {
        let statement = |call| match call {
            Call::Query(statement) | Call::Execute(statement) => Some(statement),
            Call::Insert(_) | Call::HealthCheck => None,
        };
        self.calls().into_iter().filter_map(statement).collect()
    }

    /// The inserts that were asked, in order.
    #[must_use]
    pub fn inserts(&self) -> Vec<Insert> {
        let insert = |call| match call {
            Call::Insert(insert) => Some(insert),
            Call::Query(_) | Call::Execute(_) | Call::HealthCheck => None,
        };
        self.calls().into_iter().filter_map(insert).collect()
    }

    /// Checks that all that was queued was asked for, and nothing else. Dropping the executor
    /// checks the same.
    ///
    /// # Panics
    /// If not.
    #[track_caller]
    pub fn assert_finished(&self) {
        let complaint = lock(&self.script).complaint();
        if let Some(complaint) = complaint {
            fail(&complaint);
        }
    }

    fn push(&self, step: Step) -> &Self {
        lock(&self.script).push(step);
        self
    }

    fn play<R>(&self, call: Call, answer: impl FnOnce(Step) -> Result<R, Step>) -> R {
        let played = lock(&self.script).play(call, answer);
        played.unwrap_or_else(|surprise| fail(&surprise))
    }

    fn connect_unless_closed(&self) -> Result<()> {
        let mut connection = lock(&self.connection);
        if *connection == Connection::Closed {
            return Err(DbError::Closed);
        }
        *connection = Connection::Open;
        Ok(())
    }
}

/// A panic is an ordinary event here, so that a poisoned lock is no reason for another.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::panic, reason = "a call that does not fit the script must fail the test")]
#[track_caller]
fn fail(message: &str) -> ! {
    panic!("{message}")
}

impl Drop for ScriptedExecutor {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_finished();
        }
    }
}

impl fmt::Display for ScriptedExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("scripted executor")
    }
}

#[async_trait]
impl QueryExecutor for ScriptedExecutor {
    async fn connect(&self) -> Result<()> {
        *lock(&self.connection) = Connection::Open;
        Ok(())
    }

    fn is_connected(&self) -> bool {
        *lock(&self.connection) == Connection::Open
    }

    async fn query(&self, statement: Statement) -> Result<RecordStream> {
        statement.check()?;
        self.connect_unless_closed()?;
        self.play(Call::Query(statement.clone()), |step| step.for_query(&statement)).into_stream()
    }

    async fn execute(&self, statement: Statement) -> Result<()> {
        statement.check()?;
        self.connect_unless_closed()?;
        self.play(Call::Execute(statement.clone()), |step| step.for_execute(&statement))
    }

    async fn insert(&self, insert: Insert) -> Result<InsertSummary> {
        check_settings(insert.settings())?;
        self.connect_unless_closed()?;
        self.play(Call::Insert(insert.clone()), |step| step.for_insert(&insert))?;
        Ok(InsertSummary::new(insert.batch().num_rows() as u64))
    }

    async fn health_check(&self) -> Result<Health> {
        self.connect_unless_closed()?;
        self.play(Call::HealthCheck, Step::for_health_check)
    }

    async fn close(&self) -> Result<()> {
        *lock(&self.connection) = Connection::Closed;
        Ok(())
    }
}
