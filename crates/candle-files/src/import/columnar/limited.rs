//! A bound for what a file may unfold to.

use std::io::{self, Write};

use crate::import::bound::most_unpacked;

/// Writes a text that may be a thousand times as long as the file it comes from.
pub(super) struct Limited<'a> {
    text: &'a mut dyn Write,
    left: u64,
}

impl<'a> Limited<'a> {
    pub(super) fn for_file(text: &'a mut dyn Write, size: u64) -> Self {
        Self { text, left: most_unpacked(size) }
    }
}

impl Write for Limited<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.text.write(bytes)?;
        self.left = self
            .left
            .checked_sub(written as u64)
            .ok_or_else(|| io::Error::other("its rows take more than a thousand times its size"))?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.text.flush()
    }
}
