//! The files of the publishers that `docs/importing.md` lists, read with the commands that stand there.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

#[path = "formats/expected.rs"]
mod expected;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use candle_files::{CandleFile, ImportOptions};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")
}

/// The commands of the table: what stands behind `candlehouse import`.
fn commands() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/importing.md");
    let page = fs::read_to_string(page).unwrap();
    let command = |line: &str| {
        let (_, rest) = line.strip_prefix('|')?.split_once("`candlehouse import ")?;
        Some(rest.split_once('`')?.0.to_owned())
    };
    page.lines().filter_map(command).collect()
}

fn options(arguments: &[&str]) -> ImportOptions {
    let mut options = ImportOptions::default();
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { panic!("{arguments:?}") };
        match *name {
            "--symbol" => options.symbol = Some((*value).to_owned()),
            "--interval" => options.interval = Some(value.parse().unwrap()),
            "--timezone" => options.timezone = Some(value.parse().unwrap()),
            "--stamp" => options.stamp = value.parse().unwrap(),
            other => panic!("{other}"),
        }
    }
    options
}

/// All candles of a file, a line for each, below a line for each series.
fn text_of(file: &CandleFile) -> String {
    let mut text = String::new();
    for series in &file.series {
        writeln!(text, "{}", series.key()).unwrap();
        for candle in series.as_slice() {
            let [open, high, low, close, volume] =
                [candle.open, candle.high, candle.low, candle.close, candle.volume];
            let time = candle.open_time;
            writeln!(text, "{time} {open} {high} {low} {close} {volume}").unwrap();
        }
    }
    text
}

#[test]
fn each_file_of_the_table_is_read_by_its_command() {
    let mut wrong = String::new();
    for command in commands() {
        let words: Vec<&str> = command.split(' ').collect();
        let (name, arguments) = words.split_first().unwrap();
        let read = CandleFile::read(&folder().join(name), &options(arguments));
        let found = read.map_or_else(|error| error.to_string(), |file| text_of(&file));
        let expected = expected::FILES.iter().find(|(file, _)| file == name);
        let expected = expected.map_or("", |(_, candles)| candles);
        if found != expected {
            write!(wrong, "{command}\n{found}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_table_the_files_and_the_candles_are_of_the_same_names() {
    let in_table: Vec<String> =
        commands().iter().map(|command| command.split(' ').next().unwrap().to_owned()).collect();
    let in_table: BTreeSet<_> = in_table.into_iter().collect();
    let expected: BTreeSet<_> =
        expected::FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let files = files.map(|name| name.into_string().unwrap());
    let files: BTreeSet<_> = files.filter(|name| name != "expected.rs").collect();
    assert_eq!(in_table, files);
    assert_eq!(expected, files);
}
