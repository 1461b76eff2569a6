//! Exports into folders.

use std::fs;
use std::path::Path;

use super::*;
use crate::export::folder::{ExportFolder, FolderReport};
use crate::export::partition::Partitioning;

const BOTH: Partitioning = Partitioning { by_series: true, by_year: true };

fn bars(name: &str, days: &[&str]) -> CandleSeries {
    let key = SeriesKey::parse(name, Interval::DAY).unwrap();
    let candle = |day: &&str| Candle {
        open_time: day.parse().unwrap(),
        open: 1.0,
        high: 1.0,
        low: 1.0,
        close: 1.0,
        volume: 1.0,
    };
    CandleSeries::from_candles(key, &days.iter().map(candle).collect::<Vec<_>>()).unwrap()
}

fn create(path: &Path, partitioning: Partitioning, existing: Existing) -> Result<ExportFolder> {
    ExportFolder::create(path, partitioning, ExportFormat::Csv, existing)
}

fn export_one(path: &Path, name: &str, existing: Existing) -> Result<FolderReport> {
    let mut folder = create(path, BOTH, existing)?;
    folder.write(&bars(name, &["2023-12-29", "2024-01-02"]))?;
    folder.write(&bars(name, &["2024-01-03"]))?;
    folder.finish()
}

/// The files below `path`, in order.
fn files(path: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        let entry = entry.unwrap().path();
        match entry.is_dir() {
            true => files.extend(files_with(&entry)),
            false => files.push(entry.file_name().unwrap().to_str().unwrap().to_owned()),
        }
    }
    files.sort();
    files
}

fn files_with(folder: &Path) -> Vec<String> {
    let name = folder.file_name().unwrap().to_str().unwrap();
    files(folder).iter().map(|file| format!("{name}/{file}")).collect()
}

#[test]
fn each_series_and_year_has_a_file_and_the_folder_appears_at_the_end() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("out");
    let mut folder = create(&path, BOTH, Existing::Keep).unwrap();
    folder.write(&bars("NASDAQ:AAPL", &["2023-12-29", "2024-01-02"])).unwrap();
    folder.write(&bars("NASDAQ:AAPL", &["2024-01-03"])).unwrap();
    folder.write(&bars("BTC/USDT", &["2024-01-03"])).unwrap();
    assert!(!path.exists());
    assert_eq!(folder.finish().unwrap(), FolderReport { files: 3, rows: 4 });
    assert_eq!(
        files(&path),
        [
            "exchange=NASDAQ/symbol=AAPL/interval=1d/year=2023/candles.csv",
            "exchange=NASDAQ/symbol=AAPL/interval=1d/year=2024/candles.csv",
            "exchange=__HIVE_DEFAULT_PARTITION__/symbol=BTC%2FUSDT/interval=1d/year=2024/candles.csv",
        ]
    );
    let text = fs::read_to_string(path.join(&files(&path)[1])).unwrap();
    assert_eq!(text.lines().count(), 3);
    assert!(text.contains("\nNASDAQ,AAPL,1d,2024-01-02T00:00:00Z,1,"), "{text}");
    assert_eq!(names(home.path()), ["out"]);
}

#[test]
fn a_year_alone_holds_all_series_and_does_not_come_twice() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("out");
    let by_year = Partitioning { by_series: false, by_year: true };
    let mut folder = create(&path, by_year, Existing::Keep).unwrap();
    folder.write(&bars("A", &["2023-12-29"])).unwrap();
    folder.write(&bars("B", &["2023-12-29", "2024-01-02"])).unwrap();
    let error = folder.write(&bars("C", &["2023-12-29"])).unwrap_err();
    assert!(matches!(error, ExportError::Exists { .. }), "{error}");
    drop(folder);
    assert!(names(home.path()).is_empty(), "a dropped export leaves nothing");
}

#[test]
fn a_folder_is_replaced_whole_and_only_if_an_export_wrote_all_of_it() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("out");
    fs::create_dir(&path).unwrap();
    export_one(&path, "A", Existing::Keep).unwrap();
    let error = export_one(&path, "B", Existing::Keep).unwrap_err();
    assert!(matches!(error, ExportError::NotEmpty { .. }), "{error}");
    export_one(&path, "B", Existing::Replace).unwrap();
    let replaced = files(&path);
    assert!(replaced.iter().all(|file| file.contains("symbol=B/")), "{replaced:?}");

    fs::write(path.join("notes.txt"), "precious").unwrap();
    let error = export_one(&path, "C", Existing::Replace).unwrap_err().to_string();
    assert!(error.contains("holds \"notes.txt\""), "{error}");
    assert_eq!(fs::read_to_string(path.join("notes.txt")).unwrap(), "precious");
    assert_eq!(names(home.path()), ["out"]);
}

#[test]
fn a_folder_that_is_filled_meanwhile_is_kept() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("out");
    let folder = create(&path, BOTH, Existing::Replace).unwrap();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("notes.txt"), "precious").unwrap();
    let error = folder.finish().unwrap_err();
    assert!(matches!(error, ExportError::ForeignFile { .. }), "{error}");
    assert_eq!(files(home.path()), ["out/notes.txt"]);
}

#[test]
fn what_is_no_folder_or_has_none_above_it_is_refused() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "precious").unwrap();
    let refused = |path: &Path| create(path, BOTH, Existing::Replace).err().unwrap();
    assert!(matches!(refused(&file), ExportError::NotAFolder { .. }));
    assert!(matches!(refused(Path::new(".")), ExportError::NotAFolder { .. }));
    assert!(matches!(refused(Path::new("/")), ExportError::NotAFolder { .. }));
    assert!(matches!(refused(&home.path().join("no/such")), ExportError::NoFolder { .. }));
}
