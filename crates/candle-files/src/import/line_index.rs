//! Line numbers.

/// How many lines end before each block of a text; `\n`, `\r\n` and `\r` end one. Only bad rows
/// need it: a good file is never counted.
pub(crate) struct LineIndex(Vec<u64>);

const BLOCK: usize = 4096;

impl LineIndex {
    pub(crate) fn of(text: &[u8]) -> Self {
        let (mut before, mut ended) = (Vec::with_capacity(text.len() / BLOCK + 1), 0);
        for start in (0..=text.len()).step_by(BLOCK) {
            before.push(ended);
            ended += line_ends(text, start, text.len().min(start + BLOCK));
        }
        Self(before)
    }

    /// The line of the byte at `position`; the first line is 1.
    pub(crate) fn line(&self, text: &[u8], position: usize) -> u64 {
        let block = position / BLOCK;
        self.0[block] + line_ends(text, block * BLOCK, position) + 1
    }
}

/// How many lines end in a range.
fn line_ends(text: &[u8], from: usize, to: usize) -> u64 {
    let ends_line = |index: &usize| match text[*index] {
        b'\n' => *index == 0 || text[*index - 1] != b'\r',
        byte => byte == b'\r',
    };
    (from..to).filter(ends_line).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_across_blocks() {
        for (line, length) in [("abc\n", 4), ("ab\r\n", 4), ("abcd\r\n", 6), ("abc\r", 4)] {
            let text = line.repeat(3000);
            let index = LineIndex::of(text.as_bytes());
            for position in 0..=text.len() {
                // Behind `\r` of `\r\n` the next line has begun.
                let early = line.ends_with("\r\n") && position % length == length - 1;
                let expected = (position / length + 1) as u64 + u64::from(early);
                assert_eq!(index.line(text.as_bytes(), position), expected, "{line:?} {position}");
            }
        }
    }
}
