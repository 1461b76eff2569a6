//! The retry policy: which failures of which requests are retried, and how often.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use std::collections::HashSet;
use std::error::Error;
use std::time::Duration;

use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{DbError, Insert, Phase, QueryExecutor, Retryability, Statement};
use support::connector::Flaky;
use support::memory::{Memory, Peer};
use support::table::{
    Class, T, Tokens, attempts, columns, deduplication, one_row, server, setting,
};
use support::{Reply, arrow_pieces, config, exception, numbers, scripted, shown};
use wiremock::ResponseTemplate;

const RETRIES: u32 = 2;

fn patient(address: &str) -> ClickHouseConfig {
    config(address).with_max_retries(RETRIES).with_retry_base_delay(Duration::from_millis(1))
}

fn manager(address: &str) -> ClickHouseManager {
    ClickHouseManager::new(patient(address)).unwrap()
}

/// The error and the number of attempts of each class against a server that answers in one way.
async fn outcomes(status: u16, text: &str) -> Vec<(Class, DbError, usize)> {
    let mut outcomes = Vec::new();
    for class in Class::ALL {
        let answer = ResponseTemplate::new(status).set_body_string(text);
        let server = server(Tokens::Ignored, answer).await;
        let error = class.run(&manager(&server.address().to_string())).await.unwrap_err();
        outcomes.push((class, error, attempts(&server).await.len()));
    }
    outcomes
}

const ALL_ATTEMPTS: usize = RETRIES as usize + 1;

#[tokio::test]
async fn a_refused_request_is_retried_whatever_it_is() {
    for (status, text) in [
        (500, exception(202, "Too many simultaneous queries.")),
        (500, exception(252, "Too many parts (300 with average size of 1 KiB).")),
        (429, "<html>\r\n<head><title>429 Too Many Requests</title>".into()),
        (503, String::new()),
    ] {
        for (class, error, attempts) in outcomes(status, &text).await {
            assert_eq!(attempts, ALL_ATTEMPTS, "{class:?}: {text}");
            assert_ne!(error.retryability(), Retryability::Never, "{error:?}");
            assert!(!matches!(error, DbError::OutcomeUnknown { .. }), "{class:?}: {error:?}");
        }
    }
}

#[tokio::test]
async fn an_aborted_request_is_retried_only_if_it_is_idempotent() {
    for code in [999, 210, 241, 425, 3] {
        for (class, error, attempts) in outcomes(500, &exception(code, "Gone.")).await {
            if class == Class::Read {
                assert_eq!((error.code(), attempts), (Some(code), ALL_ATTEMPTS), "{error:?}");
                continue;
            }
            let expected = if class.is_idempotent() { ALL_ATTEMPTS } else { 1 };
            assert_eq!(attempts, expected, "{class:?}, code {code}");
            let DbError::OutcomeUnknown { source: Some(source), .. } = &error else {
                panic!("{class:?}: {error:?}");
            };
            assert!(source.to_string().contains(&code.to_string()), "{source}");
        }
    }
}

#[tokio::test]
async fn a_permanent_failure_is_never_retried() {
    for (code, text) in [
        (62, "Syntax error"),
        (60, "Unknown table t"),
        (516, "Authentication failed"),
        (394, "Query was cancelled"),
        (252, "Too many partitions for single INSERT block (more than 100)"),
        (123_456, "From the future"),
    ] {
        for (class, error, attempts) in outcomes(500, &exception(code, text)).await {
            assert_eq!((error.code(), attempts), (Some(code), 1), "{class:?}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_code_that_stored_data_forges_does_not_count() {
    let text = exception(395, "Value passed to throwIf: Code: 202. DB::Exception: forged");
    for (class, error, attempts) in outcomes(500, &text).await {
        assert_eq!((error.code(), attempts), (Some(395), 1), "{class:?}");
    }
}

#[tokio::test]
async fn a_gateway_without_an_answer_is_ambiguous() {
    for status in [502, 504] {
        let text = format!("<html><body><h1>{status} Bad Gateway</h1>");
        for (class, error, attempts) in outcomes(status, &text).await {
            let expected = if class.is_idempotent() { ALL_ATTEMPTS } else { 1 };
            assert_eq!(attempts, expected, "{class:?}");
            let open = matches!(error, DbError::OutcomeUnknown { .. });
            assert_eq!(open, class != Class::Read, "{class:?}: {error:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_of_a_proxy_to_a_change_is_ambiguous() {
    for (status, text) in [
        (503, "upstream connect error or disconnect/reset before headers. reset reason: overflow"),
        (500, "<html><body><h1>500 Internal Server Error</h1>"),
        (502, "error code: 520"),
        (500, "503ms were not enough"),
    ] {
        for (class, error, attempts) in outcomes(status, text).await {
            if class == Class::Read {
                assert!(matches!(error, DbError::UnexpectedResult { .. }), "{error:?}");
                assert_eq!(attempts, 1);
                continue;
            }
            assert!(matches!(error, DbError::OutcomeUnknown { .. }), "{class:?}: {error:?}");
            assert!(shown(&error).contains(text), "{}", shown(&error));
            assert_eq!(attempts, if class.is_idempotent() { ALL_ATTEMPTS } else { 1 });
        }
    }
}

#[tokio::test]
async fn a_request_that_was_never_passed_on_is_not_ambiguous() {
    for (status, text) in [
        (400, "Port 9000 is for clickhouse-client program"),
        (404, "<html><head><title>404 Not Found</title></head>"),
        (401, ""),
    ] {
        for (class, error, attempts) in outcomes(status, text).await {
            assert!(matches!(error, DbError::UnexpectedResult { .. }), "{class:?}: {error:?}");
            assert_eq!(attempts, 1);
        }
    }
}

#[tokio::test]
async fn a_host_whose_connection_never_opens_costs_neither_the_call_nor_its_outcome() {
    let ok = ResponseTemplate::new(200).set_body_bytes(one_row());
    for class in Class::ALL {
        let server = server(Tokens::Ignored, ok.clone()).await;
        let url = format!(
            "clickhouse://h1:1,{}/prices?attempt_timeout=1&max_retries=0",
            server.address()
        );
        let config = ClickHouseConfig::from_url(&url).unwrap().with_compression(false);
        let db = ClickHouseManager::with_connector(config, Flaky::hanging_at(1)).unwrap();
        class.run(&db).await.unwrap();

        let url = format!("clickhouse://h1:1,{}/prices?max_retries=0", server.address());
        let config = ClickHouseConfig::from_url(&url).unwrap().with_compression(false);
        let db = ClickHouseManager::with_connector(config, Flaky::hanging_at(1)).unwrap();
        let statement = Statement::new("SELECT n FROM t").with_timeout(Duration::from_secs(2));
        db.query(statement).await.unwrap();
    }
}

#[tokio::test]
async fn a_refused_connection_is_retried_whatever_is_to_be_sent() {
    for class in Class::ALL {
        let ok = ResponseTemplate::new(200).set_body_bytes(one_row());
        let server = server(Tokens::Ignored, ok).await;
        let flaky = Flaky::refusing(RETRIES);
        let config = patient(&server.address().to_string());
        let db = ClickHouseManager::with_connector(config, flaky.clone()).unwrap();
        class.run(&db).await.unwrap();
        assert!(flaky.asked() > RETRIES, "{class:?}");

        let flaky = Flaky::refusing(u32::MAX);
        let config = patient(&server.address().to_string());
        let db = ClickHouseManager::with_connector(config, flaky.clone()).unwrap();
        let error = class.run(&db).await.unwrap_err();
        assert!(matches!(error, DbError::Unavailable { .. }), "{class:?}: {error:?}");
        assert_eq!(flaky.asked(), RETRIES + 1, "{class:?}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_before_the_first_row_is_retried() {
    let whole = arrow_pieces(&[numbers(&[1])]);
    let head = vec![whole[0].clone()];
    for broken in [Reply::HangUp, Reply::Cut(vec![]), Reply::Cut(head.clone()), Reply::Whole(head)]
    {
        let db = manager(&scripted(vec![broken, Reply::Whole(whole.clone())]));
        Class::Read.run(&db).await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_that_breaks_after_the_first_row_is_an_error() {
    let whole = arrow_pieces(&[numbers(&[1]), numbers(&[2])]);
    let db = manager(&scripted(vec![Reply::Cut(whole[..2].to_vec()), Reply::Whole(whole)]));
    let error = db_port::QueryExecutorExt::query_all(&db, Statement::new("SELECT n FROM t"))
        .await
        .unwrap_err();
    assert!(matches!(error, DbError::Interrupted { rows: 1, .. }), "{error:?}");
}

/// The columns, what the table says of tokens, then `replies` to the inserts.
fn table_then(tokens: Tokens, replies: Vec<Reply>) -> String {
    let mut all: Vec<_> = [columns(), deduplication(tokens)]
        .map(|batch| Reply::Whole(arrow_pieces(&[batch])))
        .into_iter()
        .collect();
    all.extend(replies);
    scripted(all)
}

#[tokio::test]
async fn an_insert_whose_answer_is_lost_is_retried_where_the_table_honours_tokens() {
    let db = manager(&table_then(Tokens::Honoured, vec![Reply::HangUp, Reply::Whole(vec![])]));
    assert_eq!(db.insert(Insert::new(T, numbers(&[1]))).await.unwrap().rows, 1);

    let db = manager(&table_then(Tokens::Ignored, vec![Reply::HangUp, Reply::Whole(vec![])]));
    let error = db.insert(Insert::new(T, numbers(&[1]))).await.unwrap_err();
    let DbError::OutcomeUnknown { query_id, .. } = error else { panic!("{error:?}") };
    assert!(query_id.ends_with("-1"), "{query_id}");
}

#[tokio::test]
async fn every_attempt_sends_the_same_bytes_and_token_under_a_query_id_of_its_own() {
    let answer = ResponseTemplate::new(500).set_body_string(exception(999, "Gone."));
    let server = server(Tokens::Honoured, answer).await;
    let db = manager(&server.address().to_string());
    db.insert(Insert::new(T, numbers(&[1, 2, 3]))).await.unwrap_err();
    let sent = attempts(&server).await;
    assert_eq!(sent.len(), ALL_ATTEMPTS);
    let different = |part: &dyn Fn(&wiremock::Request) -> Vec<u8>| {
        sent.iter().map(part).collect::<HashSet<_>>().len()
    };
    assert_eq!(different(&|request| request.body.clone()), 1);
    assert_eq!(different(&|request| setting(request, "insert_deduplication_token").into()), 1);
    assert_eq!(different(&|request| setting(request, "async_insert").into()), 1);
    assert_eq!(different(&|request| setting(request, "query_id").into()), ALL_ATTEMPTS);
}

#[tokio::test]
async fn rows_that_may_be_stored_twice_have_a_token_of_their_own_in_every_attempt() {
    let answer = ResponseTemplate::new(500).set_body_string(exception(999, "Gone."));
    let server = server(Tokens::Honoured, answer).await;
    let db = manager(&server.address().to_string());
    db.insert(Insert::new(T, numbers(&[1])).idempotent()).await.unwrap_err();
    let sent = attempts(&server).await;
    assert_eq!(sent.len(), ALL_ATTEMPTS);
    for request in &sent {
        let token = setting(request, "insert_deduplication_token");
        assert_eq!(token, setting(request, "query_id"));
    }
}

#[tokio::test]
async fn rows_that_their_caller_named_keep_their_token_in_every_attempt() {
    let answer = ResponseTemplate::new(500).set_body_string(exception(999, "Gone."));
    let server = server(Tokens::Honoured, answer).await;
    let db = manager(&server.address().to_string());
    let insert = Insert::new(T, numbers(&[1])).with_deduplication_token("mine").idempotent();
    db.insert(insert).await.unwrap_err();
    let sent = attempts(&server).await;
    let tokens: HashSet<_> =
        sent.iter().map(|request| setting(request, "insert_deduplication_token")).collect();
    assert_eq!((sent.len(), tokens.len()), (ALL_ATTEMPTS, 1));
}

#[tokio::test]
async fn whether_a_table_honours_tokens_is_asked_once() {
    let server = server(Tokens::Honoured, ResponseTemplate::new(200)).await;
    let db = manager(&server.address().to_string());
    for n in 0..3 {
        db.insert(Insert::new(T, numbers(&[n]))).await.unwrap();
    }
    let all = server.received_requests().await.unwrap();
    let questions = all
        .iter()
        .filter(|request| String::from_utf8_lossy(&request.body).contains("system.tables"))
        .count();
    assert_eq!(questions, 1);
}

#[tokio::test]
async fn an_attempt_that_may_have_run_is_not_forgotten_when_later_ones_cannot_be_sent() {
    let db = manager(&table_then(Tokens::Honoured, vec![Reply::HangUp]));
    let error = db.insert(Insert::new(T, numbers(&[1]))).await.unwrap_err();
    let DbError::OutcomeUnknown { query_id, source, .. } = &error else { panic!("{error:?}") };
    assert!(query_id.ends_with("-1"), "{query_id}");
    assert!(source.is_some(), "{}", shown(&error));
}

#[tokio::test]
async fn the_last_real_error_is_returned_and_not_that_time_is_over() {
    let answer = ResponseTemplate::new(500).set_body_string(exception(202, "Too many."));
    let server = server(Tokens::Ignored, answer).await;
    let config = patient(&server.address().to_string())
        .with_max_retries(1000)
        .with_retry_base_delay(Duration::from_millis(50));
    let db = ClickHouseManager::new(config).unwrap();
    let begin = std::time::Instant::now();
    let statement = Statement::new("SELECT n FROM t").with_timeout(Duration::from_secs(2));
    let error = db.query(statement).await.map(drop).unwrap_err();
    assert_eq!(error.code(), Some(202), "{error:?}");
    assert!(attempts(&server).await.len() > 1);
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_server_out_of_memory_is_asked_twice_more_at_most() {
    let answer = ResponseTemplate::new(500).set_body_string(exception(241, "Memory limit."));
    let server = server(Tokens::Ignored, answer).await;
    let config = patient(&server.address().to_string()).with_max_retries(5);
    let error = Class::Read.run(&ClickHouseManager::new(config).unwrap()).await.unwrap_err();
    assert_eq!((error.code(), attempts(&server).await.len()), (Some(241), 3));
}

#[tokio::test]
async fn a_hundred_callers_at_an_outage_stay_within_the_budget() {
    let config = patient("127.0.0.1:1").with_retry_budget(20).with_max_concurrent_requests(100);
    let flaky = Flaky::refusing(u32::MAX);
    let db = ClickHouseManager::with_connector(config, flaky.clone()).unwrap();
    let calls = (0..100).map(|_| Class::Read.run(&db));
    let results = futures_util::future::join_all(calls).await;
    assert!(results.iter().all(|r| matches!(r, Err(DbError::Unavailable { .. }))));
    assert!(results[0].as_ref().unwrap_err().source().is_some());
    assert_eq!(flaky.asked(), 100 + 20);
}

#[tokio::test]
async fn one_attempt_may_be_shorter_than_the_call() {
    let whole = arrow_pieces(&[numbers(&[1])]);
    let address = scripted(vec![Reply::Stuck(vec![]), Reply::Whole(whole)]);
    let config = patient(&address).with_attempt_timeout(Duration::from_millis(200));
    let db = ClickHouseManager::new(config).unwrap();
    let statement = Statement::new("SELECT n FROM t").with_timeout(Duration::from_secs(30));
    db.query(statement).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_sent_before_its_deadline_was_not_sent() {
    for class in Class::ALL {
        let network = Memory::new(Peer::Takes);
        network.darken("beta");
        let url = "clickhouse://beta/prices?compression=false&max_retries=0";
        let config = ClickHouseConfig::from_url(url).unwrap();
        let patient = config.clone().with_connect_timeout(Duration::from_secs(3600));
        for config in [config, patient.with_send_receive_timeout(Duration::from_secs(5))] {
            let db = ClickHouseManager::with_connector(config, network.clone()).unwrap();
            let error = class.run(&db).await.unwrap_err();
            let connecting = matches!(error, DbError::Timeout { phase: Phase::Connect, .. });
            assert!(connecting, "{class:?}: {error:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_insert_goes_on_to_the_next_host_when_its_connection_does_not_open() {
    let url = "clickhouse://alpha,beta/prices?compression=false&max_retries=0";
    let config = ClickHouseConfig::from_url(url).unwrap();
    let network = Memory::new(Peer::Takes);
    let db = ClickHouseManager::with_connector(config, network.clone()).unwrap();
    db.insert(Insert::new(T, numbers(&[1]))).await.unwrap();
    // The columns are known, so that the insert itself is what meets the dark host.
    network.darken("alpha");
    db.insert(Insert::new(T, numbers(&[2])).with_timeout(Duration::from_secs(5))).await.unwrap();
    assert_eq!(network.seen("INSERT"), 2);
}
