use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use db_port::{DbError, Result};

/// Makes the folder if needed and checks, before the engine tries, that it can be used: the engine
/// itself would only say that it failed, and write the reason to standard error.
pub(crate) fn prepare(path: &Path) -> Result<PathBuf> {
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

/// The engine holds a lock on this file while a process has the folder open.
fn refuse_if_locked(folder: &Path) -> Result<()> {
    let path = folder.join("status");
    let Ok(file) = File::options().read(true).write(true).open(&path) else {
        return Ok(());
    };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(DbError::Unavailable {
            target: format!("the store in {}", folder.display()),
            reason: format!(
                "{} has it open, and one process at a time can; close that one, or give this one \
                 another folder",
                holder(&path)
            ),
            source: None,
        }),
        _ => Ok(()),
    }
}

fn holder(status: &Path) -> String {
    let text = fs::read_to_string(status).unwrap_or_default();
    let pid = text.lines().find_map(|line| line.strip_prefix("PID: "));
    match pid {
        Some(pid) => format!("another process ({})", pid.trim()),
        None => "another process".into(),
    }
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
    fn a_folder_that_is_open_elsewhere_names_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let status = folder.path().join("status");
        fs::write(&status, "PID: 4711\nStarted at: now\n").unwrap();
        let held = File::open(&status).unwrap();
        held.lock().unwrap();
        let error = prepare(folder.path()).unwrap_err().to_string();
        assert!(error.contains("another process (4711) has it open"), "{error}");
        drop(held);
        prepare(folder.path()).unwrap();
    }
}
