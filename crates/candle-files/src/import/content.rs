//! The bytes of a file: in memory where they are few, else in the file or in a temporary one.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::panic::resume_unwind;
use std::thread;

use tempfile::{SpooledData, SpooledTempFile};

use super::error::ImportError;

/// The most bytes that are held in memory; more stay in a file. So few in unit tests that their
/// files are of both kinds.
pub(crate) const HELD: usize = if cfg!(test) { 2_000 } else { 1 << 26 };

/// How much of a longer file is looked at to find out what it is.
const HEAD: usize = 1 << 20;

/// The bytes of a file, or of what was packed in it.
pub(crate) enum Content<'a> {
    Held(Box<dyn AsRef<[u8]> + Send + Sync + 'a>),
    Filed { file: File, length: usize },
}

/// What the readers of archives need.
pub(crate) trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

impl<'a> Content<'a> {
    pub(crate) fn held(bytes: impl AsRef<[u8]> + Send + Sync + 'a) -> Self {
        Self::Held(Box::new(bytes))
    }

    pub(crate) fn filed(file: File) -> io::Result<Self> {
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Self::Filed { file, length })
    }

    /// All that was written to `spool`.
    pub(crate) fn of_spool(spool: SpooledTempFile) -> Result<Self, ImportError> {
        match spool.into_inner() {
            SpooledData::InMemory(bytes) => Ok(Self::held(bytes.into_inner())),
            SpooledData::OnDisk(file) => Self::filed(file).map_err(not_spooled),
        }
    }

    /// All that `from` gives; `failed` makes an error of one of its own.
    pub(crate) fn spooled(
        mut from: impl Read,
        failed: impl Fn(io::Error) -> ImportError,
    ) -> Result<Self, ImportError> {
        let (mut spool, mut part) = (SpooledTempFile::new(HELD), vec![0; 1 << 16]);
        loop {
            match from.read(&mut part) {
                Ok(0) => return Self::of_spool(spool),
                Ok(read) => spool.write_all(&part[..read]).map_err(not_spooled)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Held(bytes) => (**bytes).as_ref().len(),
            Self::Filed { length, .. } => *length,
        }
    }

    /// The first bytes: all that are held, some of a file.
    pub(crate) fn head(&self) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Self::Held(bytes) => Ok(Cow::Borrowed((**bytes).as_ref())),
            Self::Filed { length, .. } => self.bytes(0..HEAD.min(*length)),
        }
    }

    /// The bytes in a range.
    pub(crate) fn bytes(&self, range: Range<usize>) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Self::Held(bytes) => Ok(Cow::Borrowed(&(**bytes).as_ref()[range])),
            Self::Filed { file, .. } => {
                let mut bytes = vec![0; range.len()];
                file.read_exact_at(&mut bytes, range.start as u64)?;
                Ok(Cow::Owned(bytes))
            }
        }
    }

    /// The bytes from the first on.
    pub(crate) fn reader(&self) -> io::Result<Box<dyn ReadSeek + '_>> {
        match self {
            Self::Held(bytes) => Ok(Box::new(Cursor::new((**bytes).as_ref()))),
            Self::Filed { file, .. } => {
                let mut file: &File = file;
                file.seek(SeekFrom::Start(0))?;
                Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
            }
        }
    }
}

fn not_spooled(source: io::Error) -> ImportError {
    ImportError::NotSpooled { folder: std::env::temp_dir(), source }
}

/// The fewest bytes that are worth a thread. So few in unit tests that their files are shared.
pub(crate) const SMALLEST_SHARE: usize = if cfg!(test) { 50 } else { 1 << 20 };

/// Fills `bytes` with those of the file from `start` on, on all cores.
pub(crate) fn fill(bytes: &mut [u8], file: &File, start: usize) -> io::Result<()> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let size = bytes.len().div_ceil(threads).max(SMALLEST_SHARE);
    thread::scope(|scope| {
        let shares: Vec<_> = bytes
            .chunks_mut(size)
            .enumerate()
            .map(|(index, share)| {
                scope.spawn(move || file.read_exact_at(share, (start + index * size) as u64))
            })
            .collect();
        let results =
            shares.into_iter().map(|share| share.join().unwrap_or_else(|p| resume_unwind(p)));
        results.collect()
    })
}
