//! From a file of columns to the text of its rows.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use arrow_schema::ArrowError;
use bytes::Bytes;

use super::cells::{self, Cells};
use super::kind::Columnar;
use super::limited::Limited;
use super::names;
use super::opened::Opened;
use crate::import::error::ImportError;
use crate::import::layout::Layout;

/// Why a file was not read to its end.
enum Failure {
    Import(ImportError),
    Broken(ArrowError),
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        Self::Import(error)
    }
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Self {
        Self::Broken(error)
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        Self::Broken(ArrowError::ExternalError(Box::new(error)))
    }
}

impl Columnar {
    /// Writes the rows to `text`, a line for each, and gives their layout.
    ///
    /// # Errors
    /// [`ImportError::BrokenColumns`], [`ImportError::MissingColumns`] and
    /// [`ImportError::AmbiguousColumns`].
    pub(crate) fn write_rows(
        self,
        path: &Path,
        file: Bytes,
        text: &mut dyn Write,
    ) -> Result<Layout, ImportError> {
        // The readers of Arrow and Parquet take a file's word for lengths and kinds in many places.
        let written = catch_unwind(AssertUnwindSafe(|| self.try_write_rows(path, file, text)));
        let reason = match written {
            Ok(Ok(layout)) => return Ok(layout),
            Ok(Err(Failure::Import(error))) => return Err(error),
            Ok(Err(Failure::Broken(error))) => error.to_string(),
            Err(_) => "it contradicts itself".into(),
        };
        Err(ImportError::BrokenColumns { path: path.to_owned(), what: self.name(), reason })
    }

    fn try_write_rows(
        self,
        path: &Path,
        file: Bytes,
        text: &mut dyn Write,
    ) -> Result<Layout, Failure> {
        let text = Limited::for_file(text, file.len() as u64);
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(text);
        let opened = Opened::open(self, file)?;
        let columns = names::of(opened.schema());
        let layout =
            Layout::of_names(path, columns.iter().map(|(name, _)| name.clone()).collect())?;
        let places = columns.iter().map(|(_, place)| *place).enumerate();
        let read: Vec<Option<usize>> =
            places.map(|(index, place)| layout.may_read(index).then_some(place)).collect();
        let mut places: Vec<usize> = read.iter().flatten().copied().collect();
        places.sort_unstable();
        let mut cell = String::new();
        for batch in opened.batches(&places)? {
            let batch = batch?;
            let texts =
                batch.columns().iter().map(cells::decoded).collect::<Result<Vec<_>, _>>()?;
            let cells = texts.iter().map(Cells::of).collect::<Result<Vec<_>, _>>()?;
            let column = |place: usize| cells.get(places.binary_search(&place).ok()?);
            let cells: Vec<Option<&Cells<'_>>> =
                read.iter().map(|place| place.and_then(column)).collect();
            for row in 0..batch.num_rows() {
                for cells in &cells {
                    cell.clear();
                    if let Some(cells) = cells {
                        cells.write(row, &mut cell)?;
                    }
                    writer.write_field(&cell)?;
                }
                writer.write_record(None::<&[u8]>)?;
            }
        }
        writer.flush().map_err(csv::Error::from)?;
        Ok(layout)
    }
}
