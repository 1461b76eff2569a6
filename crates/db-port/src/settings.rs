use std::borrow::Cow;

use crate::{Identifier, Result};

/// A setting of the engine for one request, such as `max_threads = 4`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The setting's name.
    pub name: Identifier,
    /// Its value in text form, as ClickHouse's `SET name = 'value'` takes it.
    pub value: String,
}

/// Settings as they were given, their names not checked yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Settings(Vec<(Cow<'static, str>, String)>);

impl Settings {
    pub(crate) const NONE: Self = Self(Vec::new());

    pub(crate) fn push(&mut self, name: Cow<'static, str>, value: String) {
        self.0.push((name, value));
    }

    pub(crate) fn checked(&self) -> Result<Vec<Setting>> {
        let check = |(name, value): &(Cow<'static, str>, String)| {
            Ok(Setting { name: Identifier::new(name.clone())?, value: value.clone() })
        };
        self.0.iter().map(check).collect()
    }
}
