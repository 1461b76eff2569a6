//! The options of `serve`.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;

use crate::sharing::ClickHouseArgs;
use crate::value_parsers;

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Address to listen on; there is no access control, so choose who can reach it
    #[arg(
        long,
        value_name = "ADDR",
        value_parser = value_parsers::address,
        default_value = "127.0.0.1:9464"
    )]
    pub(crate) listen: SocketAddr,
    /// Longest that a readiness check takes
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = value_parsers::seconds,
        allow_negative_numbers = true,
        default_value = "5"
    )]
    pub(crate) ready_timeout: Duration,
    #[command(flatten)]
    pub(crate) clickhouse: ClickHouseArgs,
}
