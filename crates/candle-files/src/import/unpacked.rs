//! What comes out of a packed file.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::bound::most_unpacked;
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

/// What `unpacked` gives, of a file of `packed` bytes.
pub(crate) fn read(
    path: &Path,
    packed: usize,
    unpacked: impl Read,
) -> Result<Content<'static>, ImportError> {
    let most = most_unpacked(packed as u64);
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
