//! The records of a file, as many at a time as are held in memory.

use std::path::Path;

use memchr::{memchr, memrchr2};

use super::content::{Content, fill};
use super::entangled::Entangled;
use super::error::ImportError;
use super::lookup::Lookup;
use super::records::Records;

/// How many bytes of a file are held at once. So few in unit tests that their files are of several.
const WINDOW: usize = if cfg!(test) { 1_000 } else { 1 << 25 };

/// The records of a file.
pub(crate) struct Windows<'a> {
    pub(crate) path: &'a Path,
    pub(crate) content: &'a Content<'a>,
    /// The byte behind the header.
    pub(crate) body: usize,
    pub(crate) delimiter: u8,
}

/// Why not all windows were seen.
#[derive(Debug)]
pub(crate) enum Stopped {
    Entangled,
    Failed(ImportError),
}

impl From<Entangled> for Stopped {
    fn from(Entangled: Entangled) -> Self {
        Self::Entangled
    }
}

impl Windows<'_> {
    /// Shows all records to `visit`, which says behind which byte it has seen them: the last record of
    /// a window that is not the last one may go on in the next.
    pub(crate) fn visit(
        &self,
        mut visit: impl FnMut(&Records<'_>) -> Result<usize, Entangled>,
    ) -> Result<(), Stopped> {
        let file = match self.content {
            Content::Held(bytes) => {
                let text = &(**bytes).as_ref()[self.body..];
                visit(&Records::of(text, self.body, self.delimiter))?;
                return Ok(());
            }
            Content::Filed { file, .. } => file,
        };
        let (mut buffer, mut next, length) = (Vec::new(), self.body, self.content.len());
        while next < length {
            buffer.resize(WINDOW.min(length - next), 0);
            fill(&mut buffer, file, next).map_err(|source| {
                let path = self.path.to_owned();
                Stopped::Failed(ImportError::Unreadable { path, source })
            })?;
            let is_last = next + buffer.len() == length;
            let whole = match memchr(b'"', &buffer) {
                None if !is_last => memrchr2(b'\n', b'\r', &buffer).map_or(0, |end| end + 1),
                _ => buffer.len(),
            };
            let records = Records::of(&buffer[..whole], next, self.delimiter);
            let end = visit(&if is_last { records } else { records.with_more_behind() })?;
            if end == next {
                return Err(Stopped::Failed(self.too_long(next, &buffer)));
            }
            next = end;
        }
        Ok(())
    }

    /// A record that does not end in a window.
    fn too_long(&self, start: usize, window: &[u8]) -> ImportError {
        let path = self.path.to_owned();
        match memchr(b'"', window) {
            Some(_) => {
                let line = Lookup::new(self.content, self.delimiter).line(start);
                ImportError::UnclosedQuote { path, line }
            }
            None => ImportError::NotText {
                path,
                what: "text with a line of more than 32 MB",
                advice: "look what it is",
            },
        }
    }
}
