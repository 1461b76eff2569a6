//! Line numbers.

use std::io;

use super::content::Content;

/// How many lines end before each block of a file; `\n`, `\r\n` and `\r` end one. Only bad rows
/// need it: a good file is never counted.
#[derive(Default)]
pub(crate) struct LineIndex(Vec<u64>);

const BLOCK: usize = 4096;

impl LineIndex {
    pub(crate) fn of(content: &Content<'_>) -> io::Result<Self> {
        let length = content.len();
        let (mut before, mut ended) = (Vec::with_capacity(length / BLOCK + 1), 0);
        for start in (0..=length).step_by(BLOCK) {
            before.push(ended);
            ended += line_ends(content, start, length.min(start + BLOCK))?;
        }
        Ok(Self(before))
    }

    /// The line of the byte at `position`; the first line is 1.
    pub(crate) fn line(&self, content: &Content<'_>, position: usize) -> io::Result<u64> {
        let block = position / BLOCK;
        let before = self.0.get(block).copied().unwrap_or_default();
        Ok(before + line_ends(content, block * BLOCK, position)? + 1)
    }
}

/// How many lines end in a range.
fn line_ends(content: &Content<'_>, from: usize, to: usize) -> io::Result<u64> {
    let first = from.saturating_sub(1);
    let text = content.bytes(first..to)?;
    let ends_line = |index: &usize| match text[*index] {
        b'\n' => *index == 0 || text[*index - 1] != b'\r',
        byte => byte == b'\r',
    };
    Ok((from - first..text.len()).filter(ends_line).count() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_across_blocks() {
        for (line, length) in [("abc\n", 4), ("ab\r\n", 4), ("abcd\r\n", 6), ("abc\r", 4)] {
            let text = line.repeat(3000);
            let content = Content::held(text.as_bytes());
            let index = LineIndex::of(&content).unwrap();
            for position in 0..=text.len() {
                // Behind `\r` of `\r\n` the next line has begun.
                let early = line.ends_with("\r\n") && position % length == length - 1;
                let expected = (position / length + 1) as u64 + u64::from(early);
                assert_eq!(
                    index.line(&content, position).unwrap(),
                    expected,
                    "{line:?} {position}"
                );
            }
        }
    }
}
