//! What counts as ClickHouse's word that an insert or a statement was done.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use db_clickhouse::ClickHouseManager;
use db_port::{DbError, Insert, QueryExecutor, Statement};
use support::table::{T, columns};
use support::{arrow, config, manager, numbers};
use wiremock::matchers::{body_string_contains, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

const SUMMARY: &str = r#"{"read_rows":"1","written_rows":"1"}"#;

/// A server with a table, and with this answer to all that changes it.
async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(body_string_contains("SELECT * FROM `t` WHERE 0"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(arrow(&[columns()])))
        .mount(&server)
        .await;
    Mock::given(method("POST")).respond_with(answer).mount(&server).await;
    server
}

#[tokio::test]
async fn a_page_with_status_200_acknowledges_nothing() {
    for page in ["", "<h1>It works!</h1>", "Ok.\n", "X-ClickHouse-Summary: {}\r\n\r\n"] {
        let server = answering(ResponseTemplate::new(200).set_body_string(page)).await;
        let db = manager(&server.address().to_string());
        let insert = db.insert(Insert::new(T, numbers(&[1]))).await.map(drop);
        let statement = db.execute(Statement::new("TRUNCATE TABLE t")).await;
        for result in [insert, statement] {
            let Err(DbError::OutcomeUnknown { source: Some(source), .. }) = result else {
                panic!("{page:?}: {result:?}");
            };
            assert!(source.to_string().contains("ClickHouse"), "{source}");
        }
    }
}

#[tokio::test]
async fn the_servers_summary_acknowledges_on_every_request_of_a_connection() {
    let answer = ResponseTemplate::new(200).insert_header("X-ClickHouse-Summary", SUMMARY);
    let server = answering(answer).await;
    let db = manager(&server.address().to_string());
    for _ in 0..3 {
        db.insert(Insert::new(T, numbers(&[1]))).await.unwrap();
        db.execute(Statement::new("TRUNCATE TABLE t")).await.unwrap();
    }
}

#[tokio::test]
async fn fewer_rows_written_than_sent_are_no_acknowledgement_and_are_not_sent_again() {
    for (written, is_stored) in [("0", false), ("2", false), ("3", true), ("7", true)] {
        let summary = format!(r#"{{"read_rows":"9","written_rows":"{written}"}}"#);
        let answer = ResponseTemplate::new(200).insert_header("X-ClickHouse-Summary", summary);
        let server = answering(answer).await;
        let config = config(&server.address().to_string()).with_max_retries(3);
        let db = ClickHouseManager::new(config).unwrap();
        let stored = db.insert(Insert::new(T, numbers(&[1, 2, 3])).idempotent()).await;
        match stored {
            Ok(summary) => assert_eq!((summary.rows, is_stored), (3, true)),
            Err(DbError::OutcomeUnknown { source: Some(source), .. }) => {
                assert!(!is_stored, "{source}");
                let text = source.to_string();
                assert!(text.contains("3 rows") && text.contains(written), "{text}");
            }
            Err(error) => panic!("{error:?}"),
        }
        let requests = server.received_requests().await.unwrap();
        let inserts = requests.iter().filter(|request| request.url.as_str().contains("INSERT"));
        assert_eq!(inserts.count(), 1);
    }
}

/// Answers an insert with the server's summary when it has read no more than its head.
fn early(listener: &TcpListener) {
    let columns = arrow(&[columns()]);
    loop {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let read = stream.read(&mut request).unwrap();
        let is_insert = String::from_utf8_lossy(&request[..read]).contains("INSERT");
        let body = if is_insert { &[][..] } else { &columns };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nX-ClickHouse-Summary: {SUMMARY}\r\n\
             Connection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        if is_insert {
            thread::sleep(Duration::from_secs(2));
            return;
        }
    }
}

#[tokio::test]
async fn an_answer_before_the_last_row_was_sent_acknowledges_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let db = manager(&listener.local_addr().unwrap().to_string());
    let server = thread::spawn(move || early(&listener));
    let rows = vec![7; 4_000_000];
    let error = db.insert(Insert::new(T, numbers(&rows))).await.unwrap_err();
    assert!(matches!(error, DbError::OutcomeUnknown { .. }), "{error:?}");
    server.join().unwrap();
}
