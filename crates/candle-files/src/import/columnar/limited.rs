//! A bound for what a file may unfold to.

use std::io::{self, Write};

/// No file of candles unfolds to so many times its size, from [`FREELY`] bytes on.
const MOST_TIMES: u64 = 1_000;
const FREELY: u64 = 1 << 26;

/// Writes a text that may be a thousand times as long as the file it comes from.
pub(super) struct Limited<'a> {
    text: &'a mut dyn Write,
    left: u64,
}

impl<'a> Limited<'a> {
    pub(super) fn for_file(text: &'a mut dyn Write, size: u64) -> Self {
        Self { text, left: FREELY.max(size.saturating_mul(MOST_TIMES)) }
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
