//! The files that `import` is to read: those that are named, by a pattern too, and those in folders.

use std::path::{Path, PathBuf};

use candle_files::{ArchiveFiles, COLUMN_ENDINGS, TEXT_ENDINGS};
use glob::{MatchOptions, glob_with};
use walkdir::WalkDir;

use crate::error::{CliError, note};
use crate::name_pattern::{PACKED, unpacked};

/// How many files are listed that are passed over.
const LISTED: usize = 10;

/// The files in the order in which they are named, those of a pattern and of a folder by name, with all
/// folders in it.
pub(super) fn all(named: &[PathBuf]) -> Result<Vec<PathBuf>, CliError> {
    let mut paths = Vec::new();
    for name in named {
        match name.to_str() {
            Some(pattern) if is_pattern(pattern) && !name.exists() => {
                paths.extend(matching(pattern)?)
            }
            _ => paths.push(name.clone()),
        }
    }
    Ok(in_archives(in_folders(&paths)?))
}

/// The files with candles of an archive in its place. One that cannot be opened stays: whoever reads it
/// says why.
fn in_archives(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        match ArchiveFiles::of(&path) {
            Ok(Some(archive)) => {
                match archive.others.len() {
                    0 => {}
                    1..=LISTED => {
                        let others = archive.others.join(", ");
                        note(&format!("{}: passed over {others}", path.display()));
                    }
                    many => note(&format!("{}: passed over {many} files", path.display())),
                }
                files.extend(archive.files);
            }
            _ => files.push(path),
        }
    }
    files
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// A shell leaves a pattern as it is where it is quoted, or where nothing matches.
fn matching(pattern: &str) -> Result<Vec<PathBuf>, CliError> {
    let options = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::new() };
    let found = glob_with(pattern, options).map_err(|error| {
        CliError::usage(format!("{pattern:?} is no pattern for names of files: {error}"))
    })?;
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(|error| CliError::Folder {
        path: error.path().to_owned(),
        source: error.into(),
    })?;
    match found.is_empty() {
        true => Err(CliError::refused(format!("no file has a name like {pattern}"))),
        false => Ok(found),
    }
}

fn in_folders(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CliError> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        let entries = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
        for entry in entries.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.path())) {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(path).to_owned();
                CliError::Folder { path, source: error.into() }
            })?;
            if entry.file_type().is_file() && may_have_candles(entry.path()) {
                files.push(entry.into_path());
            }
        }
        if files.len() == before {
            return Err(CliError::refused(format!(
                "{} holds no file that may have candles: {}, and these with {}; {}",
                path.display(),
                TEXT_ENDINGS.join(", "),
                PACKED.join(", "),
                COLUMN_ENDINGS.join(", ")
            )));
        }
    }
    Ok(files)
}

fn is_hidden(path: &Path) -> bool {
    name(path).starts_with('.')
}

fn may_have_candles(path: &Path) -> bool {
    let name = name(path);
    let is_text = TEXT_ENDINGS.iter().any(|ending| unpacked(&name).ends_with(ending));
    let is_columns = COLUMN_ENDINGS.iter().any(|ending| name.ends_with(ending));
    name.ends_with(".zip") || is_columns || is_text
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().to_lowercase()
}
