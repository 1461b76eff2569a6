//! Which entries are believed.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

fn entry() -> Entry {
    Entry {
        process: 1,
        server: 2,
        url: "http://127.0.0.1:4711".into(),
        database: "default".into(),
        user: "u".into(),
        password: "hunter2".into(),
    }
}

fn refusal(folder: &Path) -> String {
    Entry::read(folder).err().unwrap()
}

#[test]
fn what_is_written_is_read_by_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(Entry::read(folder).unwrap().is_none());
    fs::write(path(folder), "left").unwrap();
    entry().write(folder).unwrap();
    assert!(Entry::read(folder).unwrap() == Some(entry()));
    assert_eq!(fs::metadata(path(folder)).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "no half-written file stays");
    let config = entry().config().unwrap();
    assert_eq!(config.to_string(), "http://u@127.0.0.1:4711/default");
}

#[test]
fn what_others_can_read_or_write_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    entry().write(folder).unwrap();
    for mode in [0o644, 0o620, 0o606, 0o601] {
        fs::set_permissions(path(folder), Permissions::from_mode(mode)).unwrap();
        let refused = refusal(folder);
        assert!(
            refused.contains(&format!("others can read or write it (mode {mode:o})")),
            "{refused}"
        );
    }
}

#[test]
fn what_is_no_file_or_no_entry_is_refused_without_quoting_it() {
    let folder = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let folder = folder.path();
    entry().write(other.path()).unwrap();
    symlink(path(other.path()), path(folder)).unwrap();
    assert!(refusal(folder).contains("cannot be opened"));
    remove(folder);
    fs::create_dir(path(folder)).unwrap();
    assert!(refusal(folder).contains("it is not a file"));
    fs::remove_dir(path(folder)).unwrap();
    entry().write(folder).unwrap();
    for text in ["", "{}", "\"hunter2\"", "{\"process\": \"hunter2\"}"] {
        fs::write(path(folder), text).unwrap();
        let refused = refusal(folder);
        assert!(refused.contains("is not what") && !refused.contains("hunter2"), "{refused}");
    }
}

#[test]
fn only_the_own_entry_is_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let other = Entry { process: 3, ..entry() };
    other.write(folder).unwrap();
    entry().withdraw(folder);
    assert!(Entry::read(folder).unwrap() == Some(other.clone()));
    other.withdraw(folder);
    assert!(Entry::read(folder).unwrap().is_none());
}

#[test]
fn what_another_user_wrote_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    entry().write(folder.path()).unwrap();
    let seen = fs::metadata(path(folder.path())).unwrap();
    trust(&seen, seen.uid()).unwrap();
    let refused = trust(&seen, seen.uid() + 1).unwrap_err();
    assert!(refused.contains("another user"), "{refused}");
}
