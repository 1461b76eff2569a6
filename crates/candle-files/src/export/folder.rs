//! An export into a folder of many files.

use std::path::{Path, PathBuf};

use chrono::Datelike;
use market_model::{CandleSeries, Timestamp};

use super::compression::Compression;
use super::destination::{Existing, Target};
use super::error::Result;
use super::folder_place::{FILE_STEM, FolderPlace};
use super::format::ExportFormat;
use super::options::ExportOptions;
use super::partition::Partitioning;
use super::schema::named;
use super::writer::ExportWriter;

/// Writes candles into a folder, with a file for each series or year, which DuckDB, Polars and
/// Spark read as one table. The folder appears, whole, when [`ExportFolder::finish`] returns;
/// dropped before that, it leaves nothing behind. One file is open at a time.
pub struct ExportFolder {
    place: FolderPlace,
    partitioning: Partitioning,
    options: ExportOptions,
    file: Option<(PathBuf, ExportWriter)>,
    files: u64,
    rows: u64,
}

impl ExportFolder {
    /// Begins an export. A folder that is there may be replaced only if it is empty, or if
    /// `existing` says so and it holds nothing but an export.
    ///
    /// # Errors
    /// [`ExportError`](crate::ExportError) when the folder is to be kept, holds other files or cannot be written, or
    /// when the options do not fit the format.
    pub fn create(
        path: &Path,
        partitioning: Partitioning,
        options: impl Into<ExportOptions>,
        existing: Existing,
    ) -> Result<Self> {
        let options = options.into();
        options.compression_of(&Target::Stdout)?;
        options.places()?;
        let place = FolderPlace::create(path, existing)?;
        Ok(Self { place, partitioning, options, file: None, files: 0, rows: 0 })
    }

    /// Writes candles of one series. The candles of a file come one after the other: by series
    /// and year, series after series; by year alone, year after year.
    ///
    /// # Errors
    /// [`Write`](crate::ExportError::Write) when they cannot be written;
    /// [`Exists`](crate::ExportError::Exists) when their file
    /// was left for another before.
    pub fn write(&mut self, candles: &CandleSeries) -> Result<()> {
        let rows = named(candles)?;
        let by_year = self.partitioning.by_year;
        let mut start = 0;
        for of_year in candles.open_times().chunk_by(|a, b| !by_year || year(*a) == year(*b)) {
            let folder = self.partitioning.folder(candles.key(), year(of_year[0]));
            self.file_in(folder)?.write_batch(&rows.slice(start, of_year.len()))?;
            start += of_year.len();
        }
        Ok(())
    }

    /// Completes the last file, gives the folder its name, and returns what was written.
    ///
    /// # Errors
    /// [`Write`](crate::ExportError::Write); [`NotEmpty`](crate::ExportError::NotEmpty) when a folder that is to be kept was
    /// filled in the meantime.
    pub fn finish(mut self) -> Result<FolderReport> {
        self.end_file()?;
        self.place.commit()?;
        Ok(FolderReport { files: self.files, rows: self.rows })
    }

    /// The file in `folder`, which becomes the open one.
    fn file_in(&mut self, folder: PathBuf) -> Result<&mut ExportWriter> {
        match self.file.take() {
            Some((open, writer)) if open == folder => Ok(&mut self.file.insert((open, writer)).1),
            other => {
                self.file = other;
                self.end_file()?;
                let path = self.place.new_folder(&folder)?.join(self.file_name());
                let target = Target::File(path);
                let writer = ExportWriter::create(&target, self.options.clone(), Existing::Keep)?;
                Ok(&mut self.file.insert((folder, writer)).1)
            }
        }
    }

    fn end_file(&mut self) -> Result<()> {
        if let Some((_, writer)) = self.file.take() {
            self.rows += writer.finish()?;
            self.files += 1;
        }
        Ok(())
    }

    fn file_name(&self) -> String {
        let ending = match self.options.format {
            ExportFormat::Csv => self.options.compression.unwrap_or(Compression::None).csv_ending(),
            ExportFormat::Parquet => "parquet",
            ExportFormat::Arrow => "arrow",
        };
        format!("{FILE_STEM}.{ending}")
    }
}

/// What an export into a folder has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderReport {
    /// Files.
    pub files: u64,
    /// Candles in them.
    pub rows: u64,
}

fn year(millis: i64) -> i32 {
    Timestamp::from_millis_unchecked(millis).to_datetime().year()
}
