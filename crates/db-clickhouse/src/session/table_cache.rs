//! What tables look like, for as long as that may be believed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use arrow_array::StringArray;
use arrow_schema::SchemaRef;
use db_port::Identifier;
use tokio::time::Instant;

use crate::policy::idempotency::Idempotency;

/// Another client may change a table at any time. Until the cache is this old, an insert may be
/// checked against columns that are gone.
const MAX_AGE: Duration = Duration::from_secs(2);

/// What an insert needs to know about its table; beside the columns, only what was asked for.
#[derive(Debug)]
pub(crate) struct KnownTable {
    pub(crate) columns: SchemaRef,
    pub(crate) without_default: OnceLock<StringArray>,
    /// Of an insert whose caller does not call it idempotent.
    pub(crate) idempotency: OnceLock<Idempotency>,
    asked_at: Instant,
}

impl KnownTable {
    /// `asked_at` is a moment before the columns were asked for.
    pub(crate) const fn new(columns: SchemaRef, asked_at: Instant) -> Self {
        Self { columns, without_default: OnceLock::new(), idempotency: OnceLock::new(), asked_at }
    }
}

/// The tables that inserts went to lately.
#[derive(Default)]
pub(crate) struct TableCache(Mutex<State>);

#[derive(Default)]
struct State {
    tables: HashMap<Identifier, Arc<KnownTable>>,
    cleared_at: Option<Instant>,
}

impl TableCache {
    pub(crate) fn get(&self, name: &Identifier) -> Option<Arc<KnownTable>> {
        let known = self.lock().tables.get(name).cloned();
        known.filter(|table| table.asked_at.elapsed() < MAX_AGE)
    }

    /// Remembers a table, unless the cache was cleared after it was asked.
    pub(crate) fn insert(&self, name: &Identifier, table: &Arc<KnownTable>) {
        let mut state = self.lock();
        if state.cleared_at.is_none_or(|cleared_at| cleared_at < table.asked_at) {
            state.tables.insert(name.clone(), Arc::clone(table));
        }
    }

    /// Forgets every table: one of them may have been changed.
    pub(crate) fn clear(&self) {
        let mut state = self.lock();
        state.tables.clear();
        state.cleared_at = Some(Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use arrow_schema::Schema;

    use super::*;

    const T: Identifier = Identifier::from_static("t");

    fn asked_now() -> Arc<KnownTable> {
        Arc::new(KnownTable::new(Arc::new(Schema::empty()), Instant::now()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_table_is_known_until_it_is_too_old() {
        let cache = TableCache::default();
        cache.insert(&T, &asked_now());
        assert!(cache.get(&T).is_some());
        assert!(cache.get(&Identifier::from_static("u")).is_none());
        tokio::time::advance(MAX_AGE).await;
        assert!(cache.get(&T).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_asked_before_the_cache_was_cleared_is_not_remembered_after_it() {
        let cache = TableCache::default();
        let before = asked_now();
        cache.insert(&T, &before);
        cache.clear();
        assert!(cache.get(&T).is_none());
        cache.insert(&T, &before);
        assert!(cache.get(&T).is_none());
        tokio::time::advance(Duration::from_millis(1)).await;
        cache.insert(&T, &asked_now());
        assert!(cache.get(&T).is_some());
    }
}
