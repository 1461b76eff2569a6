//! Servers on the program of this build, and users of them.

use std::path::Path;

use chdb_server::{Server, ServerConfig};
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{DbError, QueryExecutor, QueryExecutorExt, Statement};

/// The program that the tests start as the child.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_chdb-server");

pub(crate) fn start(config: ServerConfig) -> Server {
    Server::start(config.with_program(PROGRAM)).unwrap_or_else(|error| panic!("{error}"))
}

/// Somebody on the server, as a URL names them.
pub(crate) fn client(url: &str) -> ClickHouseManager {
    ClickHouseManager::new(ClickHouseConfig::from_url(url).unwrap()).unwrap()
}

/// On the same server, somebody else.
pub(crate) fn as_user(server: &Server, name: &str, password: &str) -> ClickHouseManager {
    client(&format!("http://{name}:{password}@{}/default", server.http_address()))
}

pub(crate) async fn execute(db: &ClickHouseManager, sql: &str) {
    let done = db.execute(Statement::from_audited_text(sql.to_owned())).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The only value of the only row, as text.
pub(crate) async fn text(db: &ClickHouseManager, sql: &str) -> Result<String, DbError> {
    let sql = format!("SELECT toString(({sql})) AS value");
    let row = db.query_one(Statement::from_audited_text(sql)).await?;
    Ok(db_port::column::<arrow_array::StringArray>(&row, "value")?.value(0).to_owned())
}

/// The code with which the server refuses a statement.
pub(crate) async fn refusal(db: &ClickHouseManager, sql: &str) -> Option<i32> {
    let statement = Statement::from_audited_text(sql.to_owned()).with_timeout(LIMIT);
    match db.execute(statement).await {
        Ok(()) => panic!("this was done: {sql}"),
        Err(error) => error.code(),
    }
}

/// Longer than anything here takes that does not hang.
pub(crate) const LIMIT: std::time::Duration = std::time::Duration::from_secs(20);

/// Whether a process is there and no zombie.
pub(crate) fn is_running(pid: u32) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"));
    stat.is_ok_and(|stat| {
        !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z')
    })
}

/// Waits for what has to come.
pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begin = std::time::Instant::now();
    while !done() {
        assert!(begin.elapsed() < LIMIT, "{what} takes too long");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
