//! From a path to text.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use memmap2::MmapOptions;

use super::content::{Content, HELD, SMALLEST_SHARE, fill};
use super::error::ImportError;

/// The bytes of the file.
pub(crate) fn open(path: &Path) -> Result<Content<'static>, ImportError> {
    if path.is_dir() {
        return Err(ImportError::IsFolder { path: path.to_owned() });
    }
    let failed = |source: io::Error| match source.kind() {
        ErrorKind::NotFound => ImportError::NotFound { path: path.to_owned() },
        _ => ImportError::Unreadable { path: path.to_owned(), source },
    };
    let file = File::open(path).map_err(failed)?;
    match file.metadata().map_err(failed)?.len() {
        // What has no length, such as a pipe, may have many bytes.
        0 => Content::spooled(file, failed),
        length if length > HELD as u64 => Content::filed(file).map_err(failed),
        length => held(file, length as usize).map_err(failed),
    }
}

/// A file is read on all cores into huge pages: 116 MB take 104 ms with
/// [`std::fs::read`], half of it for memory that is used for the first time.
fn held(mut file: File, length: usize) -> io::Result<Content<'static>> {
    if length < SMALLEST_SHARE {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        return Ok(Content::held(bytes));
    }
    let mut bytes = MmapOptions::new().len(length).map_anon()?;
    // Without them it is slower, and as good.
    #[cfg(target_os = "linux")]
    drop(bytes.advise(memmap2::Advice::HugePage));
    fill(&mut bytes, &file, 0)?;
    Ok(Content::held(bytes))
}

const UNPACK: &str = "unpack it and import the file inside";
const AS_UTF8: &str = "save it as UTF-8";

/// How files that are not CSV begin.
const MAGIC: [(&[u8], &str, &str); 7] = [
    (b"\xff\xfe", "UTF-16 text", AS_UTF8),
    (b"\xfe\xff", "UTF-16 text", AS_UTF8),
    (b"\x1f\x8b", "packed with gzip", UNPACK),
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "unpack it, or save it as CSV"),
    (b"BZh", "packed with bzip2", UNPACK),
    (b"\xfd7zXZ\0", "packed with xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", UNPACK),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_read_in_shares_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bytes");
        for length in [0, 1, 49, 50, 51, 1000, 1001, HELD + 1] {
            let bytes: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
            std::fs::write(&path, &bytes).unwrap();
            let read = open(&path).unwrap();
            assert_eq!(matches!(read, Content::Filed { .. }), length > HELD);
            assert_eq!(*read.head().unwrap(), bytes, "{length}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_tells_no_length_is_read_to_its_end() {
        let read = open(Path::new("/proc/self/status")).unwrap();
        assert!(read.head().unwrap().starts_with(b"Name:"));
    }
}
