//! The files of zip archives.

use std::path::Path;

use super::super::archive::ArchiveFiles;
use super::super::error::ImportError;
use super::super::file::CandleFile;
use super::super::rejects_file::{rejects_path, write_rejects};
use super::packed::{TEXT, zip};
use super::told;
use crate::ImportOptions;

#[test]
fn every_file_that_may_have_candles_is_named_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.zip");
    let bad = format!("{TEXT}2024-01-04,1,2,0.5,9,10\n");
    let members = zip(&[
        ("2024/B.csv", TEXT.as_bytes()),
        ("2024/", b""),
        ("A.CSV", bad.as_bytes()),
        ("README.txt", b"about"),
        ("sums.sha256", b"0"),
        (".hidden/A.csv", b"x"),
        ("__MACOSX/A.csv", b"x"),
    ]);
    std::fs::write(&path, members).unwrap();
    let found = ArchiveFiles::of(&path).unwrap().unwrap();
    assert_eq!(found.files, [path.join("2024/B.csv"), path.join("A.CSV")]);
    assert_eq!(found.others, [".hidden/A.csv", "README.txt", "sums.sha256"]);
    let file = CandleFile::read(&found.files[0], &told()).unwrap();
    assert_eq!(file.rows, 2);
    let refused = CandleFile::read(&found.files[1], &told()).unwrap_err().to_string();
    assert!(refused.contains("all.zip/A.CSV:4: column \"close\""), "{refused}");
    let missing = CandleFile::read(&path.join("C.csv"), &told());
    assert!(matches!(missing, Err(ImportError::NotFound { .. })), "{missing:?}");
    let skipped = ImportOptions { skip_bad: true, ..told() };
    let file = CandleFile::read(&found.files[1], &skipped).unwrap();
    let rejects = rejects_path(&found.files[1]);
    write_rejects(&rejects, &file.rejects).unwrap();
    assert_eq!(rejects, folder.path().join("all.zip-A.CSV.rejects"));
    assert_eq!(
        rejects_path(&found.files[0]),
        folder.path().join("all.zip-2024-B.csv.rejects"),
        "no folder of an archive is written to"
    );
}

#[test]
fn an_archive_without_a_file_that_may_have_candles_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.zip");
    std::fs::write(&path, zip(&[("README.txt", b"x"), ("a.pdf", b"x")])).unwrap();
    let message = ArchiveFiles::of(&path).unwrap_err().to_string();
    assert!(
        message.contains("holds 2 files, README.txt, a.pdf, and none that may have"),
        "{message}"
    );
    std::fs::write(&path, zip(&[("notes", TEXT.as_bytes())])).unwrap();
    let only = ArchiveFiles::of(&path).unwrap().unwrap();
    assert_eq!(only.files, [path.join("notes")], "the only file is taken whatever its name");
    for plain in ["a.csv", "missing.csv"] {
        let path = folder.path().join(plain);
        if plain == "a.csv" {
            std::fs::write(&path, TEXT).unwrap();
        }
        assert!(ArchiveFiles::of(Path::new(&path)).unwrap().is_none());
    }
}

#[test]
fn beside_files_without_candles_the_only_one_is_read_from_bytes_too() {
    let bytes = zip(&[("README.txt", b"about"), ("a.csv", TEXT.as_bytes())]);
    assert_eq!(CandleFile::parse(Path::new("a.zip"), &bytes, &told()).unwrap().rows, 2);
}
