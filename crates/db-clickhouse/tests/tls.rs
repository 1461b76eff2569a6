//! Who is trusted over TLS, and what becomes of everybody else.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;
#[path = "support/tls.rs"]
mod tls;

use std::path::Path;

use arrow_array::RecordBatch;
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{DbError, QueryExecutorExt, Result, Retryability, Statement};
use support::{arrow, numbers, shown};
use tls::{Authority, Identity, Server};
use tokio_rustls::rustls::version::{TLS12, TLS13};

const HOST: &str = "127.0.0.1";

async fn server(identity: &Identity) -> Server {
    Server::start(identity, None, &[&TLS12, &TLS13], arrow(&[numbers(&[7])])).await
}

/// The configuration for a server at `HOST` that `authority` vouches for.
fn config(server: &Server, authority: &Authority) -> ClickHouseConfig {
    ClickHouseConfig::default()
        .with_host(HOST)
        .with_port(server.port)
        .with_secure(true)
        .with_compression(false)
        .with_ca_file(authority.file())
}

async fn ask(config: ClickHouseConfig) -> Result<RecordBatch> {
    ClickHouseManager::new(config)?.query_all(Statement::new("SELECT n FROM t")).await
}

/// The handshake fails in a way that waiting does not mend.
async fn assert_refused(server: &Server, config: ClickHouseConfig, reason: &str) {
    let error = ask(config).await.unwrap_err();
    let DbError::Configuration { key, reason: told } = &error else { panic!("{error:?}") };
    assert_eq!(key, "secure");
    assert!(told.contains(reason) && told.contains(&server.port.to_string()), "{told}");
    assert_eq!(error.retryability(), Retryability::Never);
    assert_eq!(server.connections(), 1, "it was tried again");
}

#[tokio::test]
async fn a_server_of_ones_own_authority_is_trusted() {
    let authority = Authority::new("ours");
    let server = server(&authority.identity(HOST)).await;
    let rows = ask(config(&server, &authority)).await.unwrap();
    assert_eq!(rows, numbers(&[7]));
}

#[tokio::test]
async fn the_url_and_the_environment_name_the_authority_too() {
    let authority = Authority::new("ours");
    let server = server(&authority.identity(HOST)).await;
    let file = authority.file();
    let url = format!(
        "clickhouse://{HOST}:{}?secure&compression=0&ca_file={}",
        server.port,
        file.display()
    );
    assert!(ask(ClickHouseConfig::from_url(&url).unwrap()).await.is_ok());
    let lookup = |name: &str| match name {
        "CLICKHOUSE_URL" => Some(format!("https://{HOST}:{}?compression=0", server.port).into()),
        "CLICKHOUSE_CA_FILE" => Some(file.clone().into()),
        _ => None,
    };
    assert!(ask(ClickHouseConfig::from_vars(lookup).unwrap()).await.is_ok());
}

#[tokio::test]
async fn a_server_of_an_unknown_authority_is_refused_and_not_tried_again() {
    let (known, unknown) = (Authority::new("known"), Authority::new("unknown"));
    let server = server(&unknown.identity(HOST)).await;
    assert_refused(&server, config(&server, &known), "UnknownIssuer").await;
}

#[tokio::test]
async fn a_server_with_another_name_is_refused() {
    let authority = Authority::new("ours");
    let server = server(&authority.identity("other.example")).await;
    assert_refused(&server, config(&server, &authority), "not valid for name").await;
}

#[tokio::test]
async fn a_server_with_an_expired_certificate_is_refused() {
    let authority = Authority::new("ours");
    let server = server(&authority.expired(HOST)).await;
    assert_refused(&server, config(&server, &authority), "expired").await;
}

#[tokio::test]
async fn without_verification_anybody_is_accepted() {
    let (known, unknown) = (Authority::new("known"), Authority::new("unknown"));
    for identity in [unknown.identity("other.example"), unknown.expired(HOST)] {
        for version in [&TLS12, &TLS13] {
            let server = Server::start(&identity, None, &[version], arrow(&[numbers(&[7])])).await;
            assert!(ask(config(&server, &known).with_verify(false)).await.is_ok());
        }
    }
}

#[tokio::test]
async fn a_client_certificate_that_the_server_asks_for_is_shown() {
    let authority = Authority::new("ours");
    let client = authority.identity("client");
    for version in [&TLS12, &TLS13] {
        let identity = authority.identity(HOST);
        let body = arrow(&[numbers(&[7])]);
        let server = Server::start(&identity, Some(&authority), &[version], body).await;
        let config = config(&server, &authority)
            .with_client_certificate(&client.cert_file, &client.key_file);
        assert!(ask(config).await.is_ok());
    }
}

#[tokio::test]
async fn a_client_without_the_certificate_that_the_server_asks_for_is_told_so() {
    let (authority, strangers) = (Authority::new("ours"), Authority::new("strangers"));
    let stranger = strangers.identity("client");
    let identity = authority.identity(HOST);
    for version in [&TLS12, &TLS13] {
        for client in [None, Some(&stranger)] {
            let server = Server::start(&identity, Some(&authority), &[version], vec![]).await;
            let mut config = config(&server, &authority);
            if let Some(Identity { cert_file, key_file }) = client {
                config = config.with_client_certificate(cert_file, key_file);
            }
            assert_refused(&server, config, "check client_cert_file").await;
        }
    }
}

/// What `ClickHouseManager::new` says, before anything is opened.
fn refused(config: ClickHouseConfig, key: &str, path: &Path) {
    let error = ClickHouseManager::new(config.with_secure(true)).unwrap_err();
    let text = shown(&error);
    assert!(matches!(&error, DbError::Configuration { key: told, .. } if told == key), "{text}");
    assert!(text.contains(path.to_str().unwrap()), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn files_that_cannot_be_used_are_named_before_anything_is_opened() {
    let authority = Authority::new("ours");
    let (one, other) = (authority.identity("one"), authority.identity("other"));
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let broken_pem =
        "-----BEGIN CERTIFICATE-----\nhunter2!\n-----END CERTIFICATE-----\n".to_owned();
    let unusable = [
        folder.path().join("missing"),
        folder.path().to_owned(),
        file("empty", ""),
        file("text", "hunter2"),
        file("broken", &broken_pem),
        file("der", &broken_pem.replace("hunter2!", "aHVudGVyMg==")),
    ];
    let config = ClickHouseConfig::default;
    for path in &unusable {
        refused(config().with_ca_file(path), "ca_file", path);
        let config = config().with_ca_file(authority.file());
        if path.ends_with("der") {
            // Only the server can tell what it is.
            continue;
        }
        let cert = config.clone().with_client_certificate(path, &one.key_file);
        refused(cert, "client_cert_file", path);
        refused(config.with_client_certificate(&one.cert_file, path), "client_key_file", path);
    }
    let mixed = config()
        .with_ca_file(authority.file())
        .with_client_certificate(&one.cert_file, &other.key_file);
    refused(mixed.clone(), "client_key_file", &other.key_file);
    refused(mixed, "client_key_file", &one.cert_file);
}
