use std::io::Write;

use cityhash_rs::cityhash_102_128;
use lz4_flex::block;
use lz4_flex::frame::FrameEncoder;

use crate::exception::Exception;

const CHECKSUM: usize = 16;
const HEADER: usize = 9;
const LZ4: u8 = 0x82;
const STORED: u8 = 0x02;

/// As much as the engine's own clients put into a block, and more than any of them may.
const BLOCK: usize = 1 << 20;
const LARGEST_BLOCK: usize = 1 << 30;

/// How an answer travels.
pub(crate) enum Encoder {
    Plain,
    /// ClickHouse's blocks with checksums, as `compress=1` asks for them.
    Native,
    /// One LZ4 frame, as `Accept-Encoding: lz4` asks for it.
    Lz4(Box<FrameEncoder<Vec<u8>>>),
}

impl Encoder {
    pub(crate) fn lz4() -> Self {
        Self::Lz4(Box::new(FrameEncoder::new(Vec::new())))
    }

    /// A piece of the answer, with nothing held back. Memory takes every write.
    pub(crate) fn encode(&mut self, piece: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Plain => piece,
            Self::Native => piece.chunks(BLOCK).flat_map(native_block).collect(),
            Self::Lz4(frame) => {
                drop(frame.write_all(&piece).and_then(|()| frame.flush()));
                std::mem::take(frame.get_mut())
            }
        }
    }

    /// What comes behind the last piece.
    pub(crate) fn finish(self) -> Vec<u8> {
        match self {
            Self::Plain | Self::Native => Vec::new(),
            Self::Lz4(frame) => frame.finish().unwrap_or_default(),
        }
    }
}

fn native_block(data: &[u8]) -> Vec<u8> {
    let compressed = block::compress(data);
    let mut block = vec![LZ4];
    for length in [compressed.len() + HEADER, data.len()] {
        block.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    }
    block.extend_from_slice(&compressed);
    let mut framed = checksum(&block).to_vec();
    framed.append(&mut block);
    framed
}

fn checksum(block: &[u8]) -> [u8; CHECKSUM] {
    cityhash_102_128(block).rotate_right(64).to_le_bytes()
}

/// What a request body in ClickHouse's blocks holds, as `decompress=1` announces it.
pub(crate) fn decode(mut body: &[u8]) -> Result<Vec<u8>, Exception> {
    let mut decoded = Vec::new();
    while !body.is_empty() {
        let cut = || Exception::new(3, "UNEXPECTED_END_OF_FILE", "The compressed data is cut off");
        let (sum, rest) = body.split_first_chunk::<CHECKSUM>().ok_or_else(cut)?;
        let (header, _) = rest.split_first_chunk::<HEADER>().ok_or_else(cut)?;
        let [method, lengths @ ..] = *header;
        let [c0, c1, c2, c3, d0, d1, d2, d3] = lengths;
        let length = u32::from_le_bytes([c0, c1, c2, c3]) as usize;
        let size = u32::from_le_bytes([d0, d1, d2, d3]) as usize;
        if length < HEADER || size > LARGEST_BLOCK {
            let reason = "The header of a compressed block is damaged";
            return Err(Exception::new(271, "CANNOT_DECOMPRESS", reason));
        }
        let block = rest.get(..length).ok_or_else(cut)?;
        if checksum(block) != *sum {
            let reason = "Checksum doesn't match: corrupted data";
            return Err(Exception::new(40, "CHECKSUM_DOESNT_MATCH", reason));
        }
        let data = &block[HEADER..];
        match method {
            LZ4 => decoded.append(&mut block::decompress(data, size).map_err(|error| {
                Exception::new(271, "CANNOT_DECOMPRESS", &format!("Cannot decompress: {error}"))
            })?),
            STORED => decoded.extend_from_slice(data),
            _ => {
                let reason = "This server reads blocks that are stored or compressed with LZ4";
                return Err(Exception::new(89, "UNKNOWN_COMPRESSION_METHOD", reason));
            }
        }
        body = &rest[length..];
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_as_they_were_written() {
        for data in [&b""[..], b"x", &b"some text ".repeat(300_000)] {
            assert_eq!(decode(&Encoder::Native.encode(data.to_vec())).unwrap(), data);
        }
    }

    #[test]
    fn damaged_blocks_are_refused() {
        let whole = Encoder::Native.encode(b"some text".to_vec());
        assert_eq!(decode(&whole[..whole.len() - 1]).unwrap_err().code, 3);
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            assert!(decode(&damaged).is_err(), "{at}");
        }
    }
}
