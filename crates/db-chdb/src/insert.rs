//! Inserts.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, Schema};
use db_port::adapter::{
    COLUMNS_WITHOUT_DEFAULT, check_missing_columns, column_positions, deduplication_token,
    missing_columns, quoted_identifier, string_literal,
};
use db_port::{DbError, Identifier, Insert, InsertSummary, Result, Statement, column};

use crate::connection::Connection;
use crate::session::Session;
use crate::settings;
use crate::worker::Worker;

/// Stores the batch. Without an answer it is not known whether it is stored.
pub(crate) async fn run(session: Arc<Session>, insert: Insert) -> Result<InsertSummary> {
    let (limit, within) = (insert.timeout(), Arc::clone(&session));
    let what = format!("the insert into {}", insert.table());
    let worker =
        Worker::start(&session, None, move |connection, _| store(connection?, &within, &insert));
    let worker = worker.await?;
    let query_id = worker.work.id().to_owned();
    worker.result(limit).await.map_err(|failure| DbError::OutcomeUnknown {
        what,
        query_id,
        source: Some(failure.into()),
    })?
}

/// The engine's bulk path takes columns by position and wants all of them, so the batch is put in
/// the table's order; a batch that lacks columns goes through a temporary table and an `INSERT` that
/// names the ones it has. Blocks.
fn store(mut connection: Connection, session: &Session, insert: &Insert) -> Result<InsertSummary> {
    let database = &session.config.database;
    connection.enter(database)?;
    session.set(&mut connection, &settings::of_insert(insert)?)?;
    let table = insert.table();
    let schema = connection.schema_of(table)?;
    let order = column_positions(insert, &schema)?;
    if missing_columns(insert, &schema).next().is_some() {
        refuse_missing(&mut connection, insert, &schema)?;
    }
    let rows = insert.batch().num_rows() as u64;
    if rows == 0 {
        return Ok(InsertSummary::new(0));
    }
    let present: Vec<_> = order.iter().copied().flatten().collect();
    let refused = |error: ArrowError| DbError::InvalidInput {
        what: format!("insert into {table}"),
        reason: error.to_string(),
    };
    let batch = insert.batch().project(&present).map_err(refused)?;
    if insert.deduplication_token().is_some() {
        let token = deduplication_token(insert, &encoded(&batch).map_err(refused)?);
        connection.update(&format!(
            "SET insert_deduplicate = 1, insert_deduplication_token = {}",
            string_literal(&token)
        ))?;
    }
    if present.len() == order.len() {
        connection.ingest(Some(database), table, batch)?;
    } else {
        ingest_some(&mut connection, database, table, &schema, &order, batch)?;
    }
    Ok(InsertSummary::new(rows))
}

fn refuse_missing(connection: &mut Connection, insert: &Insert, schema: &Schema) -> Result<()> {
    let ask = Statement::new(COLUMNS_WITHOUT_DEFAULT).bind("table", insert.table().as_str());
    connection.bind(&ask)?;
    for names in connection.query(ask.sql())? {
        let names = names.map_err(|error| DbError::UnexpectedResult {
            expected: "the names of columns".into(),
            found: error.to_string(),
        })?;
        check_missing_columns(insert, schema, column(&names, "name")?)?;
    }
    Ok(())
}

/// The content as bytes, for the token only: the engine takes the batch as it is.
fn encoded(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), batch.schema_ref())?;
    writer.write(batch)?;
    writer.finish()?;
    writer.into_inner()
}

fn ingest_some(
    connection: &mut Connection,
    database: &Identifier,
    table: &Identifier,
    schema: &Schema,
    order: &[Option<usize>],
    batch: RecordBatch,
) -> Result<()> {
    let names: Vec<_> = order
        .iter()
        .zip(schema.fields())
        .filter(|(position, _)| position.is_some())
        .map(|(_, field)| quoted_identifier(field.name()))
        .collect();
    let names = names.join(", ");
    let staging = Identifier::new(format!("staging_{}", uuid::Uuid::new_v4().simple()))?;
    connection.update(&format!(
        "CREATE TEMPORARY TABLE `{staging}` AS SELECT {names} FROM `{database}`.`{table}` WHERE 0"
    ))?;
    connection.ingest(None, &staging, batch)?;
    connection.update(&format!(
        "INSERT INTO `{database}`.`{table}` ({names}) SELECT {names} FROM `{staging}`"
    ))
}
