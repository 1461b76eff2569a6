//! The files that are spoiled are good ones.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

use candle_files::CandleFile;
use candlehouse_fuzz::{Input, seeds};

#[test]
fn good_files_are_read() {
    for (kind, seed) in seeds().into_iter().enumerate() {
        // The options that each of them is read with: a symbol, and for the others none.
        let read = |choice: u8| {
            let data = [&[choice][..], &seed].concat();
            let input = Input::of(&data);
            CandleFile::parse(input.name.as_ref(), input.bytes, &input.options)
        };
        let errors: Vec<_> =
            [0, 2, 6, 12, 14].into_iter().map_while(|choice| read(choice).err()).collect();
        assert!(errors.len() < 5, "kind {kind}: {errors:?}");
    }
}
