//! Packed files: gzip, zstd, and zip archives with one file.

use std::borrow::Cow;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::error::ImportError;

/// What a packed file holds.
pub(crate) struct Unpacked {
    /// What it is called in messages.
    pub(crate) shown: PathBuf,
    /// What it was called before it was packed, which may tell the symbol.
    pub(crate) named: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

/// No text of candles is packed so well, from [`FREELY`] bytes on.
const MOST_TIMES: u64 = 1_000;
const FREELY: u64 = 1 << 26;

/// What the file holds, if it is packed. It is held in memory, as the file itself.
pub(crate) fn unpacked(path: &Path, bytes: &[u8]) -> Result<Option<Unpacked>, ImportError> {
    let alone = |unpacked: Result<Vec<u8>, ImportError>| {
        unpacked.map(|bytes| {
            Some(Unpacked { shown: path.to_owned(), named: path.with_extension(""), bytes })
        })
    };
    match bytes {
        [0x1f, 0x8b, ..] => alone(read(path, bytes, MultiGzDecoder::new(bytes))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let decoder = zstd::Decoder::new(bytes).map_err(|error| damaged(path, error))?;
            alone(read(path, bytes, decoder))
        }
        [b'P', b'K', 3, 4, ..] => member(path, bytes).map(Some),
        _ => Ok(None),
    }
}

/// The only file of an archive.
fn member(path: &Path, bytes: &[u8]) -> Result<Unpacked, ImportError> {
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(path, error.into()))?;
    let names = archive.file_names().map(|name| name.map(Cow::into_owned));
    let mut names =
        names.collect::<Result<Vec<_>, _>>().map_err(|error| damaged(path, error.into()))?;
    names.retain(|name| !name.ends_with('/') && !name.starts_with("__MACOSX/"));
    if names.iter().any(|name| name == "[Content_Types].xml") {
        return Err(not_text(path, "an Excel workbook", "save it as CSV"));
    }
    names.sort();
    let [name] = names.as_slice() else {
        return Err(ImportError::NotOneFile { path: path.to_owned(), names });
    };
    let file = archive.by_name(name).map_err(|error| damaged(path, error.into()))?;
    let bytes = read(path, bytes, file)?;
    // A name is only shown, and never a place to write to.
    let shown = path.join(name.trim_start_matches('/'));
    Ok(Unpacked { named: shown.clone(), shown, bytes })
}

fn read(path: &Path, packed: &[u8], unpacked: impl Read) -> Result<Vec<u8>, ImportError> {
    let most = FREELY.max(packed.len() as u64 * MOST_TIMES);
    let mut bytes = Vec::new();
    unpacked.take(most + 1).read_to_end(&mut bytes).map_err(|error| damaged(path, error))?;
    match bytes.len() as u64 > most {
        true => Err(not_text(
            path,
            "packed to less than a thousandth of its size",
            "unpack it and look what it is",
        )),
        false => Ok(bytes),
    }
}

fn damaged(path: &Path, source: io::Error) -> ImportError {
    ImportError::Damaged { path: path.to_owned(), source }
}

fn not_text(path: &Path, what: &'static str, advice: &'static str) -> ImportError {
    ImportError::NotText { path: path.to_owned(), what, advice }
}
