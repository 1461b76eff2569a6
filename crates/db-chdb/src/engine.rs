//! The one engine of this process, and who shares it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adbc_core::options::AdbcVersion;
use adbc_driver_manager::{ManagedConnection, ManagedDriver};
use db_port::{DbError, Result};

use crate::config::{ChdbConfig, Location};
use crate::options::EngineOptions;
use crate::running::Running;
use crate::{library, signals, store};

/// A share in the engine of this process, which shuts down when the last share is dropped.
pub(crate) struct Engine {
    /// Taken out only while dropping.
    running: Option<Arc<Running>>,
}

/// What a process can have once: a loaded library, and an engine open at one location. Shares are
/// taken and given back under this lock, so that a new engine never meets one that is closing.
struct Process {
    driver: Option<(PathBuf, ManagedDriver)>,
    /// The engine's, once one was started.
    version: Option<String>,
    running: Option<Arc<Running>>,
}

static PROCESS: Mutex<Process> = Mutex::new(Process { driver: None, version: None, running: None });

fn process() -> MutexGuard<'static, Process> {
    PROCESS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// Opens the engine, or joins the one that is open at the same location. Blocks.
    pub(crate) fn open(config: &ChdbConfig) -> Result<Self> {
        let wanted = match &config.location {
            Location::Memory => Location::Memory,
            Location::Path(path) => Location::Path(resolved(path)),
        };
        let options = config.options.checked()?;
        let mut process = process();
        refuse_another_library(&process, config)?;
        if let Some(running) = &process.running {
            return match running.location == wanted {
                true => {
                    refuse_other_options(running, &options)?;
                    Ok(Self { running: Some(Arc::clone(running)) })
                }
                false => Err(elsewhere(&wanted, &running.location)),
            };
        }
        let location = match &config.location {
            Location::Memory => Location::Memory,
            Location::Path(path) => Location::Path(store::prepare(path)?),
        };
        let running = signals::keep(|| {
            let mut driver = load(&mut process, config)?;
            refuse_newer_store(&mut process, &mut driver, &location)?;
            Running::start(&mut driver, location, options)
        });
        let running = Arc::new(running?);
        process.version = Some(running.version.clone());
        process.running = Some(Arc::clone(&running));
        Ok(Self { running: Some(running) })
    }

    pub(crate) fn running(&self) -> Result<&Running> {
        self.running.as_deref().ok_or(DbError::Closed)
    }

    /// A connection of its own: its settings and parameters are nobody else's. Blocks, briefly.
    pub(crate) fn connection(&self) -> Result<ManagedConnection> {
        self.running()?.connection()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let mut process = process();
        self.running = None;
        if process.running.as_ref().is_some_and(|running| Arc::strong_count(running) == 1) {
            process.running = None;
        }
    }
}

fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn elsewhere(wanted: &Location, open: &Location) -> DbError {
    DbError::Unavailable {
        target: wanted.to_string(),
        reason: format!(
            "this process has its engine open at {open}, and a process has one engine; close that \
             executor first, or use a process for each store"
        ),
        source: None,
    }
}

/// Before the engine opens the store, because it would set aside what it cannot read. Which version
/// the library has is only known once an engine was started, so one is, in memory.
fn refuse_newer_store(
    process: &mut Process,
    driver: &mut ManagedDriver,
    location: &Location,
) -> Result<()> {
    let Location::Path(folder) = location else {
        return Ok(());
    };
    if !store::is_claimed(folder)? {
        return Ok(());
    }
    let version = match process.version.take() {
        Some(version) => version,
        None => Running::start(driver, Location::Memory, EngineOptions::new())?.version.clone(),
    };
    store::check(folder, process.version.insert(version))
}

fn refuse_other_options(running: &Running, wanted: &EngineOptions) -> Result<()> {
    if *wanted == EngineOptions::new() || *wanted == running.options {
        return Ok(());
    }
    Err(DbError::Configuration {
        key: "engine options".into(),
        reason: "this process has its engine open with others, and a process has one engine; give \
                 all executors the same options, or only the one that opens it"
            .into(),
    })
}

fn refuse_another_library(process: &Process, config: &ChdbConfig) -> Result<()> {
    match (&process.driver, &config.library) {
        (Some((loaded, _)), Some(wanted)) if resolved(wanted) != *loaded => {
            Err(DbError::Configuration {
                key: "engine library".into(),
                reason: format!(
                    "{} was asked for, but this process has loaded {}; use one of them",
                    wanted.display(),
                    loaded.display()
                ),
            })
        }
        _ => Ok(()),
    }
}

/// The library, loaded once and never unloaded: the engine's threads may outlive its connections.
fn load(process: &mut Process, config: &ChdbConfig) -> Result<ManagedDriver> {
    if let Some((_, driver)) = &process.driver {
        return Ok(driver.clone());
    }
    let path = library::find(config.library.as_deref())?;
    let driver = ManagedDriver::load_dynamic_from_filename(
        &path,
        Some(b"AdbcDriverInit"),
        AdbcVersion::V110,
    )
    .map_err(|error| DbError::Unavailable {
        target: "the embedded engine".into(),
        reason: format!(
            "{} could not be loaded; delete it and run `make engine` to fetch it again",
            path.display()
        ),
        source: Some(error.into()),
    })?;
    process.driver = Some((resolved(&path), driver.clone()));
    Ok(driver)
}
