//! What users cannot reach unless they have all rights: files, hosts and programs.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use chdb_server::{Access, ServerConfig, User};

use crate::client::{LIMIT, as_user, client, execute, start, text};
use db_port::{QueryExecutor, Statement};

/// A file that every machine has, and that no user has any business with.
const SECRET: &str = "/etc/passwd";

/// Statements that would read a file, with what they would show.
fn reads(url: &str) -> Vec<String> {
    [
        format!("SELECT file('{SECRET}')"),
        format!("SELECT file('{SECRET}', 'none')"),
        "SELECT file('metadata')".into(),
        "SELECT file('/proc/self/environ')".into(),
        format!("SELECT * FROM file('{SECRET}', 'LineAsString')"),
        format!("SELECT * FROM `{SECRET}`"),
        format!("SELECT * FROM fileCluster('default', '{SECRET}', 'LineAsString')"),
        "SELECT * FROM filesystem('/etc')".into(),
        format!("SELECT * FROM url('file://{SECRET}', 'LineAsString')"),
        format!("SELECT * FROM url('{url}', 'LineAsString')"),
        format!("SELECT * FROM s3('{url}', 'LineAsString')"),
        format!("SELECT * FROM s3('{url}/bucket/x.csv', NOSIGN, 'LineAsString')"),
        "SELECT * FROM icebergLocal('/etc')".into(),
        "SELECT * FROM deltaLakeLocal('/etc')".into(),
        "SELECT * FROM sqlite('/tmp/x.db', 't')".into(),
        "SELECT * FROM executable('id', TSV, 'a String')".into(),
        format!("SELECT * FROM mysql('{}', 'a', 'b', 'c', 'd')", url.trim_start_matches("http://")),
        format!(
            "SELECT * FROM postgresql('{}', 'a', 'b', 'c', 'd')",
            url.trim_start_matches("http://")
        ),
        format!("SELECT * FROM remote('{}', system.one)", url.trim_start_matches("http://")),
        format!(
            "SELECT * FROM mongodb('{}', 'a', 'b', 'c', 'd', 'e Int')",
            url.trim_start_matches("http://")
        ),
        format!("SELECT * FROM redis('{}', 'a', 'a String')", url.trim_start_matches("http://")),
        "SELECT catboostEvaluate('/etc/passwd', 1)".into(),
    ]
    .into()
}

/// Statements that would give a way to files, hosts or programs to whoever comes later.
fn makes(folder: &Path, url: &str) -> Vec<String> {
    let folder = folder.display();
    [
        format!("INSERT INTO FUNCTION file('{folder}/written', TSV, 'a Int8') SELECT 1"),
        format!("CREATE TABLE f (a String) ENGINE = File(TSV, '{SECRET}')"),
        format!("CREATE TABLE f (a String) ENGINE = URL('{url}', TSV)"),
        "CREATE TABLE f (a String) ENGINE = Executable('id', TSV)".into(),
        format!("CREATE TABLE f (a String) ENGINE = FileLog('{folder}', TSV)"),
        format!("CREATE TABLE f (a String) ENGINE = EmbeddedRocksDB(0, '{folder}/rocks') PRIMARY KEY a"),
        format!("CREATE DATABASE d ENGINE = SQLite('{folder}/written')"),
        "CREATE DATABASE d ENGINE = Filesystem('/etc')".into(),
        format!("CREATE DATABASE d ENGINE = Backup('x', File('{folder}'))"),
        format!("CREATE DICTIONARY d (k UInt64) PRIMARY KEY k SOURCE(FILE(PATH '{SECRET}' FORMAT 'TSV')) LAYOUT(FLAT()) LIFETIME(0)"),
        format!("CREATE DICTIONARY d (k UInt64) PRIMARY KEY k SOURCE(HTTP(URL '{url}' FORMAT 'TSV')) LAYOUT(FLAT()) LIFETIME(0)"),
        format!("CREATE TABLE m (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = local, path = '{folder}/')"),
        format!("CREATE TABLE m (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = web, endpoint = '{url}/')"),
        format!("CREATE TABLE m (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = object_storage, object_storage_type = local, metadata_type = plain, path = '{folder}/')"),
        format!("ATTACH TABLE a FROM '{folder}' (a Int8) ENGINE = MergeTree ORDER BY a"),
        format!("BACKUP TABLE t TO File('{folder}/backup')"),
        format!("BACKUP TABLE t TO S3('{url}/b', 'k', 's')"),
        format!("RESTORE TABLE t AS v FROM File('{folder}/backup')"),
        "CREATE USER u".into(),
        "GRANT ALL ON *.* TO walled".into(),
        "CREATE NAMED COLLECTION n AS a = 1".into(),
        "CREATE FUNCTION g AS (x) -> x".into(),
        "SYSTEM SHUTDOWN".into(),
        "SYSTEM KILL".into(),
        "SYSTEM STOP LISTEN HTTP".into(),
        "SYSTEM START LISTEN TCP".into(),
        "SYSTEM RELOAD CONFIG".into(),
    ]
    .into()
}

#[tokio::test]
async fn users_reach_no_file_no_host_and_no_program() {
    let folder = tempfile::tempdir().unwrap();
    let outside = TcpListener::bind("127.0.0.1:0").unwrap();
    outside.set_nonblocking(true).unwrap();
    let url = format!("http://{}", outside.local_addr().unwrap());
    let reader = User::new("reader", "p").with_access(Access::Read);
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let config = ServerConfig::temporary().with_tcp(any).with_user(User::new("walled", "p"));
    let server = start(config.with_user(reader));
    let walled = client(&server.url());
    execute(&walled, "CREATE TABLE t (n Int8) ENGINE = MergeTree ORDER BY n").await;
    let reader = as_user(&server, "reader", "p");
    for (who, db) in [("walled", &walled), ("reader", &reader)] {
        for sql in reads(&url).iter().chain(&makes(folder.path(), &url)) {
            let statement = Statement::from_audited_text(sql.clone()).with_timeout(LIMIT);
            let done = db.execute(statement).await;
            let error = done.err().unwrap_or_else(|| panic!("{who} may do this: {sql}"));
            assert!(!error.to_string().contains("root:"), "{who}: {sql}: {error}");
        }
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    let nobody_called = outside.accept().unwrap_err();
    assert_eq!(nobody_called.kind(), std::io::ErrorKind::WouldBlock);
    assert_eq!(text(&walled, "SELECT count() FROM t").await.unwrap(), "0");
}

#[tokio::test]
async fn a_user_who_may_do_everything_reads_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.tsv");
    std::fs::write(&file, "1\n2\n").unwrap();
    let admin = User::new("admin", "p").with_access(Access::Everything);
    let server = start(ServerConfig::temporary().with_user(admin));
    let read = format!("SELECT sum(n) FROM file('{}', TSV, 'n UInt8')", file.display());
    assert_eq!(text(&client(&server.url()), &read).await.unwrap(), "3");
}
