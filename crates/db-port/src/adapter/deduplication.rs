//! What an insert is known by to a table that stores it once.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::insert::Insert;

/// The deduplication token to send with the rows of `insert`, given their bytes as they are sent: a
/// hash of the table, the caller's name for the insert and those bytes. A table drops in silence what
/// it takes for a repetition, so the same name with other rows must be another token.
#[must_use]
pub fn deduplication_token(insert: &Insert, content: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [insert.table().as_str(), insert.deduplication_token().unwrap_or_default()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(content);
    hash.finalize().iter().fold(String::new(), |mut token, byte| {
        // Writing to a string cannot fail.
        let _written = write!(token, "{byte:02x}");
        token
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::RecordBatch;
    use arrow_schema::Schema;

    use super::*;
    use crate::Identifier;

    fn insert(table: &'static str) -> Insert {
        let nothing = RecordBatch::new_empty(Arc::new(Schema::empty()));
        Insert::new(Identifier::from_static(table), nothing)
    }

    #[test]
    fn table_name_and_content_each_make_another_token() {
        let token = deduplication_token(&insert("t").with_deduplication_token("a"), b"rows");
        assert_eq!(token, deduplication_token(&insert("t").with_deduplication_token("a"), b"rows"));
        for other in [
            deduplication_token(&insert("t").with_deduplication_token("a"), b"rowz"),
            deduplication_token(&insert("t").with_deduplication_token("b"), b"rows"),
            deduplication_token(&insert("u").with_deduplication_token("a"), b"rows"),
            deduplication_token(&insert("t").with_deduplication_token("ar"), b"ows"),
            deduplication_token(&insert("t"), b"rows"),
        ] {
            assert_eq!(other.len(), 64);
            assert_ne!(other, token);
        }
    }
}
