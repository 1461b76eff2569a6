use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, Schema};
use bytes::Bytes;
use clickhouse::Client;
use clickhouse::error::Error as ClientError;
use clickhouse::insert_formatted::InsertFormatted;
use db_port::adapter::{
    COLUMNS_WITHOUT_DEFAULT, Setting, check_missing_columns, check_settings, column_positions,
    deduplication_token, missing_columns, quoted_identifier,
};
use db_port::{DbError, Identifier, Insert, InsertSummary, Phase, Result, Statement, column};
use tokio::time::Instant;

use crate::call::Call;
use crate::error::classify;
use crate::failure::Failure;
use crate::protection::Protection;
use crate::reading::Reading;
use crate::request::{Kind, Request, WHOLE_ANSWER};
use crate::retry::Consent;
use crate::session::Session;

/// Stores the batch in one request, after comparing its columns with the table's. A repeated
/// attempt sends the same bytes under the same settings.
pub(crate) async fn run(session: &Session, insert: &Insert) -> Result<InsertSummary> {
    let (table, batch) = (insert.table(), insert.batch());
    let kind = Kind::Insert(table.clone());
    let settings = kind.checked(check_settings(insert.settings())?)?;
    let limits = session.limits(insert.timeout());
    let reading = session.reading(limits);
    let columns = reading.columns(table).await?;
    column_positions(insert, &columns)?;
    if missing_columns(insert, &columns).next().is_some() {
        let ask = Statement::new(COLUMNS_WITHOUT_DEFAULT).bind("table", table.as_str());
        if let Some(names) = reading.first_rows(&ask).await? {
            check_missing_columns(insert, &columns, column(&names, "name")?)?;
        }
    }
    if batch.num_rows() > 0 {
        let refuse =
            |reason| DbError::InvalidInput { what: format!("insert into {table}"), reason };
        if batch.num_columns() == 0 {
            return Err(refuse("its rows have no columns".into()));
        }
        let body = encode(batch).map_err(|error| refuse(error.to_string()))?;
        // A server that crashes can remember the token of rows that it has not stored, and would then
        // acknowledge them without storing them. Rows that may be stored twice need no such risk,
        // unless their caller named them.
        let is_named = insert.deduplication_token().is_some();
        let token =
            (is_named || !insert.is_idempotent()).then(|| deduplication_token(insert, &body));
        let block = Block { sql: sql(insert), token, settings, body };
        let consent = if insert.is_idempotent() {
            Consent::Anywhere
        } else {
            Consent::of_insert(protection(session, table, reading).await?)
        };
        Call::new(session, kind, "INSERT", consent, limits)
            .run(|client, request| block.send(client, request))
            .await?;
    }
    Ok(InsertSummary::new(batch.num_rows() as u64))
}

/// Asked only where the answer makes a difference.
async fn protection(
    session: &Session,
    table: &Identifier,
    reading: Reading<'_>,
) -> Result<Protection> {
    if session.config.max_retries == 0 {
        return Ok(Protection::None);
    }
    session.protections.of(table, reading, session.config.max_connections as u64).await
}

/// As long as Arrow's end marker.
const HELD_BACK: usize = 8;

/// What is sent, and sent again.
struct Block {
    sql: String,
    /// Where it is missing, each attempt has one of its own.
    token: Option<String>,
    settings: Vec<Setting>,
    body: Bytes,
}

impl Block {
    async fn send(&self, client: Client, request: Request) -> Result<(), Failure> {
        let end = Instant::now() + request.limits.next_wait(Phase::Request);
        let left = || Some(end.saturating_duration_since(Instant::now()));
        let mut sending = client
            .insert_formatted_with(&*self.sql)
            .with_timeouts(left(), left())
            .with_setting("query_id", &request.query_id)
            .with_setting(WHOLE_ANSWER.0, WHOLE_ANSWER.1)
            .with_setting("async_insert", "0");
        if let Some(seconds) = request.execution_time() {
            sending = sending.with_setting("max_execution_time", seconds);
        }
        for Setting { name, value } in &self.settings {
            sending = sending.with_setting(name.as_str(), value);
        }
        let token = self.token.as_ref().unwrap_or(&request.query_id);
        sending = sending
            .with_setting("insert_deduplicate", "1")
            .with_setting("insert_deduplication_token", token);
        let handed_over = self.hand_over(&mut sending).await;
        let sending = sending.with_timeouts(None, left());
        let sent = match handed_over {
            // In a task that keeps the limit even if nobody waits for it any more.
            Ok(()) => match tokio::spawn(sending.end()).await {
                Ok(ended) => ended,
                Err(lost) => Err(ClientError::Other(lost.into())),
            },
            Err(ClientError::TimedOut) => Err(ClientError::TimedOut),
            // The server may have answered before it had read everything.
            Err(lost) => sending.end().await.and(Err(lost)),
        };
        sent.map_err(|error| classify(error, &request, None))
    }

    /// Holds the end back until the beginning is on its way. Once it has everything, the client
    /// finishes the request in the background, even if it is dropped while the connection opens,
    /// and nothing could call it back.
    async fn hand_over(&self, sending: &mut InsertFormatted) -> Result<(), ClientError> {
        let mut end = self.body.clone();
        let beginning = end.split_to(self.body.len().saturating_sub(HELD_BACK));
        sending.send(beginning).await?;
        sending.send(end).await
    }
}

/// Names the columns, because the server drops those of an unnamed column list that it does not
/// know without a word.
fn sql(insert: &Insert) -> String {
    let schema = insert.batch().schema();
    let names: Vec<_> =
        schema.fields().iter().map(|field| quoted_identifier(field.name())).collect();
    format!("INSERT INTO `{}` ({}) FORMAT ArrowStream", insert.table(), names.join(", "))
}

fn encode(batch: &RecordBatch) -> Result<Bytes, ArrowError> {
    // Metadata would only cost bytes.
    let schema = Schema::new(batch.schema().fields().clone());
    let mut writer = StreamWriter::try_new(Vec::new(), &schema)?;
    writer.write(batch)?;
    writer.finish()?;
    Ok(writer.into_inner()?.into())
}
