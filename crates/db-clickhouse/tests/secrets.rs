//! Secrets are planted everywhere and looked for in everything that is shown or logged.
#![allow(clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use std::fmt::{Debug, Display};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{DbError, Identifier, Insert, QueryExecutor, QueryExecutorExt, Statement};
use futures_util::future::join_all;
use support::{arrow, exception, refusing_address, shown, version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tracing_subscriber::filter::LevelFilter;

const PASSWORD: &str = "planted-password";
const URL_PASSWORD: &str = "planted-in-url";
const FILE_PASSWORD: &str = "planted-in-file";
const TOKEN: &str = "planted-token";
const TOKEN_IN_VARIABLE: &str = "planted-in-variable";
const PARAMETER: &str = "planted-parameter";
const ROW: &str = "planted-row";
const PLANTED: &str = "planted-";

/// Whatever is shown or logged, for all parts of the test.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<u8>>>);

impl Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seen {
    fn add(&mut self, value: &(impl Debug + Display)) {
        write!(self, "{value}\n{value:#}\n{value:?}\n{value:#?}\n").unwrap();
    }

    fn add_error(&mut self, error: &DbError) {
        self.add(error);
        writeln!(self, "{}", shown(error)).unwrap();
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// What a server does with each of its connections.
#[derive(Debug, Clone)]
enum Behaviour {
    Answers(u16, Vec<u8>),
    HangsUp,
    IsSilent,
}

/// Starts a server that ends with the test's runtime; returns its address.
async fn server(behaviour: Behaviour) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(play(stream, behaviour.clone()));
        }
    });
    address
}

async fn play(mut stream: TcpStream, behaviour: Behaviour) -> io::Result<()> {
    let mut request = vec![0; 4096];
    let _ = stream.read(&mut request).await?;
    match behaviour {
        Behaviour::HangsUp => {}
        Behaviour::IsSilent => std::future::pending().await,
        Behaviour::Answers(status, body) => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(&[head.as_bytes(), &body].concat()).await?;
            stream.shutdown().await?;
            // Until the client hangs up, so that the rest of its request does no harm.
            tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
        }
    }
    Ok(())
}

/// How long the silent server is waited for, and everything else.
const SHORT: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_secs(30);

/// Servers that cannot be reached or used, each in its own way, and one that works; and how long
/// to wait for each.
async fn servers() -> Vec<(String, Duration)> {
    let free = refusing_address();
    let wrong = exception(516, "reader: Authentication failed: password is incorrect.");
    let silent = server(Behaviour::IsSilent).await;
    let others = [
        free,
        // Too long a label, so that nobody is asked for it.
        format!("{}.invalid:8123", "x".repeat(64)),
        server(Behaviour::Answers(403, wrong.into_bytes())).await,
        server(Behaviour::Answers(500, exception(202, "Too many queries.").into_bytes())).await,
        server(Behaviour::Answers(503, b"<html>503 Unavailable</html>".to_vec())).await,
        server(Behaviour::Answers(400, b"<h1>It works.</h1>".to_vec())).await,
        server(Behaviour::Answers(200, b"not Arrow at all".to_vec())).await,
        server(Behaviour::Answers(200, arrow(&[version()]))).await,
        server(Behaviour::HangsUp).await,
    ];
    others.map(|address| (address, LONG)).into_iter().chain([(silent, SHORT)]).collect()
}

/// One configuration for each way to give a secret.
fn configurations(address: &str, file: &str) -> Vec<ClickHouseConfig> {
    let base = || ClickHouseConfig::from_url(&format!("http://{address}/prices")).unwrap();
    let variables = |name: &'static str, value: &str| {
        let (url, value) = (format!("http://{address}"), value.to_owned());
        let lookup = move |asked: &str| match asked {
            "CLICKHOUSE_URL" => Some((&url).into()),
            _ => (asked == name).then(|| (&value).into()),
        };
        ClickHouseConfig::from_vars(lookup).unwrap()
    };
    vec![
        base().with_user("reader").with_password(PASSWORD),
        base().with_access_token(TOKEN),
        ClickHouseConfig::from_url(&format!("http://reader:{URL_PASSWORD}@{address}")).unwrap(),
        variables("CLICKHOUSE_PASSWORD_FILE", file),
        variables("CLICKHOUSE_ACCESS_TOKEN", TOKEN_IN_VARIABLE),
        base().with_password(PASSWORD).with_secure(true).with_verify(false),
    ]
}

/// Every call, and what it and the executor show.
async fn use_everything(config: ClickHouseConfig, limit: Duration, mut seen: Seen) {
    seen.add(&config);
    let config = config
        .with_max_retries(1)
        .with_retry_base_delay(Duration::from_millis(1))
        .with_connect_timeout(limit)
        .with_send_receive_timeout(limit)
        .with_health_timeout(limit)
        .with_close_timeout(limit);
    let db = ClickHouseManager::new(config).unwrap();
    seen.add(&db);
    let row: ArrayRef = Arc::new(StringArray::from(vec![ROW]));
    let rows = RecordBatch::try_from_iter([("version", row)]).unwrap();
    let insert = Insert::new(Identifier::from_static("t"), rows);
    let query = Statement::new("SELECT {p:String} AS version").bind("p", PARAMETER);
    let results = [
        db.connect().await,
        db.query_all(query.clone()).await.map(drop),
        db.query_all(query.clone().with_timeout(limit)).await.map(drop),
        db.query_one(query.clone().with_setting("max_threads", 1)).await.map(drop),
        db.execute(query.clone()).await,
        db.execute(query.with_setting("user", "x")).await,
        db.insert(insert).await.map(drop),
        db.health_check().await.map(drop),
        db.close().await,
    ];
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        seen.add_error(error);
    }
    seen.add(&db);
}

/// Configurations that are refused.
fn mistakes() -> Vec<DbError> {
    let refused = |config: ClickHouseConfig| ClickHouseManager::new(config).map(drop).unwrap_err();
    let config = ClickHouseConfig::default;
    vec![
        refused(config().with_password(format!("{PASSWORD}\n"))),
        refused(config().with_access_token(format!(" {TOKEN}"))),
        refused(config().with_access_token(TOKEN).with_password(PASSWORD)),
        ClickHouseConfig::from_url(&format!("http://u:{URL_PASSWORD}#@h")).unwrap_err(),
        ClickHouseConfig::from_url(&format!("http://u:{URL_PASSWORD}")).unwrap_err(),
        ClickHouseConfig::from_url(&format!("http://h?verify={URL_PASSWORD}")).unwrap_err(),
        ClickHouseConfig::from_vars(|_| Some(PASSWORD.into())).unwrap_err(),
    ]
}

#[tokio::test]
async fn nothing_that_is_shown_or_logged_holds_a_secret() {
    let mut seen = Seen::default();
    let log = seen.clone();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || log.clone())
        .init();
    tracing::trace!("what is logged arrives");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, FILE_PASSWORD).unwrap();
    let servers = servers().await;
    let uses = servers.iter().flat_map(|(address, limit)| {
        let configurations = configurations(address, file.to_str().unwrap()).into_iter();
        configurations.map(|config| use_everything(config, *limit, seen.clone()))
    });
    join_all(uses).await;
    for error in mistakes() {
        seen.add_error(&error);
    }

    let text = seen.text();
    for expected in [
        "what is logged arrives",
        "the attempt failed",
        "nothing listens there",
        "its name was not found",
        "password is incorrect",
        "TLS handshake",
        "timed out",
        "of access_token",
    ] {
        assert!(text.contains(expected), "{expected} was to be seen");
    }
    let leaks: Vec<_> = text.lines().filter(|line| line.contains(PLANTED)).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}
