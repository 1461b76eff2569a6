use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use db_port::Result;

use super::refuse;

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
    read().map_err(|error| refuse(key, format!("{} cannot be read: {error}", path.display())))
}

/// The text of a file that holds a password or token, without the line break at its end.
pub(super) fn secret(key: &str, path: &Path) -> Result<String> {
    let wrong = |what: &str| refuse(key, format!("{} {what}", path.display()));
    let text = String::from_utf8(read_file(key, path)?)
        .map_err(|_| wrong("holds text that is not UTF-8"))?;
    let text =
        text.strip_suffix('\n').map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line));
    if text.is_empty() {
        return Err(wrong("is empty"));
    }
    Ok(text.to_owned())
}
