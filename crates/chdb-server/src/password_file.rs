//! The file that holds a user's password.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::error::Error;

/// The password in `file`, without one line end (LF or CRLF) behind it.
///
/// # Errors
/// [`Error::Configuration`] of `password` when the file cannot be read, is not UTF-8, or holds no
/// password. The message never quotes what the file holds.
pub fn read_password(file: &Path) -> Result<String, Error> {
    let wrong = |what: &str| Error::Configuration {
        key: "password",
        reason: format!("{} {what}", file.display()),
    };
    let bytes = fs::read(file).map_err(|error| wrong(&format!("cannot be read: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("holds text that is not UTF-8"))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let ended_by_crlf = line.len() < text.len();
    match line.strip_suffix('\r').filter(|_| ended_by_crlf).unwrap_or(line) {
        "" => Err(wrong("is empty: write a password into it")),
        password => Ok(password.to_owned()),
    }
}

/// The permission bits of `file` if others than its owner have any on it; none when it is private
/// or is not there.
#[must_use]
pub fn open_to_others(file: &Path) -> Option<u32> {
    let mode = fs::metadata(file).ok()?.mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_no_part_of_the_password() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        for (text, password) in
            [("p", "p"), ("p\n", "p"), ("p\r\n", "p"), ("p\n\n", "p\n"), ("p\r", "p\r")]
        {
            fs::write(&file, text).unwrap();
            assert_eq!(read_password(&file).unwrap(), password, "{text:?}");
        }
        for text in ["", "\n", "\r\n"] {
            fs::write(&file, text).unwrap();
            let error = read_password(&file).unwrap_err().to_string();
            assert!(error.contains("is empty"), "{error}");
        }
    }
}
