use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, mkfifoat};
use tokio::net::unix::pipe::{OpenOptions, Receiver};

/// The engine's end of a pipe.
pub(crate) struct Inlet {
    pub(crate) path: PathBuf,
    /// While it is open the reader finds no end, whether or not the engine has the pipe open.
    _keeper: File,
}

/// A pipe for an answer, for this user alone, in the folder for temporary files.
///
/// The engine's own streaming interface makes a document of every piece of an answer, with a header
/// each. So a query is told to write `INTO OUTFILE`, and the file is a pipe.
pub(crate) fn open() -> io::Result<(Inlet, Receiver)> {
    let path = std::env::temp_dir().join(format!("chdb-http-{}", uuid::Uuid::new_v4()));
    mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR)?;
    let opened =
        OpenOptions::new().open_receiver(&path).and_then(|receiver| Ok((receiver, keeper(&path)?)));
    match opened {
        Ok((receiver, keeper)) => Ok((Inlet { path, _keeper: keeper }, receiver)),
        Err(error) => {
            drop(fs::remove_file(&path));
            Err(error)
        }
    }
}

/// Opens at once, because the reader is there.
fn keeper(path: &Path) -> io::Result<File> {
    File::options().write(true).open(path)
}

/// Waits until something more comes out of the pipe, then breaks it; returns whether something did
/// before the query ended. Blocks.
///
/// A reading end must not be closed earlier: an engine that opens its own end later would wait for
/// a reader for ever, where no kill reaches it. Once it has written, a broken pipe is an error.
pub(crate) fn has_further(receiver: Receiver) -> bool {
    let pipe = receiver.into_blocking_fd().map(File::from);
    let read = pipe.and_then(|mut pipe| pipe.read_exact(&mut [0]));
    !read.is_err_and(|error| error.kind() == io::ErrorKind::UnexpectedEof)
}

impl Drop for Inlet {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.path));
    }
}
