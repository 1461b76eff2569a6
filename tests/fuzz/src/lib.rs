//! What a fuzzer does with bytes: read them as a file of candles, and check what comes of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod input;
mod mutation;
mod seeds;

pub use input::Input;
pub use mutation::spoiled;
pub use seeds::seeds;

use candle_files::CandleFile;

/// Reads the file twice. It must be refused with a message, or give the same candles both times, each
/// from a row of its own.
///
/// # Panics
/// If it is otherwise.
pub fn read(input: &Input<'_>) {
    let read = || CandleFile::parse(input.name.as_ref(), input.bytes, &input.options);
    match (read(), read()) {
        (Ok(file), Ok(again)) => {
            let candles: usize = file.series.iter().map(|series| series.len()).sum();
            let left_out = file.duplicates as usize + file.rejects.len();
            assert!(candles > 0 && candles + left_out == file.rows as usize, "{file:?}");
            assert_eq!(file.series, again.series);
            assert_eq!(file.rejects, again.rejects);
        }
        (Err(error), Err(again)) => {
            assert!(!error.to_string().is_empty());
            assert_eq!(error.to_string(), again.to_string());
        }
        (first, second) => panic!("read twice: {first:?}, {second:?}"),
    }
}
