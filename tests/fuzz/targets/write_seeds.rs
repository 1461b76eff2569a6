//! Writes the good files that the fuzzer begins with into a folder.

use std::path::PathBuf;

use candlehouse_fuzz::seeds;

fn main() -> std::io::Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    for (kind, seed) in seeds().into_iter().enumerate() {
        // Options that most of them are read with: a symbol and minutes.
        std::fs::write(folder.join(format!("seed-{kind}")), [&[0b110][..], &seed].concat())?;
    }
    Ok(())
}
