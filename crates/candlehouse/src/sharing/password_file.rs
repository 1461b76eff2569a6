//! The file that holds the password of the user for other clients.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::error::{CliError, note};

const OPTION: &str = "--clickhouse-password-file";

/// The password in the file; one line break at its end does not count.
pub(super) fn read(path: &Path) -> Result<String, CliError> {
    let wrong = |what: &str| CliError::usage(format!("{OPTION}: {} {what}", path.display()));
    let text = fs::read(path).map_err(|error| wrong(&format!("cannot be read: {error}")))?;
    let text = String::from_utf8(text).map_err(|_| wrong("holds text that is not UTF-8"))?;
    let text =
        text.strip_suffix('\n').map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line));
    if text.is_empty() {
        return Err(wrong("is empty: write a password into it"));
    }
    Ok(text.to_owned())
}

/// Says so if others than its owner can read the file.
pub(super) fn warn_if_open(path: &Path) {
    let mode = fs::metadata(path).map_or(0, |seen| seen.permissions().mode());
    if mode & 0o077 != 0 {
        let path = path.display();
        note(&format!("others can read {path}, which holds a password: chmod 600 {path}"));
    }
}
