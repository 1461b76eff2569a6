//! Packed files: gzip, zstd, and zip archives.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::archive;
use super::content::Content;
use super::error::ImportError;

/// What a packed file holds.
pub(crate) struct Unpacked {
    /// What it is called in messages.
    pub(crate) shown: PathBuf,
    /// What it was called before it was packed, which may tell the symbol.
    pub(crate) named: PathBuf,
    pub(crate) content: Content<'static>,
}

/// No text of candles is packed so well, from [`FREELY`] bytes on.
const MOST_TIMES: u64 = 1_000;
const FREELY: u64 = 1 << 26;

/// What the file holds, if it is packed.
pub(crate) fn unpacked(
    path: &Path,
    content: &Content<'_>,
) -> Result<Option<Unpacked>, ImportError> {
    let alone = |unpacked: Result<Content<'static>, ImportError>| {
        unpacked.map(|content| {
            Some(Unpacked { shown: path.to_owned(), named: path.with_extension(""), content })
        })
    };
    let failed = |error| damaged(path, error);
    let reader = || content.reader().map_err(failed);
    match content.head().map_err(failed)?.as_ref() {
        [0x1f, 0x8b, ..] => alone(read(path, content.len(), MultiGzDecoder::new(reader()?))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let decoder = zstd::Decoder::new(reader()?).map_err(failed)?;
            alone(read(path, content.len(), decoder))
        }
        [b'P', b'K', 3, 4, ..] => archive::only_file(path, content).map(Some),
        _ => Ok(None),
    }
}

/// What `unpacked` gives, of a file of `packed` bytes.
pub(crate) fn read(
    path: &Path,
    packed: usize,
    unpacked: impl Read,
) -> Result<Content<'static>, ImportError> {
    let most = FREELY.max(packed as u64 * MOST_TIMES);
    let content = Content::spooled(unpacked.take(most + 1), |error| damaged(path, error))?;
    match content.len() as u64 > most {
        true => Err(not_text(
            path,
            "packed to less than a thousandth of its size",
            "unpack it and look what it is",
        )),
        false => Ok(content),
    }
}

pub(crate) fn damaged(path: &Path, source: io::Error) -> ImportError {
    ImportError::Damaged { path: path.to_owned(), source }
}

pub(crate) fn not_text(path: &Path, what: &'static str, advice: &'static str) -> ImportError {
    ImportError::NotText { path: path.to_owned(), what, advice }
}
