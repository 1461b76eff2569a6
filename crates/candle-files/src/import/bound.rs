//! How much a packed file may hold.

/// No file of candles is packed so well, from [`FREELY`] bytes on.
const MOST_TIMES: u64 = 1_000;
const FREELY: u64 = 1 << 26;

/// The most bytes that `packed` bytes may hold.
pub(crate) fn most_unpacked(packed: u64) -> u64 {
    FREELY.max(packed.saturating_mul(MOST_TIMES))
}
