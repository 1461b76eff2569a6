//! Which process has a store open, and whether it lets others in.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use db_chdb::store::{holder, is_open};
use db_clickhouse::ClickHouseConfig;
use db_port::DbError;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use super::entry::{self, Entry};

/// How long a process may take to open its door after it has opened the store, or to leave the
/// store after it has closed its door. A short command ends within it, too.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often it is looked again.
const TICK: Duration = Duration::from_millis(20);

/// A store that another process serves.
#[derive(Clone)]
pub(crate) struct Shared {
    folder: PathBuf,
    pub(crate) config: ClickHouseConfig,
    process: u32,
    address: String,
}

/// What is to be seen of a store at one moment.
enum Seen {
    Closed,
    Served(Box<Entry>),
    /// Open in a process that lets nobody in. Why, if that is known.
    Held(Option<String>),
}

/// The process that serves the store in `folder`; none if no process has it open.
///
/// # Errors
/// [`DbError::Unavailable`] if a process has it open and does not let others in.
pub(crate) async fn find(folder: &Path) -> db_port::Result<Option<Shared>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let is_late = Instant::now() >= deadline;
        match look(folder) {
            Seen::Closed => return Ok(None),
            // If it does not answer for so long, whoever asks it will be told why.
            Seen::Served(entry) if is_late || answers(&entry).await => {
                return Shared::new(folder, &entry).map(Some);
            }
            Seen::Held(reason) if is_late => return Err(held(folder, reason)),
            Seen::Served(_) | Seen::Held(_) => sleep(TICK).await,
        }
    }
}

fn look(folder: &Path) -> Seen {
    let entry = Entry::read(folder);
    if !is_open(folder) {
        // Nobody has the store open, so whoever wrote the entry did not end in order.
        if !matches!(entry, Ok(None)) {
            entry::remove(folder);
        }
        return Seen::Closed;
    }
    match entry {
        // An entry can be left by a process that was killed, and the store be open elsewhere.
        Ok(Some(entry)) if holder(folder) == Some(entry.server) => Seen::Served(Box::new(entry)),
        Ok(_) => Seen::Held(None),
        Err(reason) => Seen::Held(Some(reason)),
    }
}

async fn answers(entry: &Entry) -> bool {
    let Ok(addresses) = Url::parse(&entry.url)
        .and_then(|url| url.socket_addrs(|| None).map_err(|_| url::ParseError::InvalidPort))
    else {
        return false;
    };
    matches!(timeout(PATIENCE, TcpStream::connect(&*addresses)).await, Ok(Ok(_)))
}

fn held(folder: &Path, reason: Option<String>) -> DbError {
    let holder = holder(folder).map_or_else(String::new, |process| format!(" ({process})"));
    let entry = entry::path(folder);
    let reason = match reason {
        None => "; wait until it has ended, or end it and run `candlehouse serve`, which lets any \
                 number of processes share a store"
            .into(),
        Some(reason) => format!(
            ", and {}, which would say how to share it, is not used: {reason}; end that process \
             and run `candlehouse serve` again",
            entry.display()
        ),
    };
    DbError::Unavailable {
        target: format!("the store in {}", folder.display()),
        reason: format!("another process{holder} has it open{reason}"),
        source: None,
    }
}

impl Shared {
    fn new(folder: &Path, entry: &Entry) -> db_port::Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            config: entry.config()?,
            process: entry.process,
            address: entry.url.clone(),
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// That it is served, for whoever wants to serve it too.
    pub(crate) fn already(&self) -> DbError {
        DbError::Unavailable {
            target: format!("the store in {}", self.folder.display()),
            reason: format!(
                "process {} serves it already, at {}; every command with this store finds it by \
                 itself",
                self.process, self.address
            ),
            source: None,
        }
    }
}

/// Without user and password.
impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, process, address, .. } = self;
        write!(f, "chdb:{} (served by process {process} at {address})", folder.display())
    }
}
