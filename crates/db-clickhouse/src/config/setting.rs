//! One setting: how it is called where, and how its value is written.

use std::path::PathBuf;
use std::time::Duration;

use db_port::Result;

use super::clickhouse_config::ClickHouseConfig;
use super::compression::Compression;
use super::error::invalid;
use super::validate::MAX_CONCURRENT_REQUESTS;
use super::value;

/// A row of the table of settings.
pub(super) struct Setting {
    /// As the builder's method without `with_`, as URL parameter and in messages.
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
    pub(super) kind: ValueKind,
}

pub(super) type Set<T> = fn(ClickHouseConfig, T) -> ClickHouseConfig;

/// What a value is, and who takes it.
pub(super) enum ValueKind {
    Flag(Set<bool>),
    Seconds(Set<Duration>),
    Number(Set<u32>),
    Requests(Set<usize>),
    Path(Set<PathBuf>),
    Compression(Set<Compression>),
    /// A part of a URL, and no parameter.
    Part(fn(ClickHouseConfig, &str, &str) -> Result<ClickHouseConfig>),
    /// User, password or token: several settings go together.
    Identity,
}

impl Setting {
    pub(super) const fn is_parameter(&self) -> bool {
        !matches!(self.kind, ValueKind::Part(_) | ValueKind::Identity)
    }

    /// Whether its name alone says something.
    pub(super) const fn is_flag(&self) -> bool {
        matches!(self.kind, ValueKind::Flag(_) | ValueKind::Compression(_))
    }

    /// Reads `text` into `config`; messages call the setting `shown`.
    pub(super) fn set(
        &self,
        config: ClickHouseConfig,
        shown: &str,
        text: &str,
    ) -> Result<ClickHouseConfig> {
        Ok(match self.kind {
            ValueKind::Flag(set) => set(config, value::flag(shown, text)?),
            ValueKind::Seconds(set) => set(config, value::seconds(shown, text)?),
            ValueKind::Number(set) => set(config, value::whole(shown, text, 0, u32::MAX)?),
            ValueKind::Requests(set) => {
                set(config, value::whole(shown, text, 1, MAX_CONCURRENT_REQUESTS)?)
            }
            ValueKind::Path(_) if text.is_empty() => {
                return Err(invalid(shown, "it names no file"));
            }
            ValueKind::Path(set) => set(config, text.into()),
            ValueKind::Compression(set) => set(config, value::compression(shown, text)?),
            ValueKind::Part(set) => return set(config, shown, text),
            ValueKind::Identity => config,
        })
    }
}
