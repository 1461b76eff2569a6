//! The URI that names a folder to the engine.

use std::fmt::Write;
use std::path::Path;

use db_port::{DbError, Result};

/// The URI of the folder with this absolute path. The engine undoes percent signs, so that a path
/// as it is could name another folder.
///
/// # Errors
/// [`DbError::Configuration`] for the paths of which the engine would make another one.
pub(crate) fn of_folder(path: &Path) -> Result<String> {
    let refused = |flaw: &str| DbError::Configuration {
        key: "store path".into(),
        reason: format!("{path:?} {flaw}; name another folder"),
    };
    let text = path.to_str().ok_or_else(|| refused("is not UTF-8"))?;
    if text.ends_with(|c: char| c.is_ascii_whitespace() || c.is_ascii_control()) {
        return Err(refused("ends in white space, which the engine would cut off"));
    }
    Ok(text.bytes().fold("file://".to_owned(), |mut uri, byte| {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => uri.push(byte.into()),
            // Writing to a string cannot fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
        uri
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_characters_stay_as_they_are() {
        let uri = |path: &str| of_folder(Path::new(path)).unwrap();
        assert_eq!(uri("/srv/my-store_1.2~"), "file:///srv/my-store_1.2~");
        assert_eq!(uri("/a b/%20?#'é\\"), "file:///a%20b/%2520%3F%23%27%C3%A9%5C");
    }

    #[test]
    fn a_path_that_the_engine_would_change_is_refused() {
        for path in ["/srv/store ", "/srv/store\n"] {
            let error = of_folder(Path::new(path)).unwrap_err().to_string();
            assert!(
                error.contains(&format!("store path: {path:?} ends in white space")),
                "{error}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_utf_8_is_refused() {
        use std::os::unix::ffi::OsStrExt;

        let path = std::ffi::OsStr::from_bytes(b"/srv/\xff");
        let error = of_folder(Path::new(path)).unwrap_err().to_string();
        assert!(error.contains("is not UTF-8"), "{error}");
    }
}
