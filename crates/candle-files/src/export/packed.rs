//! The bytes of a CSV export, packed on their way.

use std::io::{self, Write};

use flate2::write::GzEncoder;

use super::compression::Compression;
use super::destination::Destination;

/// Packs what is written. The same bytes in are the same bytes out: there is no time in a header.
pub(crate) enum Packed {
    Plain(Destination),
    Gzip(Box<GzEncoder<Destination>>),
    Zstd(Box<zstd::Encoder<'static, Destination>>),
}

impl Packed {
    pub(crate) fn new(compression: Compression, destination: Destination) -> io::Result<Self> {
        Ok(match compression {
            Compression::Gzip => {
                Self::Gzip(Box::new(GzEncoder::new(destination, flate2::Compression::default())))
            }
            Compression::Zstd => {
                let level = zstd::DEFAULT_COMPRESSION_LEVEL;
                Self::Zstd(Box::new(zstd::Encoder::new(destination, level)?))
            }
            Compression::None | Compression::Snappy | Compression::Lz4 => Self::Plain(destination),
        })
    }

    /// Writes what ends the packed bytes.
    pub(crate) fn finish(self) -> io::Result<Destination> {
        match self {
            Self::Plain(destination) => Ok(destination),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(out) => out.write(bytes),
            Self::Zstd(out) => out.write(bytes),
        }
    }

    /// Flushing a packer would depend on when that is; only what is not packed is flushed.
    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(_) | Self::Zstd(_) => Ok(()),
        }
    }
}
