use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, Schema};
use bytes::Bytes;
use clickhouse::Client;
use db_port::{DbError, Insert, InsertSummary, Result, Setting, Statement};

use crate::error::classify;
use crate::limits::Limits;
use crate::request::{Kind, Request, WHOLE_ANSWER, checked};
use crate::stream;

/// Stores the batch in one request, after comparing its columns with the table's.
pub(crate) async fn run(
    client: &Client,
    server: &Arc<str>,
    insert: &Insert,
    limits: Limits,
) -> Result<InsertSummary> {
    let settings = checked(insert.settings()?)?;
    let (table, batch) = (insert.table(), insert.batch());
    let columns = Statement::from_audited_text(format!("SELECT * FROM `{table}` WHERE 0"));
    let request = Request::new(server, Kind::Query, limits);
    let columns = stream::open(client, &columns, request).await?;
    insert.arrange_for(columns.schema())?;
    drop(columns);
    if batch.num_rows() > 0 {
        let refuse =
            |reason| DbError::InvalidInput { what: format!("insert into {table}"), reason };
        if batch.num_columns() == 0 {
            return Err(refuse("its rows have no columns".into()));
        }
        let body = encode(batch).map_err(|error| refuse(error.to_string()))?;
        send(
            client,
            insert,
            settings,
            body,
            &Request::new(server, Kind::Insert(table.clone()), limits),
        )
        .await?;
    }
    Ok(InsertSummary::new(batch.num_rows() as u64))
}

async fn send(
    client: &Client,
    insert: &Insert,
    settings: Vec<Setting>,
    body: Bytes,
    request: &Request,
) -> Result<()> {
    let limit = Some(request.limits.left());
    let mut sending = client
        .insert_formatted_with(sql(insert))
        .with_timeouts(limit, limit)
        .with_setting("query_id", &request.query_id)
        .with_setting(WHOLE_ANSWER.0, WHOLE_ANSWER.1)
        .with_setting("async_insert", "0");
    for Setting { name, value } in settings {
        sending = sending.with_setting(name.as_str(), value);
    }
    if let Some(token) = insert.deduplication_token() {
        sending = sending
            .with_setting("insert_deduplicate", "1")
            .with_setting("insert_deduplication_token", token);
    }
    let sent = match sending.send(body).await {
        Ok(()) => sending.end().await,
        Err(error) => Err(error),
    };
    sent.map_err(|error| classify(error, request, None))
}

/// Names the columns, because the server drops those of an unnamed column list that it does not
/// know without a word.
fn sql(insert: &Insert) -> String {
    let schema = insert.batch().schema();
    let names: Vec<_> = schema.fields().iter().map(|field| quoted(field.name())).collect();
    format!("INSERT INTO `{}` ({}) FORMAT ArrowStream", insert.table(), names.join(", "))
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}

fn encode(batch: &RecordBatch) -> Result<Bytes, ArrowError> {
    // Metadata would only cost bytes.
    let schema = Schema::new(batch.schema().fields().clone());
    let mut writer = StreamWriter::try_new(Vec::new(), &schema)?;
    writer.write(batch)?;
    writer.finish()?;
    Ok(writer.into_inner()?.into())
}
