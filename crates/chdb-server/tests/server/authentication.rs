//! Who is let in, and who is not.

use std::net::SocketAddr;
use std::time::Duration;

use chdb_server::{Access, ServerConfig, User};
use db_port::{QueryExecutor, QueryExecutorExt, Statement};

use crate::client::{as_user, client, execute, refusal, start, text};

/// The code for one session too many.
const NO_FURTHER_SESSION: Option<i32> = Some(700);

#[tokio::test]
async fn nobody_can_log_in_as_default() {
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let admin = User::new("admin", "p").with_access(Access::Everything);
    let server = start(ServerConfig::temporary().with_tcp(any).with_user(admin));
    let intruder = client(&format!("http://{}/default", server.http_address()));
    for sql in [
        "SELECT 1",
        "SELECT 1 SETTINGS max_sessions_for_user = 0",
        "SYSTEM STOP LISTEN HTTP",
        "SHOW PROCESSLIST",
        "KILL QUERY WHERE 1",
        "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    ] {
        assert_eq!(refusal(&intruder, sql).await, NO_FURTHER_SESSION, "{sql}");
        let lifted =
            Statement::from_audited_text(sql.into()).with_setting("max_sessions_for_user", 0);
        assert_eq!(
            intruder.query_all(lifted).await.unwrap_err().code(),
            NO_FURTHER_SESSION,
            "{sql}"
        );
    }
    let wrong = as_user(&server, "default", "guess");
    assert!(matches!(refusal(&wrong, "SELECT 1").await, Some(194 | 516)));
    let native = server.native_port().unwrap();
    let admin = client(&server.url());
    let through = format!("SELECT 1 FROM remote('127.0.0.1:{native}', system.one, 'default', '')");
    let error = text(&admin, &through).await.unwrap_err();
    assert!(error.to_string().contains("USER_SESSION_LIMIT_EXCEEDED"), "{error}");
}

#[tokio::test]
async fn a_reader_reads_and_changes_nothing() {
    let writer = User::new("writer", "w");
    let reader = User::new("reader", "r").with_access(Access::Read);
    let server = start(ServerConfig::temporary().with_user(writer).with_user(reader));
    let (writer, reader) = (client(&server.url()), as_user(&server, "reader", "r"));
    execute(&writer, "CREATE TABLE t (n Int8) ENGINE = MergeTree ORDER BY n").await;
    execute(&writer, "INSERT INTO t VALUES (7)").await;
    assert_eq!(text(&reader, "SELECT sum(n) FROM t").await.unwrap(), "7");
    let limited = Statement::new("SELECT n FROM t").with_setting("max_threads", 1);
    assert_eq!(reader.query_all(limited).await.unwrap().num_rows(), 1);
    for sql in [
        "INSERT INTO t VALUES (8)",
        "DROP TABLE t",
        "ALTER TABLE t DELETE WHERE 1",
        "TRUNCATE TABLE t",
        "CREATE TABLE u (n Int8) ENGINE = Memory",
        "CREATE DATABASE d",
        "SET readonly = 0",
    ] {
        let code = refusal(&reader, sql).await;
        assert!(matches!(code, Some(164 | 497)), "{sql}: {code:?}");
    }
    assert_eq!(text(&writer, "SELECT sum(n) FROM t").await.unwrap(), "7");
}

#[tokio::test]
async fn a_password_is_needed_where_there_is_one() {
    let server = start(
        ServerConfig::temporary()
            .with_user(User::new("with", "secret"))
            .with_user(User::without_password("without")),
    );
    for (name, password) in [("with", ""), ("with", "Secret"), ("nobody", "secret")] {
        assert_eq!(
            refusal(&as_user(&server, name, password), "SELECT 1").await,
            Some(516),
            "{name}"
        );
    }
    for (name, password) in [("with", "secret"), ("without", "")] {
        assert_eq!(
            text(&as_user(&server, name, password), "SELECT currentUser()").await.unwrap(),
            name
        );
    }
}

#[tokio::test]
async fn a_quota_ends() {
    let hourly = User::new("u", "p").with_quota(3, Duration::from_secs(3600));
    let server = start(ServerConfig::temporary().with_user(hourly));
    let db = client(&server.url());
    execute(&db, "CREATE TABLE t (n Int8) ENGINE = MergeTree ORDER BY n").await;
    let mut codes = Vec::new();
    for _ in 0..5 {
        let read = db.query_all(Statement::new("SELECT n FROM t")).await;
        codes.push(read.err().and_then(|error| error.code()));
    }
    assert_eq!(codes.last(), Some(&Some(201)), "{codes:?}");
    db.close().await.unwrap();
}
