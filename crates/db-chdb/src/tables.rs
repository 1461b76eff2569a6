//! What tables look like, for as long as that may be believed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow_schema::SchemaRef;
use db_port::Identifier;

use crate::setup::Setup;

/// Nobody but this process changes its tables, but some show those of another database.
const MAX_AGE: Duration = Duration::from_secs(2);

/// The tables that inserts went to lately. What is known never refuses an insert.
#[derive(Default, Clone)]
pub(crate) struct Tables(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    known: Vec<Known>,
    /// Statements under way that may change a table.
    changing: usize,
    /// Rises whenever one begins or ends.
    changes: u64,
}

struct Known {
    setup: Setup,
    table: Identifier,
    columns: SchemaRef,
    asked_at: Instant,
}

/// A moment before the columns of a table are asked for.
pub(crate) struct Asking {
    changes: u64,
    at: Instant,
}

/// A statement that may change a table is under way until this is dropped.
pub(crate) struct Changing(Tables);

impl Tables {
    pub(crate) fn get(&self, setup: &Setup, table: &Identifier) -> Option<SchemaRef> {
        let mut state = self.state();
        state.known.retain(|known| known.asked_at.elapsed() < MAX_AGE);
        let mut known = state.known.iter();
        let known = known.find(|known| known.table == *table && known.setup == *setup)?;
        Some(Arc::clone(&known.columns))
    }

    pub(crate) fn asking(&self) -> Asking {
        Asking { changes: self.state().changes, at: Instant::now() }
    }

    /// Remembers a table, unless one may have changed since it was asked.
    pub(crate) fn remember(
        &self,
        asking: &Asking,
        setup: Setup,
        table: Identifier,
        columns: SchemaRef,
    ) {
        let mut state = self.state();
        if state.changing == 0 && state.changes == asking.changes {
            state.known.retain(|known| known.table != table || known.setup != setup);
            state.known.push(Known { setup, table, columns, asked_at: asking.at });
        }
    }

    /// To be called before the statement begins. Nothing is known while it is under way.
    pub(crate) fn changing(&self) -> Changing {
        let mut state = self.state();
        state.changing += 1;
        state.changed();
        Changing(self.clone())
    }

    /// Forgets every table.
    pub(crate) fn forget(&self) {
        self.state().changed();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn changed(&mut self) {
        self.changes += 1;
        self.known.clear();
    }
}

impl Drop for Changing {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.changing -= 1;
        state.changed();
    }
}

#[cfg(test)]
mod tests {
    use arrow_schema::Schema;

    use super::*;

    const T: Identifier = Identifier::from_static("t");

    fn setup(database: &'static str) -> Setup {
        Setup {
            database: Identifier::from_static(database),
            settings: Vec::new(),
            parameters: Vec::new(),
        }
    }

    fn remember(tables: &Tables, asking: &Asking) {
        tables.remember(asking, setup("a"), T, Arc::new(Schema::empty()));
    }

    fn is_known(tables: &Tables) -> bool {
        tables.get(&setup("a"), &T).is_some()
    }

    #[test]
    fn a_table_is_known_in_its_setup_until_it_is_too_old() {
        let tables = Tables::default();
        remember(&tables, &tables.asking());
        assert!(is_known(&tables));
        assert!(tables.get(&setup("b"), &T).is_none());
        assert!(tables.get(&setup("a"), &Identifier::from_static("u")).is_none());
        let at = Instant::now().checked_sub(MAX_AGE).unwrap();
        remember(&tables, &Asking { at, ..tables.asking() });
        assert!(!is_known(&tables));
    }

    #[test]
    fn nothing_is_known_while_a_statement_may_change_tables_nor_from_before() {
        let tables = Tables::default();
        let before = tables.asking();
        remember(&tables, &before);
        let (one, two) = (tables.changing(), tables.changing());
        assert!(!is_known(&tables));
        drop(one);
        let within = tables.asking();
        remember(&tables, &within);
        assert!(!is_known(&tables), "another is under way");
        drop(two);
        remember(&tables, &before);
        remember(&tables, &within);
        assert!(!is_known(&tables), "it was asked before the change had ended");
        remember(&tables, &tables.asking());
        assert!(is_known(&tables));
        tables.forget();
        assert!(!is_known(&tables));
    }
}
