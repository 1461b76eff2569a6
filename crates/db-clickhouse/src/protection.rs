use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use arrow_array::{BooleanArray, UInt64Array};
use db_port::{DbError, Identifier, Result, Statement, column};

use crate::limits::Limits;
use crate::session::Session;

/// Who notices when a table is sent the same rows twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protection {
    /// A replicated table: every replica knows the tokens of all.
    EveryReplica,
    /// A table that remembers the tokens it got itself.
    OneServer,
    /// A table that ignores tokens, or one that could not be asked.
    None,
}

/// What tables said about themselves, each asked once.
#[derive(Default)]
pub(crate) struct Protections(Mutex<HashMap<Identifier, Protection>>);

const ASK: &str = "\
    WITH toUInt64OrZero(extract(engine_full, '\\\\bnon_replicated_deduplication_window = (\\\\d+)')) AS own, \
         match(engine_full, '\\\\bnon_replicated_deduplication_window\\\\b') AS stated, \
         (SELECT toUInt64OrZero(any(value)) FROM system.merge_tree_settings \
          WHERE name = 'non_replicated_deduplication_window') AS everyones, \
         match(engine, '^(Replicated|Shared).*MergeTree$') AS replicated \
    SELECT toBool(replicated AND NOT match(engine_full, '\\\\breplicated_deduplication_window = 0\\\\b')) AS replicas, \
           if(match(engine, 'MergeTree$') AND NOT replicated, if(stated, own, everyones), 0) AS window \
    FROM system.tables WHERE database = currentDatabase() AND name = {table:String}";

impl Protections {
    /// How `table` of the executor's database treats tokens.
    pub(crate) async fn of(
        &self,
        table: &Identifier,
        session: &Session,
        limits: Limits,
    ) -> Result<Protection> {
        if let Some(known) = self.known(table) {
            return Ok(known);
        }
        let statement = Statement::new(ASK).bind("table", table.as_str());
        let protection = match session.first_batch(&statement, limits).await {
            Ok(Some(row)) if row.num_rows() == 1 => {
                if column::<BooleanArray>(&row, "replicas")?.value(0) {
                    Protection::EveryReplica
                } else if column::<UInt64Array>(&row, "window")?.value(0) > 0 {
                    Protection::OneServer
                } else {
                    Protection::None
                }
            }
            // Not visible to this user, or not there.
            Ok(_) | Err(DbError::Database { .. }) => Protection::None,
            Err(error) => return Err(error),
        };
        self.lock().insert(table.clone(), protection);
        Ok(protection)
    }

    fn known(&self, table: &Identifier) -> Option<Protection> {
        self.lock().get(table).copied()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Identifier, Protection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
