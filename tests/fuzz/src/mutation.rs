//! Spoiling a file: what a disk, a transfer or a careless program does to it.

use fastrand::Rng;

/// What is put into texts.
const WORDS: [&[u8]; 24] = [
    b"\"",
    b"\n",
    b"\r\n",
    b",",
    b";",
    b"\t",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"-",
    b".",
    b"1e309",
    b"NaN",
    b"inf",
    b"-0",
    b"9223372036854775808",
    b"99999999999999999999999",
    b"1899-12-31",
    b"2024-02-30",
    b"24:00",
    b"+99:99",
    b"symbol",
    b"open",
    b"\xf0\x9f\x92\xa9",
];

/// The longest file that is made.
const LONGEST: usize = 1 << 16;

/// `file` with up to eight changes: bytes changed, runs cut out, moved, repeated, and words put in.
#[must_use]
pub fn spoiled(file: &[u8], other: &[u8], random: &mut Rng) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..random.usize(1..=8) {
        let at = random.usize(..=bytes.len());
        let end = (at + random.usize(..64)).min(bytes.len());
        match random.u8(..8) {
            0 if at < bytes.len() => bytes[at] = random.u8(..),
            1 if at < bytes.len() => bytes[at] ^= 1 << random.u8(..8),
            2 => drop(bytes.drain(at..end)),
            3 => insert(&mut bytes, at, WORDS[random.usize(..WORDS.len())]),
            4 => {
                let run = bytes[at..end].to_vec();
                let place = random.usize(..=bytes.len());
                insert(&mut bytes, place, &run);
            }
            5 => bytes.truncate(at),
            6 => {
                let from = random.usize(..=other.len());
                let to = (from + random.usize(..128)).min(other.len());
                insert(&mut bytes, at, &other[from..to]);
            }
            _ => bytes[at..end].reverse(),
        }
        bytes.truncate(LONGEST);
    }
    bytes
}

fn insert(bytes: &mut Vec<u8>, at: usize, run: &[u8]) {
    bytes.splice(at..at, run.iter().copied());
}
