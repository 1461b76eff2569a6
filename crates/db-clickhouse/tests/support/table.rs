//! A server that knows one table, and answers what is asked of it in one way.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use db_port::{Identifier, Insert, QueryExecutor, Result, Statement};
use wiremock::matchers::{body_string_contains, method};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::{arrow, numbers};

pub(crate) const T: Identifier = Identifier::from_static("t");

/// How the server says that its table treats deduplication tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tokens {
    Honoured,
    Ignored,
}

pub(crate) fn columns() -> RecordBatch {
    RecordBatch::new_empty(Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)])))
}

pub(crate) fn deduplication(tokens: Tokens) -> RecordBatch {
    let window = u64::from(matches!(tokens, Tokens::Honoured)) * 100;
    let replicated: ArrayRef = Arc::new(BooleanArray::from(vec![false]));
    let window: ArrayRef = Arc::new(UInt64Array::from(vec![window]));
    RecordBatch::try_from_iter([("replicated", replicated), ("window", window)]).unwrap()
}

/// A server whose table is there, and which answers everything else with `answer`.
pub(crate) async fn server(tokens: Tokens, answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    for (mark, batch) in [
        ("SELECT * FROM `t` WHERE 0", columns()),
        ("system.tables", deduplication(tokens)),
        ("KILL QUERY", numbers(&[1])),
    ] {
        Mock::given(method("POST"))
            .and(body_string_contains(mark))
            .respond_with(ResponseTemplate::new(200).set_body_bytes(arrow(&[batch])))
            .with_priority(1)
            .mount(&server)
            .await;
    }
    let answer = answer.insert_header("X-ClickHouse-Summary", "{}");
    Mock::given(method("POST")).respond_with(answer).mount(&server).await;
    server
}

/// The requests that were not questions about the table.
pub(crate) async fn attempts(server: &MockServer) -> Vec<Request> {
    let all = server.received_requests().await.unwrap();
    let about_the_table = |request: &Request| {
        let body = String::from_utf8_lossy(&request.body);
        ["SELECT * FROM `t` WHERE 0", "system.tables", "KILL QUERY"]
            .iter()
            .any(|mark| body.contains(mark))
    };
    all.into_iter().filter(|request| !about_the_table(request)).collect()
}

pub(crate) fn setting(request: &Request, name: &str) -> String {
    let found = request.url.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// What is asked for, as the retry policy tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Read,
    IdempotentInsert,
    OtherInsert,
    IdempotentStatement,
    OtherStatement,
    GuardedDefinition,
}

impl Class {
    pub(crate) const ALL: [Self; 6] = [
        Self::Read,
        Self::IdempotentInsert,
        Self::OtherInsert,
        Self::IdempotentStatement,
        Self::OtherStatement,
        Self::GuardedDefinition,
    ];

    pub(crate) const fn is_idempotent(self) -> bool {
        !matches!(self, Self::OtherInsert | Self::OtherStatement)
    }

    pub(crate) async fn run(self, db: &dyn QueryExecutor) -> Result<()> {
        let insert = || Insert::new(T, numbers(&[7]));
        match self {
            Self::Read => db.query(Statement::new("SELECT n FROM t")).await.map(drop),
            Self::IdempotentInsert => db.insert(insert().idempotent()).await.map(drop),
            Self::OtherInsert => db.insert(insert()).await.map(drop),
            Self::IdempotentStatement => {
                db.execute(Statement::new("ALTER TABLE t DELETE WHERE n = 1").idempotent()).await
            }
            Self::OtherStatement => {
                db.execute(Statement::new("INSERT INTO t SELECT n FROM t")).await
            }
            Self::GuardedDefinition => {
                db.execute(Statement::new("CREATE TABLE IF NOT EXISTS u (n Int64)")).await
            }
        }
    }
}

/// One row, as an answer to a query.
pub(crate) fn one_row() -> Vec<u8> {
    let n: ArrayRef = Arc::new(Int64Array::from(vec![7]));
    arrow(&[RecordBatch::try_from_iter([("n", n)]).unwrap()])
}
