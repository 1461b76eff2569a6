//! What is traced and counted.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod support;

use std::collections::HashMap;
use std::future::Future;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use db_clickhouse::ClickHouseManager;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use support::table::{Class, Tokens, one_row, server};
use support::{config, exception};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use wiremock::ResponseTemplate;

/// Runs `work` and returns what was counted and the lines that were traced.
fn observed(work: impl Future<Output = ()>) -> (HashMap<String, f64>, Vec<String>) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || {
        metrics::with_local_recorder(&recorder, || runtime.block_on(work));
    });
    let mut counted = HashMap::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let (_, key) = key.into_parts();
        let labels: Vec<_> = key.labels().map(|l| format!("{}={}", l.key(), l.value())).collect();
        let value = match value {
            DebugValue::Counter(count) => count as f64,
            DebugValue::Gauge(value) => value.0,
            DebugValue::Histogram(values) => values.len() as f64,
        };
        counted.insert(format!("{} {}", key.name(), labels.join(" ")), value);
    }
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    (counted, text.lines().map(str::to_owned).collect())
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A call of this class against a server that answers so, with one retry.
fn calling(class: Class, answer: ResponseTemplate) -> (HashMap<String, f64>, Vec<String>) {
    observed(async move {
        let server = server(Tokens::Honoured, answer).await;
        let config = config(&server.address().to_string())
            .with_max_retries(1)
            .with_retry_base_delay(Duration::from_millis(1));
        let db = ClickHouseManager::new(config).unwrap();
        // What became of it is in what was counted.
        drop(class.run(&db).await);
    })
}

#[test]
fn attempts_retries_and_failures_are_counted_by_class() {
    let answer = ResponseTemplate::new(500).set_body_string(exception(999, "Gone."));
    let (counted, _) = calling(Class::Read, answer);
    for (name, value) in [
        ("db_client_attempts_total operation=SELECT", 2.0),
        ("db_client_retries_total operation=SELECT", 1.0),
        ("db_client_failures_total class=aborted", 2.0),
        ("db_client_operation_duration_seconds operation=SELECT outcome=error", 1.0),
        ("db_client_connections_used ", 0.0),
    ] {
        assert_eq!(counted.get(name), Some(&value), "{name} in {counted:#?}");
    }
}

#[test]
fn a_call_that_succeeds_is_measured_and_no_failure() {
    let (counted, _) = calling(Class::Read, ResponseTemplate::new(200).set_body_bytes(one_row()));
    let duration = "db_client_operation_duration_seconds operation=SELECT outcome=ok";
    assert_eq!(counted.get(duration), Some(&1.0), "{counted:#?}");
    assert!(!counted.keys().any(|name| name.contains("failures") || name.contains("retries")));
}

#[test]
fn spans_have_the_names_of_the_conventions_and_neither_text_nor_values() {
    let answer = ResponseTemplate::new(500).set_body_string(exception(62, "Syntax error"));
    let (_, lines) = calling(Class::OtherInsert, answer);
    let insert = lines.iter().find(|line| line.contains("db.operation.name=\"INSERT\"")).unwrap();
    let last = lines.iter().rev().find(|line| line.contains("INSERT")).unwrap();
    for part in [
        "clickhouse{",
        "otel.kind=\"client\"",
        "db.system.name=\"clickhouse\"",
        "db.namespace=\"prices\"",
        "db.collection.name=\"t\"",
    ] {
        assert!(insert.contains(part), "{part} in {insert}");
    }
    assert!(last.contains("otel.status_code=\"ERROR\""), "{last}");
    assert!(last.contains("error.type=\"database\""), "{last}");
    let attempt = lines.iter().find(|line| line.contains("attempt{") && line.contains("INSERT"));
    let attempt = attempt.unwrap();
    for part in ["server.address=\"127.0.0.1\"", "server.port=", "-1\""] {
        assert!(attempt.contains(part), "{part} in {attempt}");
    }
    let ours = lines.iter().filter(|line| line.contains("db_clickhouse"));
    assert!(ours.clone().count() > 0);
    assert!(
        ours.clone().all(|line| !line.contains("INTO") && !line.contains("Syntax")),
        "{lines:#?}"
    );
}
