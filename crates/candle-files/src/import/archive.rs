//! The files in zip archives.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::content::{Content, ReadSeek};
use super::endings::{COLUMN_ENDINGS, TEXT_ENDINGS};
use super::error::ImportError;
use super::unpacked::{Unpacked, damaged, not_text, read};

/// The files of an archive.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ArchiveFiles {
    /// Those that may have candles, as `archive.zip/prices.csv`, which [`CandleFile::read`] reads; in order.
    ///
    /// [`CandleFile::read`]: crate::CandleFile::read
    pub files: Vec<PathBuf>,
    /// The names of the others, such as `README.txt`.
    pub others: Vec<String>,
}

/// How files of text begin that have none.
const ABOUT: [&str; 5] = ["readme", "license", "licence", "checksum", "changelog"];

impl ArchiveFiles {
    /// The files of the zip archive `path`; `None` if it is none.
    ///
    /// # Errors
    /// [`ImportError`] if it cannot be read, is an Excel workbook, or holds nothing that may have candles.
    pub fn of(path: &Path) -> Result<Option<Self>, ImportError> {
        if !is_archive(path) {
            return Ok(None);
        }
        let content = File::open(path).and_then(Content::filed);
        let content = content.map_err(|error| damaged(path, error))?;
        let names = names(path, &open(path, &content)?)?;
        let (files, others): (Vec<_>, Vec<_>) = match names.len() {
            1 => (names, Vec::new()),
            _ => names.iter().cloned().partition(|name| may_have_candles(name)),
        };
        if files.is_empty() {
            return Err(ImportError::NoCandleFile { path: path.to_owned(), names: others });
        }
        let files = files.iter().map(|name| shown(path, name)).collect();
        Ok(Some(Self { files, others }))
    }
}

/// Whoever reads a file that cannot be opened says what is wrong with it.
fn is_archive(path: &Path) -> bool {
    let is_zip = |mut file: File| -> io::Result<bool> {
        let mut magic = [0; 4];
        Ok(file.read(&mut magic)? == 4 && magic == *b"PK\x03\x04")
    };
    path.is_file() && File::open(path).and_then(is_zip).unwrap_or(false)
}

/// A file in an archive, if `path` names one as `archive.zip/prices.csv`.
pub(crate) fn named_by(path: &Path) -> Result<Option<Content<'static>>, ImportError> {
    let Some(archive) = path.ancestors().skip(1).find(|path| is_archive(path)) else {
        return Ok(None);
    };
    let content = File::open(archive).and_then(Content::filed);
    let content = content.map_err(|error| damaged(archive, error))?;
    let mut zip = open(archive, &content)?;
    let mut names = names(archive, &zip)?;
    names.retain(|name| shown(archive, name) == path);
    let Some(name) = names.first() else {
        return Err(ImportError::NotFound { path: path.to_owned() });
    };
    let file = zip.by_name(name).map_err(|error| damaged(path, error.into()))?;
    read(path, content.len(), file).map(Some)
}

/// The only file of an archive, or the only one that may have candles.
pub(crate) fn only_file(path: &Path, content: &Content<'_>) -> Result<Unpacked, ImportError> {
    let mut archive = open(path, content)?;
    let all = names(path, &archive)?;
    let candidates: Vec<_> = all.iter().filter(|name| may_have_candles(name)).collect();
    let name = match (all.as_slice(), candidates.as_slice()) {
        ([name], _) => name,
        (_, [name]) => *name,
        _ => return Err(ImportError::NotOneFile { path: path.to_owned(), names: all }),
    };
    let file = archive.by_name(name).map_err(|error| damaged(path, error.into()))?;
    let content = read(path, content.len(), file)?;
    let shown = shown(path, name);
    Ok(Unpacked { named: shown.clone(), shown, content })
}

type Archive<'c> = ZipArchive<Box<dyn ReadSeek + 'c>>;

fn open<'c>(path: &Path, content: &'c Content<'_>) -> Result<Archive<'c>, ImportError> {
    let reader = content.reader().map_err(|error| damaged(path, error))?;
    ZipArchive::new(reader).map_err(|error| damaged(path, error.into()))
}

/// The names of the files, in order.
fn names(path: &Path, archive: &Archive<'_>) -> Result<Vec<String>, ImportError> {
    let names = archive.file_names().map(|name| name.map(Cow::into_owned));
    let mut names =
        names.collect::<Result<Vec<_>, _>>().map_err(|error| damaged(path, error.into()))?;
    names.retain(|name| !name.ends_with('/') && !name.starts_with("__MACOSX/"));
    if names.iter().any(|name| name == "[Content_Types].xml") {
        return Err(not_text(path, "an Excel workbook", "save it as CSV"));
    }
    names.sort();
    Ok(names)
}

fn may_have_candles(name: &str) -> bool {
    let is_hidden = name.split('/').any(|part| part.starts_with('.'));
    let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let ends = TEXT_ENDINGS.iter().chain(&COLUMN_ENDINGS).any(|ending| name.ends_with(ending));
    ends && !is_hidden && !ABOUT.iter().any(|about| name.starts_with(about))
}

/// A name in an archive is only shown, and never a place to write to.
fn shown(archive: &Path, name: &str) -> PathBuf {
    archive.join(name.trim_start_matches('/'))
}
