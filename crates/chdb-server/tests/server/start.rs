//! A server that starts, and what it is then.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use chdb_server::{Access, Cluster, Server, ServerConfig, Stopped, User};
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{QueryExecutor, QueryExecutorExt, Statement};

use crate::client::{PROGRAM, as_user, client, execute, start, text, until};

#[tokio::test]
async fn a_store_is_the_same_embedded_and_served() {
    let folder = tempfile::tempdir().unwrap();
    let embedded = ChdbExecutor::new(ChdbConfig::on_disk(folder.path()));
    let make = "CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n";
    embedded.execute(Statement::new(make)).await.unwrap();
    embedded.execute(Statement::new("INSERT INTO t VALUES (1), (2)")).await.unwrap();
    embedded.close().await.unwrap();

    let server = start(ServerConfig::at(folder.path()));
    let db = client(&server.url());
    assert_eq!(text(&db, "SELECT sum(n) FROM t").await.unwrap(), "3");
    execute(&db, "INSERT INTO t VALUES (4)").await;
    db.close().await.unwrap();
    assert_eq!(server.stop(), Stopped::Cleanly);

    let embedded = ChdbExecutor::new(ChdbConfig::on_disk(folder.path()));
    let rows = embedded.query_one(Statement::new("SELECT sum(n) AS n FROM t")).await.unwrap();
    let sum = db_port::column::<arrow_array::UInt64Array>(&rows, "n").unwrap().value(0);
    embedded.close().await.unwrap();
    assert_eq!(sum, 7);
}

#[tokio::test]
async fn free_ports_are_told_and_the_native_one_is_spoken() {
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let admin = User::new("admin", "p").with_access(Access::Everything);
    let server = start(ServerConfig::temporary().with_http(any).with_tcp(any).with_user(admin));
    let native = server.native_port().unwrap();
    assert_ne!(server.http_address().port(), 0);
    assert_eq!(server.tcp_address().unwrap().port(), native);
    let db = client(&server.url());
    let through =
        format!("SELECT version() FROM remote('127.0.0.1:{native}', system.one, 'admin', 'p')");
    assert_eq!(text(&db, &through).await.unwrap(), server.version());
    assert_eq!(text(&db, "SELECT getServerPort('tcp_port')").await.unwrap(), native.to_string());
}

#[tokio::test]
async fn what_was_asked_for_is_in_force() {
    let backups = tempfile::tempdir().unwrap();
    let shard: SocketAddr = "127.0.0.1:9".parse().unwrap();
    let config = ServerConfig::temporary()
        .with_user(User::new("u", "p").with_setting("max_threads", 3))
        .with_query_log()
        .with_memory_limit(3_000_000_000)
        .with_backups(backups.path())
        .with_macro("shard", "s1")
        .with_cluster(Cluster::new("two", "u", "p").with_shard([shard]).with_shard([shard]));
    let server = start(config);
    let db = client(&server.url());
    for (sql, value) in [
        (
            "SELECT value FROM system.server_settings WHERE name = 'max_server_memory_usage'",
            "3000000000",
        ),
        ("SELECT getSetting('max_threads')", "3"),
        ("SELECT getMacro('shard')", "s1"),
        ("SELECT count() FROM system.clusters WHERE cluster = 'two'", "2"),
    ] {
        assert_eq!(text(&db, sql).await.unwrap(), value, "{sql}");
    }
    execute(&db, "CREATE TABLE t (n Int8) ENGINE = MergeTree ORDER BY n").await;
    let to = backups.path().join("one");
    execute(&db, &format!("BACKUP TABLE t TO File('{}')", to.display())).await;
    assert!(to.join(".backup").is_file());
    execute(&db, "SYSTEM FLUSH LOGS").await;
    let logged =
        "SELECT count() > 0 FROM system.query_log WHERE query LIKE 'BACKUP%' AND user = 'u'";
    assert_eq!(text(&db, logged).await.unwrap(), "1");
}

#[tokio::test]
async fn a_path_of_any_characters_and_a_password_of_any_work() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("it's \"a\" <store> & 100% ö");
    let password = "p' \"&<>:@/?#%\\\u{1F600}";
    let server = start(ServerConfig::at(&store).with_user(User::new("Jé.b-1", password)));
    let db = client(&server.url());
    execute(&db, "CREATE TABLE t (n Int8) ENGINE = MergeTree ORDER BY n").await;
    assert_eq!(text(&db, "SELECT currentUser()").await.unwrap(), "Jé.b-1");
    assert!(store.join("server.log").is_file() && store.join("metadata").is_dir());
    db.close().await.unwrap();
    assert_eq!(server.stop(), Stopped::Cleanly);
}

#[test]
fn the_configuration_is_for_its_owner_only_and_gone_when_the_server_is_there() {
    let temporary = tempfile::tempdir().unwrap();
    let store = temporary.path().join("kept");
    let mut program = Command::new(PROGRAM);
    program.args(["--http", "127.0.0.1:0", "--path"]).arg(&store).env("TMPDIR", temporary.path());
    let mut child = program.stdout(Stdio::piped()).spawn().unwrap();
    let mut mode = None;
    until("the configuration", || {
        let entries = fs::read_dir(temporary.path()).unwrap().flatten();
        let ours =
            |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with("chdb-server-");
        mode = entries.into_iter().find(ours).and_then(|entry| entry.metadata().ok());
        mode.is_some()
    });
    assert_eq!(mode.unwrap().permissions().mode() & 0o777, 0o700);
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening on "), "{line}");
    let left: Vec<_> = fs::read_dir(temporary.path()).unwrap().map(|e| e.unwrap().path()).collect();
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    assert_eq!(left, [store]);
}

#[tokio::test]
async fn two_servers_run_beside_each_other() {
    let (one, other): (Server, Server) =
        (start(ServerConfig::temporary()), start(ServerConfig::temporary()));
    assert_ne!(one.http_address(), other.http_address());
    for server in [&one, &other] {
        assert_eq!(text(&client(&server.url()), "SELECT 1").await.unwrap(), "1");
    }
    let stranger = client(
        &one.url().replace(&one.http_address().to_string(), &other.http_address().to_string()),
    );
    assert_eq!(text(&stranger, "SELECT 1").await.unwrap_err().code(), Some(516));
    assert_eq!(
        text(&as_user(&one, "nobody", "x"), "SELECT 1").await.unwrap_err().code(),
        Some(516)
    );
}
