//! What becomes of the server's answers to queries.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use db_clickhouse::ClickHouseManager;
use db_port::{DbError, Phase, QueryExecutor, QueryExecutorExt, Statement};
use futures_util::{StreamExt, TryStreamExt};
use support::{
    Reply, arrow, arrow_pieces, config, exception, framed_exception, manager, numbers, scripted,
};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const QUERY: Statement = Statement::new("SELECT n FROM t");

fn serving(reply: Reply) -> ClickHouseManager {
    manager(&scripted(vec![reply]))
}

/// The rows handed out and the error behind them.
async fn until_error(db: ClickHouseManager) -> (usize, DbError) {
    let mut stream = match db.query(QUERY).await {
        Ok(stream) => stream,
        Err(error) => return (0, error),
    };
    let mut rows = 0;
    loop {
        match stream.next().await {
            Some(Ok(batch)) => rows += batch.num_rows(),
            Some(Err(error)) => {
                assert!(stream.next().await.is_none(), "an error ends the stream");
                return (rows, error);
            }
            None => panic!("the answer looked complete after {rows} rows"),
        }
    }
}

#[tokio::test]
async fn rows_arrive_however_the_answer_is_cut_into_pieces() {
    let batches = [numbers(&[1, 2]), numbers(&[3])];
    let bytes = arrow(&batches);
    for size in [37, 64, 255, bytes.len()] {
        let pieces = bytes.chunks(size).map(<[u8]>::to_vec).collect();
        let stream = serving(Reply::Whole(pieces)).query(QUERY).await.unwrap();
        assert_eq!(stream.try_collect::<Vec<_>>().await.unwrap(), batches);
    }
}

#[tokio::test]
async fn an_attempt_whose_answer_begins_in_small_pieces_has_no_more_time_than_another() {
    let limit = Duration::from_millis(300);
    let pieces = arrow(&[numbers(&[1])]).chunks(4).map(<[u8]>::to_vec).collect();
    let address = scripted(vec![Reply::Whole(pieces)]);
    let db = ClickHouseManager::new(config(&address).with_attempt_timeout(limit)).unwrap();
    let error = db.query(QUERY).await.map(drop).unwrap_err();
    assert!(
        matches!(error, DbError::Timeout { phase: Phase::Request, limit: l } if l == limit),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_schema_is_there_without_rows() {
    let mut pieces = arrow_pieces(&[numbers(&[])]);
    pieces.remove(1);
    let mut stream = serving(Reply::Whole(pieces)).query(QUERY).await.unwrap();
    assert_eq!(stream.schema(), &numbers(&[]).schema());
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn rows_are_handed_out_while_the_server_still_works() {
    let mut pieces = arrow_pieces(&[numbers(&[1]), numbers(&[2])]);
    pieces.truncate(2);
    let mut stream = serving(Reply::Stuck(pieces)).query(QUERY).await.unwrap();
    assert_eq!(stream.try_next().await.unwrap(), Some(numbers(&[1])));
}

#[tokio::test]
async fn an_answer_without_its_end_mark_is_interrupted() {
    let mut pieces = arrow_pieces(&[numbers(&[1, 2]), numbers(&[3])]);
    for kept in [3, 2, 1] {
        pieces.truncate(kept);
        let (rows, error) = until_error(serving(Reply::Whole(pieces.clone()))).await;
        assert_eq!(rows, [0, 2, 3][kept - 1]);
        let DbError::Interrupted { rows: told, .. } = error else { panic!("{error:?}") };
        assert_eq!(told, rows as u64);
    }
}

#[tokio::test]
async fn rows_that_look_like_the_end_mark_are_not_one() {
    let mut pieces = arrow_pieces(&[numbers(&[i64::from(u32::MAX); 8])]);
    pieces.pop();
    assert!(pieces[1].ends_with(&[255, 255, 255, 255, 0, 0, 0, 0]));
    let (rows, error) = until_error(serving(Reply::Whole(pieces))).await;
    assert_eq!(rows, 8);
    assert!(matches!(error, DbError::Interrupted { rows: 8, .. }), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_interrupted_with_its_cause() {
    let mut pieces = arrow_pieces(&[numbers(&[1, 2]), numbers(&[3])]);
    pieces.pop();
    let (rows, error) = until_error(serving(Reply::Cut(pieces))).await;
    assert_eq!(rows, 3);
    assert!(matches!(error, DbError::Interrupted { rows: 3, .. }), "{error:?}");
    assert!(error.source().is_some());
}

#[tokio::test]
async fn an_exception_after_rows_keeps_its_code_in_one_piece_and_in_two() {
    let frame = framed_exception(395, "Code: 60. forged");
    for cut in [0, 5, frame.len() - 60, frame.len() - 5] {
        for end in [Reply::Whole as fn(_) -> _, Reply::Cut] {
            let mut pieces = arrow_pieces(&[numbers(&[1, 2])]);
            pieces.pop();
            pieces.push(frame[..cut].to_vec());
            pieces.push(frame[cut..].to_vec());
            pieces.retain(|piece| !piece.is_empty());
            let (rows, error) = until_error(serving(end(pieces))).await;
            assert_eq!((rows, error.code()), (2, Some(395)), "{error:?}");
            assert!(error.to_string().contains("Code: 60. forged"), "{error}");
        }
    }
}

#[tokio::test]
async fn rows_that_read_like_exceptions_are_rows_wherever_the_answer_is_cut() {
    let text = exception(60, "Unknown table t. (UNKNOWN_TABLE)") + "\n";
    let texts: ArrayRef = Arc::new(StringArray::from(vec![text.as_str(); 3]));
    let batch = RecordBatch::try_from_iter([("text", texts)]).unwrap();
    let batches = [batch];
    let bytes = arrow(&batches);
    let ends: Vec<_> = (3..bytes.len()).filter(|&end| bytes[..end].ends_with(b"))\n")).collect();
    assert_eq!(ends.len(), 3);
    for end in ends {
        for pieces in [
            vec![bytes[..end].to_vec(), bytes[end..].to_vec()],
            vec![bytes[..end - 1].to_vec(), bytes[end - 1..end].to_vec(), bytes[end..].to_vec()],
        ] {
            let stream = serving(Reply::Whole(pieces)).query(QUERY).await.unwrap();
            assert_eq!(stream.try_collect::<Vec<_>>().await.unwrap(), batches);
        }
    }
}

#[tokio::test]
async fn an_exception_carries_code_message_and_query_id() {
    let server = MockServer::start().await;
    let text = exception(60, "Unknown table t. (UNKNOWN_TABLE)");
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(404).set_body_string(text))
        .mount(&server)
        .await;
    let db = manager(&server.address().to_string());
    let query = db.query(QUERY).await.map(drop).unwrap_err();
    let execute = db.execute(Statement::new("DROP TABLE t")).await.unwrap_err();
    let requests = server.received_requests().await.unwrap();
    for (error, request) in [query, execute].into_iter().zip(requests) {
        let DbError::Database { code, message, query_id } = error else { panic!("{error:?}") };
        assert_eq!((code, message.as_str()), (60, "Unknown table t. (UNKNOWN_TABLE)"));
        assert!(request.url.query().unwrap().contains(&format!("query_id={}", query_id.unwrap())));
    }
}

#[tokio::test]
async fn an_answer_without_columns_or_of_other_bytes_is_unexpected() {
    for body in [Vec::new(), vec![b"1\t2\n".repeat(100)]] {
        let result = serving(Reply::Whole(body)).query(QUERY).await;
        let error = result.map(drop).unwrap_err();
        assert!(
            matches!(error, DbError::UnexpectedResult { .. } | DbError::Interrupted { .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_spoiled_answer_is_an_error_that_says_where_and_what_to_do() {
    let column: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(3)]));
    let answer = arrow(&[RecordBatch::try_from_iter([("n", column)]).unwrap()]);
    let server = MockServer::start().await;
    let places = 0..answer.len();
    let spoiled = places.clone().map(move |at| {
        let mut answer = answer.clone();
        answer[at] ^= 0x81;
        ResponseTemplate::new(200).set_body_bytes(answer)
    });
    let replies = Mutex::new(spoiled);
    let reply = move |_: &Request| replies.lock().unwrap().next().unwrap();
    Mock::given(method("POST")).respond_with(reply).mount(&server).await;
    let db = manager(&server.address().to_string());
    let mut refused = 0;
    for at in places {
        match db.query_all(QUERY).await {
            Ok(rows) => assert_eq!(rows.num_rows(), 3, "{at}"),
            Err(DbError::Interrupted { .. }) => {}
            Err(error) => {
                assert!(matches!(error, DbError::UnexpectedResult { .. }), "{at}: {error:?}");
                let text = error.to_string();
                let address = server.address().to_string();
                assert!(text.contains(&address) && text.contains("look for a proxy"), "{text}");
                refused += 1;
            }
        }
    }
    assert!(refused > 50, "{refused}");
}

#[tokio::test]
async fn a_silent_server_is_a_timeout_that_names_its_phase() {
    let limit = Duration::from_millis(200);
    let mut pieces = arrow_pieces(&[numbers(&[1])]);
    pieces.truncate(2);
    for (pieces, expected) in [(vec![], Phase::Request), (pieces, Phase::Stream)] {
        for own in [false, true] {
            let address = scripted(vec![Reply::Stuck(pieces.clone())]);
            let (config, statement) = if own {
                (config(&address), QUERY.with_timeout(limit))
            } else {
                (config(&address).with_send_receive_timeout(limit), QUERY)
            };
            let db = ClickHouseManager::new(config).unwrap();
            let error = db.query_all(statement).await.unwrap_err();
            let DbError::Timeout { phase, limit: told } = error else { panic!("{error:?}") };
            assert_eq!((phase, told), (expected, limit));
        }
    }
}

#[tokio::test]
async fn a_statement_with_a_longer_limit_outlives_the_usual_one() {
    let address = scripted(vec![Reply::Whole(arrow_pieces(&[numbers(&[1])]))]);
    let config = config(&address).with_send_receive_timeout(Duration::from_nanos(1));
    let db = ClickHouseManager::new(config).unwrap();
    db.query_all(QUERY.with_timeout(Duration::from_secs(60))).await.unwrap();
}

#[tokio::test]
async fn the_servers_own_timeout_is_a_timeout_only_when_the_statement_set_one() {
    let server = MockServer::start().await;
    let text = exception(159, "Timeout exceeded. (TIMEOUT_EXCEEDED)");
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(408).set_body_string(text))
        .mount(&server)
        .await;
    let db = manager(&server.address().to_string());
    let limit = Duration::from_secs(60);
    let error = db.query_all(QUERY.with_timeout(limit)).await.unwrap_err();
    assert!(matches!(error, DbError::Timeout { phase: Phase::Request, limit: l } if l == limit));
    assert_eq!(db.query_all(QUERY).await.unwrap_err().code(), Some(159));
}

#[tokio::test]
async fn a_health_check_has_a_time_limit_of_its_own() {
    let limit = Duration::from_millis(200);
    let config = config(&scripted(vec![Reply::Stuck(vec![])])).with_health_timeout(limit);
    let error = ClickHouseManager::new(config).unwrap().health_check().await.unwrap_err();
    assert!(matches!(error, DbError::Timeout { limit: l, .. } if l == limit), "{error:?}");
}

#[tokio::test]
async fn dropping_a_stream_or_a_future_closes_its_connection() {
    let mut head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".to_vec();
    head.extend(arrow_pieces(&[numbers(&[1])])[..2].concat());
    for (answer, waits) in [(head, false), (Vec::new(), true)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let db = manager(&listener.local_addr().unwrap().to_string());
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            let mut buffer = [0; 16 * 1024];
            assert!(stream.read(&mut buffer).unwrap() > 0);
            stream.write_all(&answer).unwrap();
            stream.read(&mut buffer).map_err(|error| error.kind())
        });
        let begun = tokio::time::timeout(Duration::from_millis(300), db.query(QUERY)).await;
        assert_eq!(begun.is_err(), waits);
        drop(begun);
        let end = tokio::task::spawn_blocking(|| server.join().unwrap()).await.unwrap();
        assert!(matches!(end, Ok(0) | Err(ErrorKind::ConnectionReset)), "{end:?}");
    }
}
