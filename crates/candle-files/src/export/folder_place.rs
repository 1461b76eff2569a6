//! Where the folder of an export is made, and how it gets its name.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use tempfile::TempDir;
use walkdir::WalkDir;

use super::destination::{Existing, folder_of};
use super::error::{ExportError, Result};
use super::partition::FOLDERS;

/// The name of every file of an export into a folder, without its ending.
pub(crate) const FILE_STEM: &str = "candles";

/// A folder that is filled beside the place where it goes, under a hidden name.
pub(crate) struct FolderPlace {
    part: TempDir,
    path: PathBuf,
    existing: Existing,
}

impl FolderPlace {
    pub(crate) fn create(path: &Path, existing: Existing) -> Result<Self> {
        let failed = ExportError::write(format!("{path:?}"));
        let resolved = match path.canonicalize() {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(failed(error)),
        };
        let folder = folder_of(&resolved);
        if !folder.is_dir() {
            let folder = folder.to_owned();
            return Err(ExportError::NoFolder { path: resolved, folder });
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".candlehouse-").suffix(".part");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        check(&resolved, existing)?;
        let part = builder.tempdir_in(folder).map_err(failed)?;
        Ok(Self { part, path: resolved, existing })
    }

    /// Makes a folder in it.
    pub(crate) fn new_folder(&self, folder: &Path) -> Result<PathBuf> {
        let folder = self.part.path().join(folder);
        fs::create_dir_all(&folder).map_err(ExportError::write(format!("{:?}", self.path)))?;
        Ok(folder)
    }

    /// Gives the folder its name. What was there goes after the new folder is in its place, so that
    /// nobody ever finds a mixture.
    pub(crate) fn commit(self) -> Result<()> {
        check(&self.path, self.existing)?;
        let failed = || ExportError::write(format!("{:?}", self.path));
        let old = self.part.path().with_extension("old");
        let replaced = match fs::rename(&self.path, &old) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(failed()(error)),
        };
        if let Err(error) = fs::rename(self.part.path(), &self.path) {
            if replaced {
                fs::rename(&old, &self.path).map_err(failed())?;
            }
            return Err(failed()(error));
        }
        // Its folder has another name now, and nothing is left to remove.
        let _ = self.part.keep();
        match replaced {
            true => fs::remove_dir_all(&old).map_err(ExportError::write(format!("{old:?}"))),
            false => Ok(()),
        }
    }
}

/// Whether a folder can be put at `path`.
fn check(path: &Path, existing: Existing) -> Result<()> {
    let failed = ExportError::write(format!("{path:?}"));
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
        Ok(found) if !found.is_dir() => {
            return Err(ExportError::NotAFolder { path: path.to_owned() });
        }
        Ok(_) => {}
    }
    if env::current_dir().is_ok_and(|current| current.starts_with(path)) {
        return Err(ExportError::NotAFolder { path: path.to_owned() });
    }
    match fs::read_dir(path).map_err(failed)?.next() {
        None => Ok(()),
        Some(_) if existing == Existing::Keep => {
            Err(ExportError::NotEmpty { path: path.to_owned() })
        }
        Some(_) => is_export(path),
    }
}

/// Whether everything in the folder was written by an export.
fn is_export(path: &Path) -> Result<()> {
    let failed = || ExportError::write(format!("{path:?}"));
    for entry in WalkDir::new(path).min_depth(1) {
        let entry = entry.map_err(|error| failed()(error))?;
        let name = entry.file_name().to_string_lossy();
        let is_ours = match entry.file_type() {
            kind if kind.is_dir() => FOLDERS.iter().any(|start| name.starts_with(start)),
            kind => kind.is_file() && name.starts_with("candles."),
        };
        if !is_ours {
            let found = entry.path().strip_prefix(path).unwrap_or(entry.path()).to_owned();
            return Err(ExportError::ForeignFile { path: path.to_owned(), found });
        }
    }
    Ok(())
}
