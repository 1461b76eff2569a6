//! Zip archives with several files.

use std::io::{Cursor, Write};

use predicates::str::contains;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::program::{Home, columns, stderr, stdout};

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const DAYS: &str = "date,open,high,low,close,volume\n2024-01-02,1,1,1,1,1\n2024-01-03,1,1,1,1,1\n";

#[test]
fn each_file_of_an_archive_is_imported_whole_or_not_at_all() {
    let home = Home::new();
    let bad = format!("{DAYS}x,1,1,1,1,1\n");
    let files =
        [("README.txt", "about"), ("MSFT.csv", DAYS), ("BRK.B.csv", DAYS), ("BAD.csv", &bad)];
    home.write("all.zip", zip(&files));
    let line = "import all.zip --symbol-from-name --interval 1d --format csv";
    let done = home.command(&line.split(' ').collect::<Vec<_>>()).assert().code(3);
    let (report, said) = (stdout(&done), stderr(&done));
    assert!(said.contains("all.zip: passed over README.txt"), "{said}");
    assert!(said.contains("all.zip/BAD.csv:4: column \"date\""), "{said}");
    let rows: Vec<Vec<&str>> =
        report.lines().skip(1).map(|row| row.split(',').take(5).collect()).collect();
    let stored = |file| vec![file, "1d", "1", "2", "2"];
    assert_eq!(rows, [stored("all.zip/BRK.B.csv"), stored("all.zip/MSFT.csv")]);
    let latest = columns(&home.csv("latest"), [0, 1]);
    assert_eq!(latest, ["BRK.B", "MSFT"].map(|symbol| [symbol, "1d"]));
    home.ok(&format!("{line} --skip-bad"));
    assert!(home.path("all.zip-BAD.csv.rejects").exists());
}

#[test]
fn the_symbol_of_an_archive_is_that_of_the_file_in_it() {
    let home = Home::new();
    home.write("BRK.B.zip", zip(&[("BRK.B.csv", DAYS)]));
    home.ok("import BRK.B.zip --symbol-from-name --interval 1d");
    assert_eq!(columns(&home.csv("latest"), [0, 1]), [["BRK.B", "1d"]]);
    home.write("none.zip", zip(&[("README.txt", "about"), ("a.pdf", "x")]));
    home.fails(3, "import none.zip --symbol A").stderr(contains("none.zip holds 2 files"));
}
