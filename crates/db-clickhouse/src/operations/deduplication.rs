//! Whether a table notices that it is sent the same rows twice.

use arrow_array::{BooleanArray, UInt64Array};
use db_port::{Identifier, Result, Statement, column};

use super::query::Query;
use crate::policy::idempotency::Idempotency;
use crate::wire::is_hidden;

/// A user's settings can make every table ignore tokens, whatever an insert says itself.
const ASK: &str = "\
    WITH toBool(match(engine, '^(Replicated|Shared).*MergeTree$')) AS replicated, \
         if(replicated, \
            extract(engine_full, '\\\\breplicated_deduplication_window = (\\\\d+)'), \
            extract(engine_full, '\\\\bnon_replicated_deduplication_window = (\\\\d+)')) AS own, \
         if(replicated, \
            (SELECT any(value) FROM system.replicated_merge_tree_settings \
             WHERE name = 'replicated_deduplication_window'), \
            (SELECT any(value) FROM system.merge_tree_settings \
             WHERE name = 'non_replicated_deduplication_window')) AS everyones, \
         (SELECT any(value) FROM system.settings \
          WHERE name = 'deduplicate_insert') AS users \
    SELECT replicated, \
           if(match(engine, 'MergeTree$') AND ifNull(users, '') != 'disable', \
              toUInt64OrZero(if(own != '', own, ifNull(everyones, ''))), 0) AS window \
    FROM system.tables WHERE database = currentDatabase() AND name = {table:String}";

/// How idempotent an insert into `table` is by its deduplication token. A server that remembers
/// fewer of them than there can be inserts at the same time may have forgotten one before it comes
/// again.
pub(super) async fn idempotency(
    query: Query<'_>,
    table: &Identifier,
    concurrent_inserts: u64,
) -> Result<Idempotency> {
    let statement = Statement::new(ASK).bind("table", table.as_str());
    let row = match query.only_row(&statement).await {
        Ok(Some(row)) => row,
        // Not there, or not shown to this user.
        Ok(None) => return Ok(Idempotency::No),
        Err(error) if is_hidden(&error) => return Ok(Idempotency::No),
        Err(error) => return Err(error),
    };
    let is_replicated = column::<BooleanArray>(&row, "replicated")?.value(0);
    Ok(if column::<UInt64Array>(&row, "window")?.value(0) < concurrent_inserts {
        Idempotency::No
    } else if is_replicated {
        Idempotency::Everywhere
    } else {
        Idempotency::SameServer
    })
}
