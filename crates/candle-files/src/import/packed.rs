//! Packed files: gzip, zstd, and zip archives.

use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::archive;
use super::content::Content;
use super::error::ImportError;
use super::unpacked::{Unpacked, damaged, read};

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
