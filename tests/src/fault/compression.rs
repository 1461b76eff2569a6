//! Bodies as a client compresses them, and answers as a server does.

use std::io::Write;

use lz4_flex::frame::FrameEncoder;

/// A checksum, a mark, the length of the block without the checksum, its length when decompressed.
const CHECKSUM: usize = 16;
const LZ4: u8 = 0x82;
const HEAD: usize = CHECKSUM + 9;

/// The content of ClickHouse's own compressed blocks, unless the last of them is cut or one is not
/// LZ4.
#[must_use]
pub fn content_of_blocks(mut blocks: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    while !blocks.is_empty() {
        let number = |at: usize| {
            let bytes = blocks.get(at..at + 4)?.try_into().ok()?;
            usize::try_from(u32::from_le_bytes(bytes)).ok()
        };
        let (length, size) = (number(CHECKSUM + 1)?, number(CHECKSUM + 5)?);
        let packed = blocks.get(HEAD..CHECKSUM + length).filter(|_| blocks[CHECKSUM] == LZ4)?;
        content.extend(lz4_flex::block::decompress(packed, size).ok()?);
        blocks = &blocks[CHECKSUM + length..];
    }
    Some(content)
}

/// These pieces in an LZ4 frame, a block for each; the mark of its end only when it `is_whole`.
///
/// # Panics
/// Never.
#[must_use]
pub fn lz4_frame(pieces: &[Vec<u8>], is_whole: bool) -> Vec<Vec<u8>> {
    let mut encoder = FrameEncoder::new(Vec::new());
    let mut packed = Vec::new();
    for piece in pieces {
        encoder.write_all(piece).unwrap();
        encoder.flush().unwrap();
        packed.push(std::mem::take(encoder.get_mut()));
    }
    if is_whole {
        packed.push(encoder.finish().unwrap());
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_decompressed_unless_one_is_cut() {
        let block = |text: &[u8]| {
            let packed = lz4_flex::block::compress(text);
            let number = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
            let head = [&[0; CHECKSUM][..], &[LZ4], &number(packed.len() + 9), &number(text.len())];
            [head.concat(), packed].concat()
        };
        let blocks = [block(b"aaaaaaaaaaaaaaaaaaaaaaaa"), block(b"b")].concat();
        assert_eq!(content_of_blocks(&blocks).unwrap(), b"aaaaaaaaaaaaaaaaaaaaaaaab");
        assert_eq!(content_of_blocks(&[]).unwrap(), b"");
        assert_eq!(content_of_blocks(&blocks[..blocks.len() - 1]), None);
    }
}
