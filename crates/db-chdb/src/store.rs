//! The folder of a store: what can be known of it beside the engine that has it open.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use db_port::{DbError, Result};

/// The file that holds the version of the newest engine that had the store open.
const VERSION_FILE: &str = "engine_version";

/// Makes the folder if needed and checks, before the engine tries, that it can be used: the engine
/// itself would only say that it failed, and write the reason to standard error. Returns its
/// absolute path.
///
/// # Errors
/// [`DbError::Unavailable`] when it cannot be made or written to, or a process has it open.
pub fn prepare(path: &Path) -> Result<PathBuf> {
    let unusable = |reason: String, source: io::Error| DbError::Unavailable {
        target: format!("the store in {}", path.display()),
        reason,
        source: Some(source.into()),
    };
    fs::create_dir_all(path).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                "a part of the path is a file; name a folder"
            }
            _ => "the folder cannot be made; name one that you may write to",
        };
        unusable(reason.into(), error)
    })?;
    let folder = path
        .canonicalize()
        .map_err(|error| unusable("the folder cannot be resolved".into(), error))?;
    probe_writing(&folder).map_err(|error| {
        unusable("the folder cannot be written to; name one that you may write to".into(), error)
    })?;
    refuse_if_locked(&folder)?;
    Ok(folder)
}

fn probe_writing(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".probe-{}", uuid::Uuid::new_v4()));
    File::create_new(&probe)?;
    fs::remove_file(probe)
}

fn refuse_if_locked(folder: &Path) -> Result<()> {
    if !is_open(folder) {
        return Ok(());
    }
    Err(DbError::Unavailable {
        target: format!("the store in {}", folder.display()),
        reason: format!(
            "another process{} has it open, and one process at a time can; close that one, or give \
             this one another folder",
            holder(folder).map_or_else(String::new, |process| format!(" ({process})"))
        ),
        source: None,
    })
}

/// Whether an engine, of any process, has the store in `folder` open now.
#[must_use]
pub fn is_open(folder: &Path) -> bool {
    // The engine holds a lock on this file as long. It is asked for a share, which several can have
    // who ask at the same time.
    match File::open(folder.join("status")) {
        Ok(status) => matches!(status.try_lock_shared(), Err(TryLockError::WouldBlock)),
        Err(_) => false,
    }
}

/// The id of the process that says of itself that it has the store in `folder` open. After a crash it
/// is what the last one said: see [`is_open`].
#[must_use]
pub fn holder(folder: &Path) -> Option<u32> {
    let status = fs::read_to_string(folder.join("status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("PID: "))?.trim().parse().ok()
}

/// Notes that an engine of this version, such as `26.7.2.1`, uses the store. To be called when the
/// engine has opened it and before anything is stored.
///
/// # Errors
/// [`DbError::Unavailable`] when a newer engine used it before, whose files this one may misread.
pub fn claim(folder: &Path, version: &str) -> Result<()> {
    let file = folder.join(VERSION_FILE);
    let refuse = |reason: String, source: Option<io::Error>| DbError::Unavailable {
        target: format!("the store in {}", folder.display()),
        reason,
        source: source.map(Into::into),
    };
    let before = fs::read_to_string(&file).unwrap_or_default();
    let before = before.trim();
    if numbers(before) > numbers(version) {
        return Err(refuse(
            format!(
                "ClickHouse {before} has used it, and this engine is {version}: use an engine that \
                 is not older, or another folder"
            ),
            None,
        ));
    }
    if before == version {
        return Ok(());
    }
    write_whole(&file, version)
        .map_err(|error| refuse(format!("{} cannot be written", file.display()), Some(error)))
}

/// Never leaves half a file.
fn write_whole(file: &Path, version: &str) -> io::Result<()> {
    let new = file.with_extension("new");
    let mut written = File::create(&new)?;
    writeln!(written, "{version}")?;
    written.sync_all()?;
    fs::rename(new, file)
}

fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_is_made_with_its_parents() {
        let folder = tempfile::tempdir().unwrap();
        let made = prepare(&folder.path().join("a/b")).unwrap();
        assert!(made.is_dir());
        assert_eq!(fs::read_dir(made).unwrap().count(), 0);
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for path in [file.clone(), file.join("store")] {
            let error = prepare(&path).unwrap_err().to_string();
            assert!(error.contains("is a file") && error.contains("file"), "{error}");
        }
    }

    #[test]
    fn a_store_of_a_newer_engine_is_refused_and_one_of_an_older_becomes_newer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let noted = || fs::read_to_string(path.join(VERSION_FILE)).unwrap();
        claim(path, "26.7.2.1").unwrap();
        claim(path, "26.7.10.1").unwrap();
        assert_eq!(noted(), "26.7.10.1\n");
        for older in ["26.7.9.5", "25.12.1.1", "26.7"] {
            let error = claim(path, older).unwrap_err().to_string();
            assert!(error.contains("ClickHouse 26.7.10.1 has used it"), "{error}");
            assert!(error.contains(older) && error.contains("not older"), "{error}");
        }
        assert_eq!(noted(), "26.7.10.1\n");
        fs::write(path.join(VERSION_FILE), "").unwrap();
        claim(path, "1.1").unwrap();
        assert_eq!(noted(), "1.1\n");
    }

    #[test]
    fn a_folder_that_is_open_elsewhere_names_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let status = folder.path().join("status");
        fs::write(&status, "PID: 4711\nStarted at: now\n").unwrap();
        let held = File::open(&status).unwrap();
        held.lock().unwrap();
        let error = prepare(folder.path()).unwrap_err().to_string();
        assert!(error.contains("another process (4711) has it open"), "{error}");
        drop(held);
        let asking = File::open(&status).unwrap();
        asking.lock_shared().unwrap();
        assert!(!is_open(folder.path()), "somebody else who asks does not have it open");
        prepare(folder.path()).unwrap();
    }
}
