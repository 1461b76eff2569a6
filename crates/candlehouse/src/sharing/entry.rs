//! The file in a store's folder that says how to reach the server that has the store open.

use std::fs::{File, Metadata, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use chdb_server::Server;
use db_clickhouse::ClickHouseConfig;
use db_port::Identifier;
use nix::fcntl::OFlag;
use nix::unistd::geteuid;
use serde::{Deserialize, Serialize};
use url::Url;

const NAME: &str = "serving.json";

/// Only its owner may read or write the file, since it holds a password.
const MODE: u32 = 0o600;

/// More than an entry needs, in bytes.
const LONGEST: u64 = 1 << 16;

/// How to reach a server. It has no `Debug`, since it holds a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The process that a person started and can end.
    pub(super) process: u32,
    /// The process that has the store open.
    pub(super) server: u32,
    /// The address of the HTTP interface, without credentials.
    pub(super) url: String,
    database: String,
    user: String,
    password: String,
}

impl Entry {
    /// How this machine reaches `server`, a child of this process.
    pub(super) fn of(server: &Server) -> Option<Self> {
        let url = Url::parse(&server.url()).ok()?;
        Some(Self {
            process: std::process::id(),
            server: server.pid(),
            url: format!("{}://{}:{}", url.scheme(), url.host_str()?, url.port()?),
            database: url.path().trim_start_matches('/').to_owned(),
            user: url.username().to_owned(),
            password: url.password()?.to_owned(),
        })
    }

    /// The entry in `folder`, if there is one.
    ///
    /// # Errors
    /// Why it cannot be trusted or understood.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, String> {
        // A link could lead to another store's file, and opening a pipe would wait.
        let flags = (OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits();
        let file = match File::options().read(true).custom_flags(flags).open(path(folder)) {
            Ok(file) => file,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(format!("it cannot be opened ({error})")),
        };
        let unreadable = |error: io::Error| format!("it cannot be read ({error})");
        trust(&file.metadata().map_err(unreadable)?, geteuid().as_raw())?;
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).map_err(unreadable)?;
        // What the parser says may quote the password.
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|_| "it is not what this version of `candlehouse serve` writes".to_owned())
    }

    /// Puts the entry into `folder`, in place of one that is there.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let mut made = tempfile::Builder::new();
        let mut file = made
            .prefix(".serving-")
            .permissions(Permissions::from_mode(MODE))
            .tempfile_in(folder)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(path(folder))?;
        Ok(())
    }

    /// Removes the entry from `folder`, if it is this one.
    pub(super) fn withdraw(&self, folder: &Path) {
        if Self::read(folder).is_ok_and(|found| found.as_ref() == Some(self)) {
            remove(folder);
        }
    }

    /// How to talk to the server.
    pub(super) fn config(&self) -> db_port::Result<ClickHouseConfig> {
        Ok(ClickHouseConfig::from_url(&self.url)?
            .with_user(&self.user)
            .with_password(&self.password)
            .with_database(Identifier::new(self.database.clone())?)
            // The server is on this machine, where compressing takes longer than sending.
            .with_compression(false))
    }
}

/// Where the entry of a store is.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// Removes what a process left that did not end in order.
pub(super) fn remove(folder: &Path) {
    // What is left of it does no harm: it names a process that does not have the store open.
    drop(std::fs::remove_file(path(folder)));
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// An address is believed only if nobody else can have written it, and its password only if nobody
/// else can have read it.
fn trust(seen: &Metadata, own_user: u32) -> Result<(), String> {
    if !seen.is_file() {
        return Err("it is not a file".into());
    }
    if seen.uid() != own_user {
        return Err(format!("it belongs to another user (id {})", seen.uid()));
    }
    match seen.mode() & 0o777 & !MODE {
        0 => Ok(()),
        _ => Err(format!("others can read or write it (mode {:03o})", seen.mode() & 0o777)),
    }
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
