//! Whether the codec ALP gives every value back bit by bit, whatever is done to the table: some
//! values of every kind, or as many in all as `CODEC_VALUES` says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod kinds;
mod table;

use std::env;

use table::Table;

/// Enough for several blocks of the codec in each part.
const FEW: u64 = 2_000_000;

/// One test, because a process has one engine, and this starts it again and again.
#[tokio::test]
async fn every_value_comes_back_bit_by_bit() {
    let wanted = env::var("CODEC_VALUES").ok().filter(|text| !text.is_empty());
    let wanted = wanted.map_or(FEW, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut proven = 0;
    while proven < wanted {
        proven += Table::new(folder.path(), proven).await.prove(wanted - proven).await;
        println!("{proven} values");
    }
}
