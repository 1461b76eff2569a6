//! What the command line says.

use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chdb_server::{
    Access, Error, LogLevel, Server, ServerConfig, User, open_to_others, read_password,
};
use clap::{Parser, ValueEnum};

/// ClickHouse's own server out of the engine's library, on a folder
#[derive(Parser)]
#[command(version)]
pub(crate) struct Options {
    /// The folder with the data, made if it is missing; without it the store is empty and goes with
    /// the server
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
    /// Where HTTP is spoken; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8123")]
    http: SocketAddr,
    /// Where the native protocol is spoken, on the same host [default: nowhere]
    #[arg(long, value_name = "ADDR")]
    tcp: Option<SocketAddr>,
    /// The user; `default` is taken
    #[arg(long, value_name = "NAME", env = "CLICKHOUSE_USER", default_value = "candlehouse")]
    user: String,
    /// A file with the user's password; else CLICKHOUSE_PASSWORD has it [default: no password, which
    /// is for loopback addresses only]
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// What the user may do
    #[arg(long, value_enum, default_value = "read-write")]
    access: AccessName,
    /// Keep system.query_log
    #[arg(long)]
    query_log: bool,
    /// The folder below which BACKUP may write
    #[arg(long, value_name = "DIR")]
    backups: Option<PathBuf>,
    /// The most memory for all queries together, in bytes [default: nine tenths of the machine's]
    #[arg(long, value_name = "BYTES")]
    memory_limit: Option<u64>,
    /// The log file [default: server.log in the folder with the data]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// What is logged
    #[arg(long, value_enum, default_value = "warning")]
    log_level: LevelName,
    /// How long running queries may keep the server from ending
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    stop_grace: Duration,
}

#[derive(Clone, Copy, ValueEnum)]
enum AccessName {
    /// Read tables
    Read,
    /// Also make, change and drop them; nothing outside the store
    ReadWrite,
    /// Everything, also to read and write files of this machine and to reach other hosts
    Everything,
}

#[derive(Clone, Copy, ValueEnum)]
enum LevelName {
    Error,
    Warning,
    Information,
    Trace,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "it must be a number of seconds, such as 5".into())
}

impl Options {
    /// The configuration that these options make; `warn` hears what is doubtful.
    pub(crate) fn config(&self, warn: &dyn Fn(&str)) -> Result<ServerConfig, String> {
        let access = match self.access {
            AccessName::Read => Access::Read,
            AccessName::ReadWrite => Access::ReadWrite,
            AccessName::Everything => Access::Everything,
        };
        let level = match self.log_level {
            LevelName::Error => LogLevel::Error,
            LevelName::Warning => LogLevel::Warning,
            LevelName::Information => LogLevel::Information,
            LevelName::Trace => LogLevel::Trace,
        };
        let user = match self.password(warn)? {
            Some(password) => User::new(&self.user, password),
            None => User::without_password(&self.user),
        };
        let mut config = match &self.path {
            Some(path) => ServerConfig::at(path),
            None => ServerConfig::temporary(),
        };
        config = config
            .with_http(self.http)
            .with_user(user.with_access(access))
            .with_log_level(level)
            .with_stop_grace(self.stop_grace);
        if let Some(tcp) = self.tcp {
            config = config.with_tcp(tcp);
        }
        if let Some(folder) = &self.backups {
            config = config.with_backups(folder);
        }
        if let Some(bytes) = self.memory_limit {
            config = config.with_memory_limit(bytes);
        }
        if let Some(file) = &self.log {
            config = config.with_log(file);
        }
        Ok(if self.query_log { config.with_query_log() } else { config })
    }

    pub(crate) fn log_of(&self, server: &Server) -> PathBuf {
        self.log.clone().unwrap_or_else(|| server.store().join("server.log"))
    }

    fn password(&self, warn: &dyn Fn(&str)) -> Result<Option<String>, String> {
        match &self.password_file {
            Some(file) => password_in(file, warn).map(Some),
            None => Ok(env::var("CLICKHOUSE_PASSWORD").ok().filter(|text| !text.is_empty())),
        }
    }
}

/// The password in `file`, and a warning if others can read it.
fn password_in(file: &Path, warn: &dyn Fn(&str)) -> Result<String, String> {
    if let Some(mode) = open_to_others(file) {
        let file = file.display();
        warn(&format!("others can read {file} (mode {mode:o}): chmod 600 keeps it to you"));
    }
    read_password(file).map_err(|error| match error {
        Error::Configuration { reason, .. } => format!("--password-file: {reason}"),
        error => error.to_string(),
    })
}
