//! Files that a setting names.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use db_port::Result;

use super::error::invalid;

/// More than any certificate, key, password or token needs, and little enough for memory.
const MOST: u64 = 16 << 20;

/// What the file holds; an error names `key`, the path and the cause.
pub(crate) fn read_file(key: &str, path: &Path) -> Result<Vec<u8>> {
    let read = || -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        let read = File::open(path)?.take(MOST + 1).read_to_end(&mut content)?;
        if read as u64 > MOST {
            return Err(io::Error::other("it has more than 16 MiB"));
        }
        Ok(content)
    };
    read().map_err(|error| invalid(key, format!("{} cannot be read: {error}", path.display())))
}

/// The text of a file that holds a password or token, without the line break at its end.
pub(super) fn secret(key: &str, path: &Path) -> Result<String> {
    let wrong = |what: &str| invalid(key, format!("{} {what}", path.display()));
    let text = String::from_utf8(read_file(key, path)?)
        .map_err(|_| wrong("holds text that is not UTF-8"))?;
    let text =
        text.strip_suffix('\n').map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line));
    if text.is_empty() {
        return Err(wrong("is empty"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content: &[u8]) -> Result<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, content).unwrap();
        secret("K", &path)
    }

    #[test]
    fn one_line_break_at_the_end_does_not_count() {
        for content in ["hunter2", "hunter2\n", "hunter2\r\n"] {
            assert_eq!(of(content.as_bytes()).unwrap(), "hunter2");
        }
        assert_eq!(of(b"hunter2\n\n").unwrap(), "hunter2\n");
        assert_eq!(of(b" hunter2 ").unwrap(), " hunter2 ");
    }

    #[test]
    fn a_file_without_a_usable_secret_is_named_and_not_shown() {
        for content in [&b""[..], b"\n", b"hunter2\xff"] {
            let error = of(content).unwrap_err().to_string();
            assert!(error.contains("of K:") && error.contains("/secret "), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_with_the_cause() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().join("missing"), folder.path().to_owned()] {
            let cause = std::fs::read(&path).unwrap_err().to_string();
            let error = read_file("K", &path).unwrap_err().to_string();
            assert!(error.contains(path.to_str().unwrap()) && error.contains(&cause), "{error}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_file_without_an_end_is_given_up() {
        let error = read_file("K", Path::new("/dev/zero")).unwrap_err().to_string();
        assert!(error.contains("more than 16 MiB"), "{error}");
    }
}
