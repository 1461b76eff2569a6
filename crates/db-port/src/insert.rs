//! An insert: a batch of rows and the table it goes to.

use std::borrow::Cow;
use std::time::Duration;

use arrow_array::RecordBatch;

use crate::identifier::Identifier;

/// A batch of rows to store in a table.
///
/// One insert is one unit of acknowledgement: it is stored as a whole, provided that it has at
/// most [`Insert::MAX_ATOMIC_ROWS`] rows and touches one partition of its table.
#[derive(Debug, Clone)]
pub struct Insert {
    table: Identifier,
    batch: RecordBatch,
    deduplication_token: Option<String>,
    idempotent: bool,
    settings: Vec<(Cow<'static, str>, String)>,
    timeout: Option<Duration>,
}

impl Insert {
    /// The largest batch, in rows, that every adapter stores as one block.
    pub const MAX_ATOMIC_ROWS: usize = 200_000;

    /// Stores `batch` in `table` of the executor's database.
    #[must_use]
    pub const fn new(table: Identifier, batch: RecordBatch) -> Self {
        Self {
            table,
            batch,
            deduplication_token: None,
            idempotent: false,
            settings: Vec::new(),
            timeout: None,
        }
    }

    /// Names this insert, so that a table that honours tokens stores it once however often it is
    /// sent. Adapters add the content to the name: the same name with other rows is another insert
    /// and is stored. Without a name the content stands for itself.
    #[must_use]
    pub fn with_deduplication_token(mut self, token: impl Into<String>) -> Self {
        self.deduplication_token = Some(token.into());
        self
    }

    /// Promises that storing the rows twice leaves what storing them once leaves, as in a table that
    /// keeps one row of each identity, so that an adapter may send them again after a failure whose
    /// outcome it does not know.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Sets a setting of the engine for this insert only.
    #[must_use]
    pub fn with_setting(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl ToString,
    ) -> Self {
        self.settings.push((name.into(), value.to_string()));
        self
    }

    /// Gives up after this long.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The table.
    #[must_use]
    pub const fn table(&self) -> &Identifier {
        &self.table
    }

    /// The rows.
    #[must_use]
    pub const fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// The name of the content, if it has one.
    #[must_use]
    pub fn deduplication_token(&self) -> Option<&str> {
        self.deduplication_token.as_deref()
    }

    /// Whether the caller called [`Insert::idempotent`].
    #[must_use]
    pub const fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// The time limit, if there is one.
    #[must_use]
    pub const fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// The settings, in the order they were given.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings.iter().map(|(name, value)| (name.as_ref(), value.as_str()))
    }
}

/// What an acknowledged insert did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InsertSummary {
    /// Rows sent and acknowledged. A row whose block the table already knew by its token counts.
    pub rows: u64,
}

impl InsertSummary {
    /// A summary of `rows` acknowledged rows.
    #[must_use]
    pub const fn new(rows: u64) -> Self {
        Self { rows }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array};

    use super::*;

    #[test]
    fn what_was_asked_for_is_what_an_adapter_reads() {
        let column: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
        let plain = Insert::new(Identifier::from_static("bars"), batch);
        assert_eq!((plain.is_idempotent(), plain.timeout()), (false, None));
        assert_eq!((plain.deduplication_token(), plain.settings().count()), (None, 0));
        let asked = plain
            .idempotent()
            .with_deduplication_token("portion 1")
            .with_timeout(Duration::from_secs(2))
            .with_setting("max_threads", 1)
            .with_setting("insert_quorum", "auto");
        assert_eq!((asked.is_idempotent(), asked.timeout()), (true, Some(Duration::from_secs(2))));
        assert_eq!(asked.deduplication_token(), Some("portion 1"));
        let settings: Vec<_> = asked.settings().collect();
        assert_eq!(settings, [("max_threads", "1"), ("insert_quorum", "auto")]);
    }
}
