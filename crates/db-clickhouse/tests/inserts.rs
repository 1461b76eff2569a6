//! What becomes of inserts.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_ipc::reader::StreamReader;
use arrow_schema::{DataType, Field, Schema};
use db_clickhouse::{ClickHouseManager, Compression};
use db_port::{DbError, Identifier, Insert, QueryExecutor};
use support::{Reply, arrow, arrow_pieces, config, exception, manager, numbers, scripted};
use tokio::task::{JoinHandle, spawn_blocking};
use wiremock::matchers::{body_string_contains, method, query_param_contains};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const T: Identifier = Identifier::from_static("candles");

/// A server with the table `candles (n Int64, "o`dd" Float64 DEFAULT ...)`.
async fn server(status: u16, answer: &str) -> MockServer {
    let fields =
        vec![Field::new("n", DataType::Int64, false), Field::new("o`dd", DataType::Float64, false)];
    let columns = arrow(&[RecordBatch::new_empty(Arc::new(Schema::new(fields)))]);
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(query_param_contains("query", "INSERT"))
        .respond_with(acknowledgement(status).set_body_string(answer))
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(body_string_contains("SELECT * FROM `candles` WHERE 0"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(columns))
        .mount(&server)
        .await;
    let without_default: ArrayRef = Arc::new(StringArray::from(vec!["n"]));
    let without_default = RecordBatch::try_from_iter([("name", without_default)]).unwrap();
    Mock::given(method("POST"))
        .and(body_string_contains("system.columns"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(arrow(&[without_default])))
        .mount(&server)
        .await;
    server
}

fn acknowledgement(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).insert_header("X-ClickHouse-Summary", "{}")
}

/// The inserts among the requests, with their settings.
async fn inserts(server: &MockServer) -> Vec<(Request, HashMap<String, String>)> {
    let requests = server.received_requests().await.unwrap();
    let with_settings = requests.into_iter().map(|request| {
        let settings: HashMap<_, _> = request.url.query_pairs().into_owned().collect();
        (request, settings)
    });
    with_settings.filter(|(_, settings)| settings.contains_key("query")).collect()
}

fn both_columns() -> RecordBatch {
    let odd: ArrayRef = Arc::new(Float64Array::from(vec![0.5, f64::NAN]));
    let n: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    RecordBatch::try_from_iter([("o`dd", odd), ("n", n)]).unwrap()
}

#[tokio::test]
async fn a_batch_is_sent_whole_with_its_columns_named() {
    let server = server(200, "").await;
    let db = manager(&server.address().to_string());
    let insert = Insert::new(T, both_columns()).with_setting("max_insert_threads", 2);
    assert_eq!(db.insert(insert).await.unwrap().rows, 2);

    let (request, settings) = &inserts(&server).await[0];
    let sent: Vec<_> =
        StreamReader::try_new(&request.body[..], None).unwrap().map(Result::unwrap).collect();
    assert_eq!(format!("{sent:?}"), format!("{:?}", [both_columns()]));
    for (name, value) in [
        ("query", r"INSERT INTO `candles` (`o\`dd`, `n`) FORMAT ArrowStream"),
        ("database", "prices"),
        ("async_insert", "0"),
        ("wait_end_of_query", "1"),
        ("max_insert_threads", "2"),
        ("timeout_overflow_mode", "throw"),
    ] {
        assert_eq!(settings[name], value, "{name}");
    }
    assert!(settings["query_id"].ends_with("-1"), "{}", settings["query_id"]);
    assert_eq!(settings["max_execution_time"], "285.000000");
    assert_eq!(request.headers["x-clickhouse-user"], "reader");
}

#[tokio::test]
async fn columns_that_the_batch_lacks_are_left_to_the_server() {
    let server = server(200, "").await;
    let db = manager(&server.address().to_string());
    db.insert(Insert::new(T, numbers(&[1]))).await.unwrap();
    assert!(inserts(&server).await[0].1["query"].contains("(`n`)"));
}

#[tokio::test]
async fn a_column_without_a_default_must_be_in_the_batch() {
    let server = server(200, "").await;
    let db = manager(&server.address().to_string());
    let odd: ArrayRef = Arc::new(Float64Array::from(vec![0.5]));
    let batch = RecordBatch::try_from_iter([("o`dd", odd)]).unwrap();
    let error = db.insert(Insert::new(T, batch)).await.unwrap_err();
    assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
    assert!(error.to_string().contains("column n is missing"), "{error}");
    assert!(inserts(&server).await.is_empty());
}

#[tokio::test]
async fn every_column_without_a_default_counts_in_however_many_blocks_the_server_names_them() {
    let server = server(200, "").await;
    let block = |name| {
        let names: ArrayRef = Arc::new(StringArray::from(vec![name]));
        RecordBatch::try_from_iter([("name", names)]).unwrap()
    };
    let blocks = arrow(&[block("o`dd").slice(0, 0), block("o`dd"), block("n")]);
    Mock::given(body_string_contains("system.columns"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(blocks))
        .with_priority(1)
        .mount(&server)
        .await;
    let db = manager(&server.address().to_string());
    let odd: ArrayRef = Arc::new(Float64Array::from(vec![0.5]));
    let batch = RecordBatch::try_from_iter([("o`dd", odd)]).unwrap();
    let error = db.insert(Insert::new(T, batch)).await.unwrap_err();
    assert!(error.to_string().contains("column n is missing"), "{error}");
    assert!(inserts(&server).await.is_empty());
}

#[tokio::test]
async fn the_token_names_the_content_and_the_callers_name_for_it() {
    let server = server(200, "").await;
    let db = manager(&server.address().to_string());
    let one = || Insert::new(T, numbers(&[1]));
    for insert in [
        one(),
        one(),
        one().with_deduplication_token("it's & it"),
        one().with_deduplication_token("it's & it"),
        Insert::new(T, numbers(&[2])).with_deduplication_token("it's & it"),
        Insert::new(T, numbers(&[2])),
    ] {
        db.insert(insert).await.unwrap();
    }
    let sent = inserts(&server).await;
    let tokens: Vec<_> = sent.iter().map(|(_, s)| &s["insert_deduplication_token"]).collect();
    assert_eq!((tokens[0], tokens[2]), (tokens[1], tokens[3]));
    let different: std::collections::HashSet<_> = tokens.iter().collect();
    assert_eq!(different.len(), 4, "{tokens:?}");
    assert!(sent.iter().all(|(_, settings)| settings["insert_deduplicate"] == "1"));
}

#[tokio::test]
async fn rows_travel_compressed_unless_told_otherwise() {
    let server = server(200, "").await;
    let config = config(&server.address().to_string()).with_compression(true);
    let batch = numbers(&[7; 10_000]);
    ClickHouseManager::new(config).unwrap().insert(Insert::new(T, batch)).await.unwrap();
    let (request, settings) = &inserts(&server).await[0];
    assert_eq!(settings["decompress"], "1");
    assert!(request.body.len() < 8_000, "{} bytes", request.body.len());
}

#[tokio::test]
async fn what_the_table_does_not_take_is_refused_and_not_sent() {
    let server = server(200, "").await;
    let db = manager(&server.address().to_string());
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    let null: ArrayRef = Arc::new(Int64Array::from(vec![None::<i64>]));
    for (name, array) in [("volume", &floats), ("n", &floats), ("n", &null)] {
        let batch = RecordBatch::try_from_iter_with_nullable([(name, Arc::clone(array), true)]);
        let error = db.insert(Insert::new(T, batch.unwrap())).await.unwrap_err();
        assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
        let column = format!("column {name} of the insert into candles");
        assert!(error.to_string().contains(&column), "{error}");
    }
    for setting in ["query_id", "async_insert", "insert_deduplicate", "insert_deduplication_token"]
    {
        let insert = Insert::new(T, numbers(&[1])).with_setting(setting, 1);
        let error = db.insert(insert).await.unwrap_err();
        assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
        assert!(error.to_string().contains(&format!("setting {setting}")), "{error}");
    }
    assert!(inserts(&server).await.is_empty());
}

#[tokio::test]
async fn no_rows_are_acknowledged_and_not_sent() {
    let server = server(200, "").await;
    let db = manager(&server.address().to_string());
    assert_eq!(db.insert(Insert::new(T, numbers(&[]))).await.unwrap().rows, 0);
    assert!(inserts(&server).await.is_empty());
}

#[tokio::test]
async fn an_exception_carries_its_code() {
    let server = server(500, &exception(252, "Too many parts (300).")).await;
    let db = manager(&server.address().to_string());
    let error = db.insert(Insert::new(T, numbers(&[1]))).await.unwrap_err();
    assert_eq!(error.code(), Some(252), "{error:?}");
}

#[tokio::test]
async fn an_insert_without_an_answer_may_have_been_stored() {
    for (reply, cause) in [(Reply::HangUp, ""), (Reply::Stuck(vec![]), "timed out")] {
        let columns = Reply::Whole(arrow_pieces(&[numbers(&[])]));
        let db = manager(&scripted(vec![columns, reply]));
        let insert = Insert::new(T, numbers(&[1])).with_timeout(Duration::from_secs(1));
        let error = db.insert(insert).await.unwrap_err();
        let DbError::OutcomeUnknown { what, query_id, source } = error else {
            panic!("{error:?}");
        };
        assert_eq!(what, "the insert into candles");
        assert!(query_id.ends_with("-1"), "{query_id}");
        assert!(source.unwrap().to_string().contains(cause));
    }
}

/// The questions for the table's columns.
async fn questions(server: &MockServer) -> usize {
    let requests = server.received_requests().await.unwrap();
    let asks = |request: &&Request| String::from_utf8_lossy(&request.body).contains("WHERE 0");
    requests.iter().filter(asks).count()
}

#[tokio::test]
async fn a_further_batch_is_one_request() {
    let server = server(200, "").await;
    let db = manager(&server.address().to_string());
    let begin = Instant::now();
    for n in 0..20 {
        db.insert(Insert::new(T, numbers(&[n]))).await.unwrap();
    }
    // The columns and their defaults, once for each two seconds.
    let most_asked = 1 + usize::try_from(begin.elapsed().as_secs() / 2).unwrap();
    assert_eq!(inserts(&server).await.len(), 20);
    let requests = server.received_requests().await.unwrap().len();
    assert!(requests <= 20 + 2 * most_asked, "{requests}");
    assert!((1..=most_asked).contains(&questions(&server).await));
}

/// Inserts two batches. The server refuses the second before its first row, and takes it when it
/// comes again; the table then has the columns `after`.
async fn refused_once(code: i32, after: &[&str]) -> (MockServer, Result<(), DbError>) {
    let server = MockServer::start().await;
    let columns = |names: &[&str]| {
        let fields: Vec<_> =
            names.iter().map(|name| Field::new(*name, DataType::Int64, true)).collect();
        let columns = RecordBatch::new_empty(Arc::new(Schema::new(fields)));
        ResponseTemplate::new(200).set_body_bytes(arrow(&[columns]))
    };
    let ok = || acknowledgement(200);
    let refusal = ResponseTemplate::new(500).set_body_string(exception(code, "Not there."));
    for (mark, answers) in [
        ("INSERT", [ok(), refusal, ok()].to_vec()),
        ("", [columns(&["n"]), columns(after)].to_vec()),
    ] {
        for (answer, priority) in answers.into_iter().zip(1..) {
            Mock::given(method("POST"))
                .and(move |request: &Request| request.url.as_str().contains(mark))
                .respond_with(answer)
                .up_to_n_times(1)
                .with_priority(priority + u8::from(mark.is_empty()) * 10)
                .mount(&server)
                .await;
        }
    }
    let db = manager(&server.address().to_string());
    db.insert(Insert::new(T, numbers(&[1]))).await.unwrap();
    let second = db.insert(Insert::new(T, numbers(&[2]))).await.map(drop);
    (server, second)
}

#[tokio::test]
async fn a_refusal_by_a_table_that_was_changed_is_looked_into_and_the_batch_sent_again() {
    for code in [16, 60] {
        let (server, second) = refused_once(code, &["n", "m"]).await;
        second.unwrap();
        let sent = inserts(&server).await;
        assert_eq!((sent.len(), questions(&server).await), (3, 2));
        let tokens: Vec<_> = sent.iter().map(|(_, s)| &s["insert_deduplication_token"]).collect();
        assert_eq!(tokens[1], tokens[2]);
    }
}

#[tokio::test]
async fn a_refusal_by_a_table_that_was_not_changed_is_the_error() {
    for code in [16, 60] {
        let (server, second) = refused_once(code, &["n"]).await;
        assert_eq!(second.unwrap_err().code(), Some(code));
        assert_eq!((inserts(&server).await.len(), questions(&server).await), (2, 2));
    }
}

/// The sizes of the chunks of a request's body.
fn chunk_sizes(mut body: &[u8]) -> Vec<usize> {
    let mut sizes = Vec::new();
    loop {
        let end = body.windows(2).position(|bytes| bytes == b"\r\n").unwrap();
        let size = usize::from_str_radix(str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return sizes;
        }
        sizes.push(size);
        body = &body[end + 2 + size + 2..];
    }
}

#[tokio::test]
async fn a_large_batch_is_compressed_and_sent_in_pieces() {
    const MIB: usize = 1 << 20;
    // So that compressing makes them no shorter.
    let random = |i: i64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64).rotate_left(29);
    let column: ArrayRef =
        Arc::new(Int64Array::from_iter_values((0..400_000).map(random).map(random)));
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    for compression in [Compression::None, Compression::Lz4, Compression::Zstd] {
        let columns = arrow(&[RecordBatch::new_empty(batch.schema())]);
        let (address, body) = taking_one_insert(columns);
        let config = config(&address).with_compression(compression);
        let db = ClickHouseManager::new(config).unwrap();
        db.insert(Insert::new(T, batch.clone()).idempotent()).await.unwrap();
        let sizes = chunk_sizes(&body.await.unwrap());
        assert!(sizes.iter().all(|size| *size < MIB + MIB / 64), "{sizes:?}");
        assert!(sizes.iter().sum::<usize>() > 3 * MIB, "{sizes:?}");
    }
}

#[tokio::test]
async fn a_refusal_that_comes_while_a_large_batch_is_sent_keeps_its_code() {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..4_000_000));
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    let columns = arrow(&[RecordBatch::new_empty(batch.schema())]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let db = manager(&listener.local_addr().unwrap().to_string());
    let server = spawn_blocking(move || {
        let (mut stream, _) = listener.accept().unwrap();
        request(&mut stream);
        answer(&mut stream, "200 OK", &columns);
        let (mut stream, _) = listener.accept().unwrap();
        let mut part = vec![0; 1 << 16];
        stream.read_exact(&mut part).unwrap();
        answer(&mut stream, "403 Forbidden", exception(497, "Not enough privileges.").as_bytes());
        while stream.read(&mut part).is_ok_and(|read| read > 0) {}
    });
    let error = db.insert(Insert::new(T, batch).idempotent()).await.unwrap_err();
    assert_eq!(error.code(), Some(497), "{error:?}");
    server.await.unwrap();
}

#[tokio::test]
async fn a_large_batch_for_a_server_that_is_gone_was_not_sent() {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..1_000_000));
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    let columns = arrow(&[RecordBatch::new_empty(batch.schema())]);
    let db = manager(&scripted(vec![Reply::Whole(vec![columns])]));
    let error = db.insert(Insert::new(T, batch).idempotent()).await.unwrap_err();
    assert!(matches!(error, DbError::Unavailable { .. }), "{error:?}");
}

fn answer(stream: &mut TcpStream, status: &str, body: &[u8]) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\
         X-ClickHouse-Summary: {{}}\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
}

/// A server that answers a question with `columns` and then takes an insert; its address, and the
/// insert's body as it was sent.
fn taking_one_insert(columns: Vec<u8>) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let body = spawn_blocking(move || {
        let (mut stream, _) = listener.accept().unwrap();
        request(&mut stream);
        answer(&mut stream, "200 OK", &columns);
        let (mut stream, _) = listener.accept().unwrap();
        let body = request(&mut stream);
        answer(&mut stream, "200 OK", &[]);
        body
    });
    (address, body)
}

/// The next request's body.
fn request(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut more = vec![0; 1 << 16];
    loop {
        let read = stream.read(&mut more).unwrap();
        assert!(read > 0);
        bytes.extend_from_slice(&more[..read]);
        let Some(end) = bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let is_whole = match length {
            Some(length) => bytes.len() - end - 4 == length.parse::<usize>().unwrap(),
            None => bytes.ends_with(b"\r\n0\r\n\r\n"),
        };
        if is_whole {
            return bytes.split_off(end + 4);
        }
    }
}
