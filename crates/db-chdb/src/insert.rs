use arrow_array::RecordBatch;
use arrow_schema::Schema;
use db_port::{DbError, Identifier, Insert, InsertSummary, Result, quoted};

use crate::session::Session;

const STAGING: Identifier = Identifier::from_static("candlehouse_staging");

/// Stores the batch. The engine's bulk path takes columns by position and wants all of them, so
/// the batch is put in the table's order; a batch that lacks columns goes through a temporary
/// table and an `INSERT` that names the ones it has. Blocks.
pub(crate) fn run(
    mut session: Session,
    database: &Identifier,
    insert: &Insert,
) -> Result<InsertSummary> {
    session.set(&insert.settings()?)?;
    if let Some(token) = insert.deduplication_token() {
        session.update(&format!(
            "SET insert_deduplicate = 1, insert_deduplication_token = {}",
            quoted(token)
        ))?;
    }
    let table = insert.table();
    let schema = session.schema_of(table)?;
    let order = insert.arrange_for(&schema)?;
    let rows = insert.batch().num_rows() as u64;
    if rows == 0 {
        return Ok(InsertSummary::new(0));
    }
    let present: Vec<_> = order.iter().copied().flatten().collect();
    let batch = insert.batch().project(&present).map_err(|error| DbError::InvalidInput {
        what: format!("insert into {table}"),
        reason: error.to_string(),
    })?;
    if present.len() == order.len() {
        session.ingest(Some(database), table, batch)?;
    } else {
        ingest_some(&mut session, table, &schema, &order, batch)?;
    }
    Ok(InsertSummary::new(rows))
}

fn ingest_some(
    session: &mut Session,
    table: &Identifier,
    schema: &Schema,
    order: &[Option<usize>],
    batch: RecordBatch,
) -> Result<()> {
    let names: Vec<_> = order
        .iter()
        .zip(schema.fields())
        .filter(|(position, _)| position.is_some())
        .map(|(_, field)| format!("`{}`", field.name().replace('\\', "\\\\").replace('`', "\\`")))
        .collect();
    let names = names.join(", ");
    session.update(&format!(
        "CREATE TEMPORARY TABLE {STAGING} AS SELECT {names} FROM `{table}` WHERE 0"
    ))?;
    session.ingest(None, &STAGING, batch)?;
    session.update(&format!("INSERT INTO `{table}` ({names}) SELECT {names} FROM {STAGING}"))
}
