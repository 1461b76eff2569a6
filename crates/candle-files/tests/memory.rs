//! What the reader holds of a long file. A program of its own, because the whole process is measured.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "everything here is a test")]

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};

use candle_files::{CandleFile, ImportOptions};

const MB: usize = 1 << 20;

/// The most memory that this process had, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

#[test]
fn a_file_that_is_longer_than_what_may_be_held_is_not_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv");
    let mut file = BufWriter::new(File::create(&path).unwrap());
    writeln!(file, "time,open,high,low,close,volume,note").unwrap();
    let (mut size, mut row) = (0, String::new());
    for minute in 0.. {
        row.clear();
        let time = 1_704_067_200 + minute * 60;
        writeln!(row, "{time},1.25,2.5,1.0,1.5,{minute},{:2000}", "text").unwrap();
        file.write_all(row.as_bytes()).unwrap();
        size += row.len();
        if size > 112 * MB {
            break;
        }
    }
    file.into_inner().unwrap();
    let options = ImportOptions { symbol: Some("A".into()), ..ImportOptions::default() };
    let before = peak();
    let read = CandleFile::read(&path, &options).unwrap();
    assert!(read.rows > 50_000);
    let from_file = peak() - before;
    assert!(from_file < 72 * MB, "{} MB for a file", from_file / MB);
}
