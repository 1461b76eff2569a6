//! Settings of one request, checked before they are sent.

use crate::error::Result;
use crate::identifier::Identifier;

/// A setting of the engine for one request, such as `max_threads = 4`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The setting's name.
    pub name: Identifier,
    /// Its value in text form, as ClickHouse's `SET name = 'value'` takes it.
    pub value: String,
}

/// The settings of a [`Statement`](crate::Statement) or [`Insert`](crate::Insert), their names
/// checked.
///
/// # Errors
/// [`DbError::InvalidInput`](crate::DbError::InvalidInput) when a name is not an [`Identifier`].
pub fn check_settings<'a>(
    settings: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<Setting>> {
    let check = |(name, value): (&str, &str)| {
        Ok(Setting { name: Identifier::new(name.to_owned())?, value: value.to_owned() })
    };
    settings.map(check).collect()
}
