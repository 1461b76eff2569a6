//! From a path to text.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use memmap2::MmapOptions;

use super::error::ImportError;

/// The content of a file.
pub(crate) type FileBytes = Box<dyn AsRef<[u8]>>;

/// The bytes of the file. The whole file is held in memory, as its candles are: nothing may be
/// stored before the last row is known to be good.
pub(crate) fn read(path: &Path) -> Result<FileBytes, ImportError> {
    if path.is_dir() {
        return Err(ImportError::IsFolder { path: path.to_owned() });
    }
    read_whole(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => ImportError::NotFound { path: path.to_owned() },
        _ => ImportError::Unreadable { path: path.to_owned(), source },
    })
}

/// The fewest bytes that are worth a thread. So few in unit tests that their files are shared.
const SMALLEST_SHARE: usize = if cfg!(test) { 50 } else { 1 << 20 };

/// A long file is read on all cores into huge pages: 116 MB take 104 ms with
/// [`std::fs::read`], half of it for memory that is used for the first time.
fn read_whole(path: &Path) -> io::Result<FileBytes> {
    let mut file = File::open(path)?;
    // Zero for what has no length, such as a pipe.
    let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
    if length < SMALLEST_SHARE {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        return Ok(Box::new(bytes));
    }
    let mut bytes = MmapOptions::new().len(length).map_anon()?;
    // Without them it is slower, and as good.
    #[cfg(target_os = "linux")]
    drop(bytes.advise(memmap2::Advice::HugePage));
    fill(&mut bytes, &file)?;
    Ok(Box::new(bytes))
}

/// Fills `bytes` with the first ones of the file.
fn fill(bytes: &mut [u8], file: &File) -> io::Result<()> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let size = bytes.len().div_ceil(threads).max(SMALLEST_SHARE);
    thread::scope(|scope| {
        let shares: Vec<_> = bytes
            .chunks_mut(size)
            .enumerate()
            .map(|(index, share)| {
                scope.spawn(move || file.read_exact_at(share, (index * size) as u64))
            })
            .collect();
        let results =
            shares.into_iter().map(|share| share.join().unwrap_or_else(|p| resume_unwind(p)));
        results.collect()
    })
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
        for length in [0, 1, 49, 50, 51, 1000, 1001] {
            let bytes: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!((*read(&path).unwrap()).as_ref(), bytes, "{length}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_tells_no_length_is_read_to_its_end() {
        let bytes = read(Path::new("/proc/self/status")).unwrap();
        assert!((*bytes).as_ref().starts_with(b"Name:"));
    }
}
