use std::collections::HashMap;
use std::ffi::CString;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Error;
use crate::ffi::{Chdb, Connection};

/// The engine of this process. It runs while the anchor is open.
pub(crate) struct Engine {
    chdb: Chdb,
    /// Every connection has to name the place.
    arguments: Vec<CString>,
    anchor: Mutex<Option<Connection>>,
    pub(crate) version: String,
    pub(crate) time_zone: String,
    content_types: HashMap<String, String>,
}

impl Engine {
    /// Starts the engine on the folder, made if it is missing, or in memory. Blocks.
    pub(crate) fn start(path: Option<&Path>, library: Option<&Path>) -> Result<Arc<Self>, Error> {
        let library =
            db_chdb::find_library(library).map_err(|error| Error::Find(Box::new(error)))?;
        let chdb = Chdb::load(&library)
            .map_err(|error| Error::Library { path: library, source: Box::new(error) })?;
        let arguments = match path {
            None => Vec::new(),
            Some(path) => vec![argument(path)?],
        };
        let mut anchor = chdb.connect(&arguments).ok_or_else(|| Error::Engine {
            place: path.map_or_else(|| "memory".into(), |path| path.display().to_string()),
            reason: "its own words are on standard error; another process may have the folder open"
                .into(),
        })?;
        let mut ask = |sql: &str| {
            let piece = anchor.run(sql.as_bytes(), "TabSeparatedRaw", &[]);
            let piece = piece.map_err(|error| Error::Engine {
                place: "its first queries".into(),
                reason: error.0,
            })?;
            Ok::<_, Error>(String::from_utf8_lossy(&piece.bytes).trim_end().to_owned())
        };
        let version = ask("SELECT version()")?;
        let time_zone = ask("SELECT serverTimezone()")?;
        let types = ask("SELECT name, content_type FROM system.formats WHERE is_output")?;
        let types = types.lines().filter_map(|line| line.split_once('\t'));
        let content_types = types.map(|(name, kind)| (name.to_owned(), kind.to_owned())).collect();
        let anchor = Mutex::new(Some(anchor));
        Ok(Arc::new(Self { chdb, arguments, anchor, version, time_zone, content_types }))
    }

    /// A connection for one request; opening one takes less than a millisecond. `None` when the
    /// engine refused, or is closed.
    pub(crate) fn connect(&self) -> Option<Connection> {
        let anchor = self.anchor.lock().unwrap_or_else(PoisonError::into_inner);
        anchor.as_ref()?;
        self.chdb.connect(&self.arguments)
    }

    pub(crate) fn content_type(&self, format: &str) -> &str {
        self.content_types.get(format).map_or("text/plain; charset=UTF-8", String::as_str)
    }

    /// Closes the engine, when all connections have been dropped, so that its threads do not meet
    /// the end of the process. Blocks.
    pub(crate) fn close(&self) {
        let anchor = self.anchor.lock().unwrap_or_else(PoisonError::into_inner).take();
        if anchor.is_some() {
            drop(anchor);
            self.chdb.shut_down();
        }
    }
}

fn argument(path: &Path) -> Result<CString, Error> {
    let unusable = |reason: String| Error::Engine { place: path.display().to_string(), reason };
    fs::create_dir_all(path).map_err(|error| unusable(error.to_string()))?;
    let folder = path.canonicalize().map_err(|error| unusable(error.to_string()))?;
    let text = folder.to_str().ok_or_else(|| unusable("its path is not UTF-8".into()))?;
    CString::new(format!("--path={text}")).map_err(|error| unusable(error.to_string()))
}
