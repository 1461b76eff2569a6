//! Line numbers.

/// Counts lines on the way through a text; `\n`, `\r\n` and `\r` end one.
#[derive(Default)]
pub(crate) struct LineCounter {
    ended: u64,
    seen: usize,
}

impl LineCounter {
    /// The line of the byte at `position`, which is never before the one asked for last.
    pub(crate) fn at(&mut self, text: &[u8], position: usize) -> u64 {
        for index in self.seen..position {
            let ends_line = match text[index] {
                b'\n' => index == 0 || text[index - 1] != b'\r',
                byte => byte == b'\r',
            };
            self.ended += u64::from(ends_line);
        }
        self.seen = self.seen.max(position);
        self.ended + 1
    }
}
