//! The files of one start.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::Error;

/// How much of the end of a file is shown, in bytes.
const TAIL: u64 = 4000;

/// What only one start needs, readable by this user alone, and gone when the start is over.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn make() -> Result<Self, Error> {
        let made = tempfile::Builder::new()
            .prefix("chdb-server-")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir();
        Ok(Self(made.map_err(Error::system("make a folder for temporary files"))?))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The path of a file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a new file that only its owner can read.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let path = self.file(name);
        let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        written
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(Error::system(format!("write {}", path.display())))?;
        Ok(path)
    }
}

/// The end of a file, as far as it is there.
pub(crate) fn tail(path: &Path) -> String {
    let read = || -> io::Result<String> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    read().unwrap_or_default()
}
