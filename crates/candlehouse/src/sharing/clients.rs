//! The options that let other programs than this one in.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use chdb_server::{Access, Error, ServerConfig, User, read_password};
use clap::Args;

use crate::error::CliError;
use crate::value_parsers;

/// The user of Candlehouse's own commands.
const OWN_USER: &str = "candlehouse_cli";

const HTTP: &str = "--clickhouse-http";
const TCP: &str = "--clickhouse-tcp";

#[derive(Debug, Args)]
#[command(next_help_heading = "Other clients of an embedded store")]
pub(crate) struct ClickHouseArgs {
    /// Where ClickHouse's HTTP interface listens, for Python, Grafana, DBeaver and so on; beyond
    /// this machine only with a password [default: a free port, on the IP address of
    /// --clickhouse-tcp, else 127.0.0.1]
    #[arg(
        long,
        value_name = "ADDR",
        value_parser = value_parsers::address,
        requires = "clickhouse_user"
    )]
    clickhouse_http: Option<SocketAddr>,
    /// Where ClickHouse's native protocol is spoken, for clickhouse-client; on the same IP address
    #[arg(
        long,
        value_name = "ADDR",
        value_parser = value_parsers::address,
        requires = "clickhouse_user"
    )]
    clickhouse_tcp: Option<SocketAddr>,
    /// User of other clients; can do nothing outside the store
    #[arg(long, value_name = "NAME")]
    clickhouse_user: Option<String>,
    /// File that holds the user's password [default: none is needed, and only this machine gets in]
    #[arg(long, value_name = "FILE", requires = "clickhouse_user")]
    pub(super) clickhouse_password_file: Option<PathBuf>,
    /// Let the user read and not write
    #[arg(long, requires = "clickhouse_user")]
    clickhouse_read_only: bool,
}

impl ClickHouseArgs {
    /// The user, which every other option needs.
    pub(crate) fn user(&self) -> Option<&str> {
        self.clickhouse_user.as_deref()
    }

    /// A server on the store in `folder` with the user of Candlehouse's own commands and, if there
    /// is one, that of other clients.
    pub(super) fn config(&self, folder: &Path) -> Result<ServerConfig, CliError> {
        let http = self.http();
        let own = User::generated(OWN_USER);
        let is_reached_by_loopback = http.ip().is_loopback() || http.ip().is_unspecified();
        let own = if is_reached_by_loopback { own.from_loopback_only() } else { own };
        let mut config = ServerConfig::at(folder).with_http(http).with_user(own);
        if let Some(tcp) = self.clickhouse_tcp {
            if tcp == http && tcp.port() != 0 {
                return Err(CliError::usage(format!("{HTTP} and {TCP} need different ports")));
            }
            config = config.with_tcp(tcp);
        }
        if let Some(name) = &self.clickhouse_user {
            let user = match &self.clickhouse_password_file {
                Some(file) => {
                    User::new(name, read_password(file).map_err(|error| self.explain(error))?)
                }
                None => User::without_password(name),
            };
            let access = if self.clickhouse_read_only { Access::Read } else { Access::ReadWrite };
            config = config.with_user(user.with_access(access));
        }
        Ok(config)
    }

    /// The server listens on one host with both.
    fn http(&self) -> SocketAddr {
        let host = self.clickhouse_tcp.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |tcp| tcp.ip());
        self.clickhouse_http.unwrap_or(SocketAddr::new(host, 0))
    }

    /// The error in the words of the command line.
    pub(super) fn explain(&self, error: Error) -> CliError {
        match error {
            Error::Configuration { key, reason } => {
                let option = match key {
                    "user" => "--clickhouse-user",
                    "password" => "--clickhouse-password-file",
                    "tcp" => TCP,
                    key => key,
                };
                CliError::usage(format!("{option}: {reason}"))
            }
            Error::Listen { address, source } => {
                let option = if Some(address) == self.clickhouse_tcp { TCP } else { HTTP };
                CliError::listen(address, option)(source)
            }
            Error::Store(error) => error.into(),
            error => CliError::ClickHouse(error),
        }
    }
}
