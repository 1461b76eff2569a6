//! Packed files: gzip, zstd, and zip archives with one file.

use std::borrow::Cow;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

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
        [0x1f, 0x8b, ..] => alone(read(path, content, MultiGzDecoder::new(reader()?))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let decoder = zstd::Decoder::new(reader()?).map_err(failed)?;
            alone(read(path, content, decoder))
        }
        [b'P', b'K', 3, 4, ..] => member(path, content).map(Some),
        _ => Ok(None),
    }
}

/// The only file of an archive.
fn member(path: &Path, content: &Content<'_>) -> Result<Unpacked, ImportError> {
    let reader = content.reader().map_err(|error| damaged(path, error))?;
    let mut archive = ZipArchive::new(reader).map_err(|error| damaged(path, error.into()))?;
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
    let content = read(path, content, file)?;
    // A name is only shown, and never a place to write to.
    let shown = path.join(name.trim_start_matches('/'));
    Ok(Unpacked { named: shown.clone(), shown, content })
}

fn read(
    path: &Path,
    packed: &Content<'_>,
    unpacked: impl Read,
) -> Result<Content<'static>, ImportError> {
    let most = FREELY.max(packed.len() as u64 * MOST_TIMES);
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

fn damaged(path: &Path, source: io::Error) -> ImportError {
    ImportError::Damaged { path: path.to_owned(), source }
}

fn not_text(path: &Path, what: &'static str, advice: &'static str) -> ImportError {
    ImportError::NotText { path: path.to_owned(), what, advice }
}
