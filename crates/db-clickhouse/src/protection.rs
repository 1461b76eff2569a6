use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use arrow_array::{BooleanArray, UInt64Array};
use db_port::{Identifier, Result, Statement, column};

use crate::exception::is_hidden;
use crate::reading::Reading;

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

impl Protections {
    /// How `table` of the executor's database treats tokens. A server that remembers fewer of them
    /// than there can be inserts at the same time may have forgotten one before it comes again.
    pub(crate) async fn of(
        &self,
        table: &Identifier,
        reading: Reading<'_>,
        at_the_same_time: u64,
    ) -> Result<Protection> {
        if let Some(known) = self.known(table) {
            return Ok(known);
        }
        let statement = Statement::new(ASK).bind("table", table.as_str());
        let protection = match reading.first_rows(&statement).await {
            Ok(Some(row)) if column::<UInt64Array>(&row, "window")?.value(0) < at_the_same_time => {
                Protection::None
            }
            Ok(Some(row)) if column::<BooleanArray>(&row, "replicated")?.value(0) => {
                Protection::EveryReplica
            }
            Ok(Some(_)) => Protection::OneServer,
            // Not visible to this user, or not there.
            Ok(None) => Protection::None,
            Err(error) if is_hidden(&error) => Protection::None,
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
