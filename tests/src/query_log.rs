//! What a server's own log says about the statements that it was sent.

use std::time::Duration;

use arrow_array::{Int32Array, StringArray, UInt64Array};
use db_port::{QueryExecutor, QueryExecutorExt, Statement};
use tokio::time::{Instant, sleep};

use crate::table::array;

/// A statement that reached the server, and how it ended there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The name that the client gave it.
    pub query_id: String,
    /// Whether it began to run; else it was turned away before.
    pub started: bool,
    /// The exception that ended it, 0 if all went well; none while it runs.
    pub code: Option<i32>,
    /// Rows that it stored.
    pub written_rows: u64,
}

const WRITE: Statement = Statement::new("SYSTEM FLUSH LOGS query_log");

/// Each is in the log up to twice: when it starts, and when it ends or is turned away.
const READ: Statement = Statement::new(
    "SELECT query_id, toUInt64(countIf(type = 'QueryStart')) AS started, \
            toUInt64(countIf(type != 'QueryStart')) AS ended, \
            toInt32(max(exception_code)) AS code, toUInt64(max(written_rows)) AS written_rows \
     FROM system.query_log \
     WHERE current_database = currentDatabase() AND position(query, {part:String}) > 0 \
         AND NOT match(query, 'system[.](query_log|processes)') AND is_initial_query \
     GROUP BY query_id ORDER BY min(event_time_microseconds), query_id",
);

/// How long a statement may take to end.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// What `db`'s server was sent so far in `db`'s database with `part` in its text, in the order of its
/// beginning.
///
/// # Panics
/// If the log cannot be read.
pub async fn so_far(db: &dyn QueryExecutor, part: &str) -> Vec<Logged> {
    db.execute(WRITE).await.unwrap();
    let rows = db.query_all(READ.bind("part", part)).await.unwrap();
    let count = |name, row| array::<UInt64Array>(&rows, name).value(row);
    let logged = (0..rows.num_rows()).map(|row| Logged {
        query_id: array::<StringArray>(&rows, "query_id").value(row).to_owned(),
        started: count("started", row) > 0,
        code: (count("ended", row) > 0).then(|| array::<Int32Array>(&rows, "code").value(row)),
        written_rows: count("written_rows", row),
    });
    logged.collect()
}

/// As [`so_far`], when `count` such statements have come and all of them have ended.
///
/// # Panics
/// If that does not happen within some seconds.
pub async fn ended(db: &dyn QueryExecutor, part: &str, count: usize) -> Vec<Logged> {
    let end = Instant::now() + TIME_LIMIT;
    loop {
        let logged = so_far(db, part).await;
        if logged.len() >= count && logged.iter().all(|logged| logged.code.is_some()) {
            assert_eq!(logged.len(), count, "{part}: {logged:#?}");
            return logged;
        }
        assert!(Instant::now() < end, "{part}: waited for {count} to end: {logged:#?}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// What statements cost a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// How many they are.
    pub statements: u64,
    /// Rows that the engine read for them.
    pub read_rows: u64,
}

const COST: Statement = Statement::new(
    "SELECT count() AS statements, sum(read_rows) AS read_rows FROM system.query_log \
     WHERE current_database = currentDatabase() AND type != 'QueryStart' AND is_initial_query \
         AND NOT match(query, 'system[.]query_log|SYSTEM FLUSH LOGS')",
);

/// What all statements cost `db`'s server that have ended in `db`'s database.
///
/// # Panics
/// If the log cannot be read.
pub async fn cost_so_far(db: &dyn QueryExecutor) -> Cost {
    db.execute(WRITE).await.unwrap();
    let row = db.query_one(COST).await.unwrap();
    let count = |name| array::<UInt64Array>(&row, name).value(0);
    Cost { statements: count("statements"), read_rows: count("read_rows") }
}

impl std::ops::Sub for Cost {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            statements: self.statements - before.statements,
            read_rows: self.read_rows - before.read_rows,
        }
    }
}

impl Cost {
    /// # Panics
    /// If it is more, or if there is none, because then nothing was measured.
    pub fn is_at_most(self, statements: u64, read_rows: u64, what: &str) {
        assert!(self.statements > 0, "{what}: no statement was seen");
        let few = self.statements <= statements && self.read_rows <= read_rows;
        assert!(few, "{what}: {self:?}, but at most {statements} statements and {read_rows} rows");
    }
}
