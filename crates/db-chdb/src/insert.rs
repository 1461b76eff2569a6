//! Inserts.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, Schema, SchemaRef};
use db_port::adapter::{
    COLUMNS_WITHOUT_DEFAULT, check_missing_columns, column_positions, deduplication_token,
    missing_columns, quoted_identifier,
};
use db_port::{DbError, Identifier, Insert, InsertSummary, Result, Statement, column};

use crate::connection::{Connection, assignment};
use crate::engine::Engine;
use crate::session::Session;
use crate::settings;
use crate::tables::Tables;
use crate::work::Work;
use crate::worker::Worker;

/// The columns of a table, and where the batch has each.
type Columns = (SchemaRef, Vec<Option<usize>>);

/// Stores the batch. Without an answer it is not known whether it is stored.
pub(crate) async fn run(session: Arc<Session>, insert: Insert) -> Result<InsertSummary> {
    let (limit, within) = (insert.timeout(), Arc::clone(&session));
    let what = format!("the insert into {}", insert.table());
    let worker =
        Worker::start(&session, None, move |engine, work| run_on(engine?, work, &within, &insert));
    let worker = worker.await?;
    let query_id = worker.work.id().to_owned();
    worker.result(limit).await.map_err(|failure| DbError::OutcomeUnknown {
        what,
        query_id,
        source: Some(failure.into()),
    })?
}

/// Blocks.
fn run_on(
    engine: Arc<Engine>,
    work: &Work,
    session: &Session,
    insert: &Insert,
) -> Result<InsertSummary> {
    let setup = session.setup(settings::of_insert(insert)?);
    let tables = engine.running()?.tables.clone();
    let mut connection = Connection::open(engine, work.id(), setup)?;
    let stored = store(&mut connection, &session.config.database, &tables, insert);
    match stored {
        // From here on nobody kills it, and so nobody kills what is next on the connection.
        Ok(_) => {
            work.end();
            connection.leave();
        }
        // The table may not be what it was.
        Err(_) => tables.forget(),
    }
    stored
}

/// The engine's bulk path takes columns by position and wants all of them, so the batch is put in
/// the table's order; a batch that lacks columns goes through a temporary table and an `INSERT` that
/// names the ones it has.
fn store(
    connection: &mut Connection,
    database: &Identifier,
    tables: &Tables,
    insert: &Insert,
) -> Result<InsertSummary> {
    let table = insert.table();
    let (schema, order) = match known(connection, tables, insert) {
        Some(known) => known,
        None => asked(connection, tables, insert)?,
    };
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
        connection.set_once(&[
            assignment("insert_deduplicate", "1"),
            assignment("insert_deduplication_token", &token),
        ])?;
    }
    if present.len() == order.len() {
        connection.ingest(Some(database), table, batch)?;
    } else {
        ingest_some(connection, database, table, &schema, &order, batch)?;
    }
    Ok(InsertSummary::new(rows))
}

/// The table's columns as they are remembered, if the batch has all of them.
fn known(connection: &Connection, tables: &Tables, insert: &Insert) -> Option<Columns> {
    let schema = tables.get(&connection.setup, insert.table())?;
    let order = column_positions(insert, &schema).ok()?;
    order.iter().all(Option::is_some).then_some((schema, order))
}

/// The table's columns, if the batch may lack what it lacks.
fn asked(connection: &mut Connection, tables: &Tables, insert: &Insert) -> Result<Columns> {
    let asking = tables.asking();
    let schema = connection.schema_of(insert.table())?;
    let order = column_positions(insert, &schema)?;
    if missing_columns(insert, &schema).next().is_some() {
        refuse_missing(connection, insert, &schema)?;
    }
    let setup = connection.setup.clone();
    tables.remember(&asking, setup, insert.table().clone(), Arc::clone(&schema));
    Ok((schema, order))
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
    connection.is_clean = false;
    let staging = Identifier::new(format!("staging_{}", uuid::Uuid::new_v4().simple()))?;
    connection.update(&format!(
        "CREATE TEMPORARY TABLE `{staging}` AS SELECT {names} FROM `{database}`.`{table}` WHERE 0"
    ))?;
    connection.ingest(None, &staging, batch)?;
    connection.update(&format!(
        "INSERT INTO `{database}`.`{table}` ({names}) SELECT {names} FROM `{staging}`"
    ))
}
