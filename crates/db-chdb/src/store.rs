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
    fs::create_dir_all(path).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                "a part of the path is a file; name a folder"
            }
            _ => "the folder cannot be made; name one that you may write to",
        };
        unusable(path, reason.into(), Some(error))
    })?;
    let folder = path
        .canonicalize()
        .map_err(|error| unusable(path, "the folder cannot be resolved".into(), Some(error)))?;
    probe_writing(&folder).map_err(|error| {
        let reason = "the folder cannot be written to; name one that you may write to";
        unusable(path, reason.into(), Some(error))
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
    let holder = holder(folder).map_or_else(String::new, |process| format!(" ({process})"));
    let reason = format!(
        "another process{holder} has it open, and one process at a time can; close that one, or give \
         this one another folder"
    );
    Err(unusable(folder, reason, None))
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

/// Whether it is noted in the store which engine used it, so that [`check`] can refuse one.
///
/// # Errors
/// As [`check`].
pub fn is_claimed(folder: &Path) -> Result<bool> {
    noted(folder).map(|noted| noted.is_some())
}

/// Checks that an engine of this version, such as `26.7.2.1`, may use the store. To be called before
/// the engine opens it, where its version is known by then: it sets aside what it cannot read.
///
/// # Errors
/// [`DbError::Unavailable`] when a newer engine used it before, whose files this one may misread, or
/// when it cannot be known which one did.
pub fn check(folder: &Path, version: &str) -> Result<()> {
    match noted(folder)? {
        Some(newest) if numbers(&newest) > numbers(version) => Err(unusable(
            folder,
            format!(
                "ClickHouse {newest} has used it, and this engine is {version}: use an engine that \
                 is not older, or another folder"
            ),
            None,
        )),
        _ => Ok(()),
    }
}

/// Notes that an engine of this version uses the store. To be called when the engine has opened it and
/// before anything is stored.
///
/// # Errors
/// As [`check`]; and when the note cannot be written.
pub fn claim(folder: &Path, version: &str) -> Result<()> {
    check(folder, version)?;
    if noted(folder)?.as_deref() == Some(version) {
        return Ok(());
    }
    let file = folder.join(VERSION_FILE);
    write_whole(&file, version).map_err(|error| {
        unusable(folder, format!("{} cannot be written", file.display()), Some(error))
    })
}

/// The version that is noted in the store. A store from before versions were noted has none.
fn noted(folder: &Path) -> Result<Option<String>> {
    let file = folder.join(VERSION_FILE);
    let unclear = |source| {
        let reason = format!(
            "{} does not say which engine has used it; write the newest one's version into it, such \
             as 26.7.2.1, or delete it if that is the engine you have now",
            file.display()
        );
        unusable(folder, reason, source)
    };
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unclear(Some(error))),
    };
    match text.trim() {
        "" => Ok(None),
        version if numbers(version).is_some() => Ok(Some(version.to_owned())),
        _ => Err(unclear(None)),
    }
}

fn unusable(folder: &Path, reason: String, source: Option<io::Error>) -> DbError {
    DbError::Unavailable {
        target: format!("the store in {}", folder.display()),
        reason,
        source: source.map(Into::into),
    }
}

/// Never leaves half a file.
fn write_whole(file: &Path, version: &str) -> io::Result<()> {
    let new = file.with_extension("new");
    let mut written = File::create(&new)?;
    writeln!(written, "{version}")?;
    written.sync_all()?;
    fs::rename(new, file)
}

/// The parts of a version, if it is one.
fn numbers(version: &str) -> Option<Vec<u64>> {
    version.split('.').map(|part| part.parse().ok()).collect()
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
    fn a_note_that_is_no_version_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(VERSION_FILE);
        for text in [&b"garbage"[..], b"26.7.x", b"26..7", b"\xff\xfe", b"26.7.2.1 26.7.2.1"] {
            fs::write(&file, text).unwrap();
            for error in [
                is_claimed(folder.path()).unwrap_err(),
                check(folder.path(), "99.1").unwrap_err(),
                claim(folder.path(), "99.1").unwrap_err(),
            ] {
                let error = error.to_string();
                assert!(error.contains("does not say which engine"), "{error}");
                assert!(error.contains(file.to_str().unwrap()), "{error}");
            }
            assert_eq!(fs::read(&file).unwrap(), text);
        }
    }

    #[test]
    fn a_store_without_a_note_takes_any_engine_and_only_claiming_writes() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_claimed(folder.path()).unwrap());
        check(folder.path(), "1.1").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        claim(folder.path(), "1.1").unwrap();
        assert!(is_claimed(folder.path()).unwrap());
        check(folder.path(), "1.1").unwrap();
        assert!(check(folder.path(), "1.0.99").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
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
