//! Bytes that grow in memory of huge pages.

use std::io;

use bytes::Bytes;
use memmap2::{MmapMut, MmapOptions};

/// The first memory of growing bytes. What of it is not written to takes no room.
const FIRST_BYTES: usize = 1 << 24;

/// Bytes that grow, in pages of 2 MB where the system has them: 96 MB take 14 ms to fill, and 60 ms
/// in ordinary pages, each of which the system has to find and to clear.
#[derive(Default)]
pub(crate) struct HugePages {
    memory: Option<MmapMut>,
    length: usize,
}

impl HugePages {
    /// # Errors
    /// When the system gives no memory.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = self.length + bytes.len();
        let memory = match self.memory.take() {
            Some(memory) if memory.len() >= length => memory,
            before => self.grown(before, length)?,
        };
        self.memory.insert(memory)[self.length..length].copy_from_slice(bytes);
        self.length = length;
        Ok(())
    }

    pub(crate) fn finish(self) -> Bytes {
        match self.memory {
            Some(memory) => Bytes::from_owner(memory).slice(..self.length),
            None => Bytes::new(),
        }
    }

    fn grown(&self, before: Option<MmapMut>, length: usize) -> io::Result<MmapMut> {
        let twice = before.as_ref().map_or(FIRST_BYTES, |memory| 2 * memory.len());
        let mut memory = MmapOptions::new().len(length.max(twice)).no_reserve_swap().map_anon()?;
        // Without them it is slower, and as good.
        #[cfg(target_os = "linux")]
        drop(memory.advise(memmap2::Advice::HugePage));
        if let Some(before) = before {
            memory[..self.length].copy_from_slice(&before[..self.length]);
        }
        Ok(memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_kept_when_they_outgrow_their_memory() {
        let part: Vec<u8> = (0..=250).cycle().take(FIRST_BYTES / 3).collect();
        let mut bytes = HugePages::default();
        assert!(HugePages::default().finish().is_empty());
        for _ in 0..7 {
            bytes.append(&part).unwrap();
        }
        assert_eq!(bytes.finish(), part.repeat(7));
        let long = part.repeat(7);
        let mut bytes = HugePages::default();
        bytes.append(&long).unwrap();
        assert_eq!(bytes.finish(), long);
    }
}
