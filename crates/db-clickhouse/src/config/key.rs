use std::path::PathBuf;
use std::time::Duration;

use db_port::Result;

use super::{ClickHouseConfig, refuse, value};

/// One setting: how it is called where, and how its value is written.
pub(super) struct Key {
    /// As the builder's method without `with_`, as URL parameter and in messages.
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
    pub(super) kind: Kind,
}

pub(super) type Set<T> = fn(ClickHouseConfig, T) -> ClickHouseConfig;

/// What a value is, and who takes it.
pub(super) enum Kind {
    Flag(Set<bool>),
    Seconds(Set<Duration>),
    Number(Set<u32>),
    Connections(Set<usize>),
    Path(Set<PathBuf>),
    /// It has a place of its own in a URL.
    Part(fn(ClickHouseConfig, &str, &str) -> Result<ClickHouseConfig>),
    /// A part of who asks, for which several keys go together.
    Identity,
}

impl Key {
    pub(super) const fn is_parameter(&self) -> bool {
        !matches!(self.kind, Kind::Part(_) | Kind::Identity)
    }

    pub(super) const fn is_flag(&self) -> bool {
        matches!(self.kind, Kind::Flag(_))
    }

    /// Reads `text` into `config`; messages call the setting `shown`.
    pub(super) fn set(
        &self,
        config: ClickHouseConfig,
        shown: &str,
        text: &str,
    ) -> Result<ClickHouseConfig> {
        Ok(match self.kind {
            Kind::Flag(set) => set(config, value::flag(shown, text)?),
            Kind::Seconds(set) => set(config, value::seconds(shown, text)?),
            Kind::Number(set) => set(config, value::whole(shown, text, 0, u32::MAX)?),
            Kind::Connections(set) => set(config, value::whole(shown, text, 1, 65535)?),
            Kind::Path(_) if text.is_empty() => return Err(refuse(shown, "it names no file")),
            Kind::Path(set) => set(config, text.into()),
            Kind::Part(set) => return set(config, shown, text),
            Kind::Identity => config,
        })
    }
}
