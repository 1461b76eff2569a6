//! From a path to text.

use std::io::ErrorKind;
use std::path::Path;

use super::error::ImportError;

/// The bytes of the file. The whole file is held in memory, as its candles are: nothing may be
/// stored before the last row is known to be good.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ImportError> {
    if path.is_dir() {
        return Err(ImportError::IsFolder { path: path.to_owned() });
    }
    std::fs::read(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => ImportError::NotFound { path: path.to_owned() },
        _ => ImportError::Unreadable { path: path.to_owned(), source },
    })
}

const UNPACK: &str = "unpack it and import the file inside";
const AS_UTF8: &str = "save it as UTF-8";

/// How files that are not CSV begin.
const MAGIC: [(&[u8], &str, &str); 8] = [
    (b"\xff\xfe", "UTF-16 text", AS_UTF8),
    (b"\xfe\xff", "UTF-16 text", AS_UTF8),
    (b"\x1f\x8b", "packed with gzip", UNPACK),
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "unpack it, or save it as CSV"),
    (b"BZh", "packed with bzip2", UNPACK),
    (b"\xfd7zXZ\0", "packed with xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", UNPACK),
    (b"PAR1", "a Parquet file", "write it as CSV first"),
];

/// How far to look for the zero bytes of a binary file.
const HEAD: usize = 4096;

/// The text of `bytes` without its byte order mark; single lines may still not be UTF-8.
pub(crate) fn text_of<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a [u8], ImportError> {
    let not_text = |what, advice| ImportError::NotText { path: path.to_owned(), what, advice };
    if let Some((_, what, advice)) = MAGIC.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        return Err(not_text(what, advice));
    }
    if bytes[..bytes.len().min(HEAD)].contains(&0) {
        return Err(not_text("binary data", "export it as CSV in UTF-8"));
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match text.trim_ascii().is_empty() {
        true => Err(ImportError::Empty { path: path.to_owned() }),
        false => Ok(text),
    }
}
