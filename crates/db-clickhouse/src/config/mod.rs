//! Where a server is and how to talk to it: the settings, and how they are read, checked and shown.

mod authentication;
mod builder;
mod clickhouse_config;
mod compression;
mod display;
mod endpoint;
mod env;
mod error;
mod file;
mod percent;
mod setting;
mod settings;
mod tls;
mod url;
mod validate;
mod value;

pub use clickhouse_config::ClickHouseConfig;
pub use compression::Compression;

pub(crate) use authentication::Authentication;
pub(crate) use error::invalid;
pub(crate) use file::read_file;
pub(crate) use tls::TlsConfig;
pub(crate) use value::at_most_a_year;
