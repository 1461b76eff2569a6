//! Where an export goes, and when it gets its name.

use std::fs::{self, File};
use std::io::{self, Stdout, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::{ExportError, Result};

/// Where an export goes, as the user names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Standard output, written as `-`.
    Stdout,
    /// A file.
    File(PathBuf),
}

impl From<&str> for Target {
    fn from(name: &str) -> Self {
        if name == "-" { Self::Stdout } else { Self::File(name.into()) }
    }
}

/// What to do when the file exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Refuse.
    Keep,
    /// Put the new one in its place.
    Replace,
}

/// Where the bytes of an export go. A file gets its name only in [`Destination::commit`]; dropped
/// before that, nothing is left of it.
#[derive(Debug)]
pub(crate) enum Destination {
    Stdout(Stdout),
    File { part: NamedTempFile, path: PathBuf, existing: Existing },
}

impl Destination {
    pub(crate) fn open(target: &Target, existing: Existing) -> Result<Self> {
        match target {
            Target::Stdout => Ok(Self::Stdout(io::stdout())),
            Target::File(path) => {
                let path = resolve(path, existing)?;
                let part = create_part(&path)?;
                Ok(Self::File { part, path, existing })
            }
        }
    }

    /// Flushes, and gives a file its name.
    pub(crate) fn commit(mut self) -> Result<()> {
        let failed = ExportError::write(self.name());
        match self {
            Self::Stdout(ref mut out) => out.flush().map_err(failed),
            Self::File { part, path, existing } => {
                if let Err(error) = part.as_file().sync_all() {
                    return Err(failed(error));
                }
                let named = match existing {
                    Existing::Keep => part.persist_noclobber(&path),
                    Existing::Replace => part.persist(&path),
                };
                match named {
                    Ok(_) => Ok(()),
                    Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                        Err(ExportError::Exists { path })
                    }
                    Err(error) => Err(failed(error.error)),
                }
            }
        }
    }

    /// For messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdout(_) => "standard output".to_owned(),
            Self::File { path, .. } => format!("{path:?}"),
        }
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::File { part, .. } => part.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::File { part, .. } => part.flush(),
        }
    }
}

/// The path to put the file at: the end of a symbolic link, so that the link stays one.
fn resolve(path: &Path, existing: Existing) -> Result<PathBuf> {
    let failed = ExportError::write(format!("{path:?}"));
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(ExportError::NotAFile { path: path.to_owned() }),
        Ok(_) if existing == Existing::Keep => Err(ExportError::Exists { path: path.to_owned() }),
        Ok(_) => path.canonicalize().map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if folder_of(path).is_dir() {
                return Ok(path.to_owned());
            }
            let folder = folder_of(path).to_owned();
            Err(ExportError::NoFolder { path: path.to_owned(), folder })
        }
        Err(error) => Err(failed(error)),
    }
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn create_part(path: &Path) -> Result<NamedTempFile<File>> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".candlehouse-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder_of(path)).map_err(ExportError::write(format!("{path:?}")))
}
