//! Packed files hold what they held before.

use std::io::{Cursor, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::error::ImportError;
use super::super::file::CandleFile;
use super::super::options::ImportOptions;
use super::told;

pub(super) const TEXT: &str =
    "date,open,high,low,close,volume\n2024-01-02,1,2,0.5,1.5,10\n2024-01-03,1,2,0.5,1.5,10\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// With a checksum, as the program `zstd` writes it.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn parse(name: &str, bytes: &[u8], options: &ImportOptions) -> Result<CandleFile, ImportError> {
    CandleFile::parse(Path::new(name), bytes, options)
}

fn message(name: &str, bytes: &[u8]) -> String {
    parse(name, bytes, &told()).unwrap_err().to_string()
}

#[test]
fn a_packed_file_is_read_as_the_file_itself() {
    let plain = format!("{:?}", parse("a.csv", TEXT.as_bytes(), &told()).unwrap());
    let (first, second) = TEXT.split_at(50);
    let members = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    let frames = [zstd(first.as_bytes()), zstd(second.as_bytes())].concat();
    let archive = zip(&[("data/", b""), ("data/a.csv", TEXT.as_bytes()), ("__MACOSX/a.csv", b"x")]);
    for (name, bytes) in [
        ("a.csv.gz", gzip(TEXT.as_bytes())),
        ("a.csv.gz", members),
        ("a.csv.zst", zstd(TEXT.as_bytes())),
        ("a.csv.zst", frames),
        ("a.zip", archive),
    ] {
        assert_eq!(format!("{:?}", parse(name, &bytes, &told()).unwrap()), plain, "{name}");
    }
}

#[test]
fn the_name_that_tells_the_symbol_is_that_of_the_file_inside() {
    let kline = "1704067200000,1,2,0.5,1.5,10,1704067259999,1,1,1,1,0\n\
                 1704067260000,1,2,0.5,1.5,10,1704067319999,1,1,1,1,0\n";
    let inside = "BTCUSDT-1m-2024-01.csv";
    for (name, bytes) in [
        (format!("{inside}.gz"), gzip(kline.as_bytes())),
        (format!("{inside}.zst"), zstd(kline.as_bytes())),
        ("download.zip".to_owned(), zip(&[(inside, kline.as_bytes())])),
    ] {
        let file = parse(&name, &bytes, &ImportOptions::default()).unwrap();
        assert_eq!(file.series[0].key().to_string(), "BTCUSDT 1m", "{name}");
    }
}

#[test]
fn a_bad_row_is_named_with_the_file_that_it_is_in() {
    let bad = format!("{TEXT}2024-01-04,1,2,0.5,9,10\n");
    assert!(message("a.csv.gz", &gzip(bad.as_bytes())).contains("\n  a.csv.gz:4: "));
    assert!(message("a.zip", &zip(&[("b.csv", bad.as_bytes())])).contains("\n  a.zip/b.csv:4: "));
}

#[test]
fn an_archive_has_to_hold_one_file() {
    let file = TEXT.as_bytes();
    let two = message("a.zip", &zip(&[("b.csv", file), ("a.csv", file)]));
    assert_eq!(two, "a.zip holds 2 files, a.csv, b.csv: unpack it and name the file");
    let many = ["d", "c", "b", "a"].map(|name| (name, file));
    assert!(message("a.zip", &zip(&many)).contains("4 files, a, b, c and others:"));
    assert!(message("a.zip", &zip(&[("folder/", b"")])).contains("a.zip holds no file:"));
    let workbook = zip(&[("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")]);
    assert!(
        message("a.xlsx", &workbook).contains("an Excel workbook, not CSV text: save it as CSV")
    );
}

#[test]
fn what_cannot_be_unpacked_is_refused_whole() {
    let text = TEXT.as_bytes();
    for (kind, packed) in
        [("gzip", gzip(text)), ("zstd", zstd(text)), ("zip", zip(&[("a.csv", text)]))]
    {
        // In the first half of an archive lie the bytes of its file.
        let mut spoiled = packed.clone();
        spoiled[packed.len() * 2 / 5] ^= 0xff;
        for bytes in [&packed[..packed.len() - 5], &packed[..packed.len() / 2], &spoiled] {
            match parse("a.csv.gz", bytes, &told()) {
                Err(ImportError::Damaged { .. }) => {}
                other => panic!("{kind}, {} bytes: {other:?}", bytes.len()),
            }
        }
    }
}

#[test]
fn a_file_that_unpacks_to_a_multiple_of_memory_is_refused() {
    let zeros = zstd(&vec![b'\n'; (1 << 26) + 1]);
    assert!(zeros.len() < 50_000);
    assert!(message("a.zst", &zeros).contains("less than a thousandth of its size"));
}
