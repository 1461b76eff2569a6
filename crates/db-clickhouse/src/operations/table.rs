//! What a table looks like, asked or remembered, and whether an insert fits it.

use std::sync::Arc;

use arrow_schema::SchemaRef;
use db_port::adapter::{
    COLUMNS_WITHOUT_DEFAULT, check_missing_columns, column_positions, missing_columns,
};
use db_port::{Identifier, Insert, Result, Statement};
use tokio::time::Instant;

use super::deduplication;
use super::query::Query;
use crate::policy::idempotency::Idempotency;
use crate::session::{KnownTable, Session};

/// The columns of a table, as a query of it returns them. Any shard of a distributed table knows
/// them.
pub(super) async fn columns(query: Query<'_>, table: &Identifier) -> Result<SchemaRef> {
    let columns = Statement::from_audited_text(format!("SELECT * FROM `{table}` WHERE 0"));
    let columns = columns.with_setting("skip_unavailable_shards", 1);
    Ok(query.rows(&columns).await?.schema().clone())
}

/// Asks for the table's columns and remembers them.
pub(super) async fn ask(
    session: &Session,
    query: Query<'_>,
    name: &Identifier,
) -> Result<Arc<KnownTable>> {
    let asked_at = Instant::now();
    let table = Arc::new(KnownTable::new(columns(query, name).await?, asked_at));
    session.tables.insert(name, &table);
    Ok(table)
}

/// Refuses an insert that the table would not take, or not as it is meant.
pub(super) async fn check(query: Query<'_>, insert: &Insert, table: &KnownTable) -> Result<()> {
    column_positions(insert, &table.columns)?;
    if missing_columns(insert, &table.columns).next().is_none() {
        return Ok(());
    }
    if let Some(without_default) = table.without_default.get() {
        return check_missing_columns(insert, &table.columns, without_default);
    }
    let ask = Statement::new(COLUMNS_WITHOUT_DEFAULT).bind("table", insert.table().as_str());
    let without_default = query.texts(&ask, "name").await?;
    let without_default = table.without_default.get_or_init(|| without_default);
    check_missing_columns(insert, &table.columns, without_default)
}

/// How idempotent the insert is. The table is asked only where that makes a difference.
pub(super) async fn idempotency(
    session: &Session,
    query: Query<'_>,
    insert: &Insert,
    table: &KnownTable,
) -> Result<Idempotency> {
    if insert.is_idempotent() {
        return Ok(Idempotency::Everywhere);
    }
    if session.config.max_retries == 0 {
        return Ok(Idempotency::No);
    }
    if let Some(&known) = table.idempotency.get() {
        return Ok(known);
    }
    let concurrent = session.config.max_concurrent_requests as u64;
    let asked = deduplication::idempotency(query, insert.table(), concurrent).await?;
    Ok(*table.idempotency.get_or_init(|| asked))
}
