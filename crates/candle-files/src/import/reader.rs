//! From a path or bytes to what they hold.

use std::path::Path;

use super::assembler::Assembler;
use super::error::ImportError;
use super::file::CandleFile;
use super::layout::Layout;
use super::naming::Naming;
use super::options::ImportOptions;
use super::rows::RowReader;
use super::sniffer::Dialect;
use super::{source, warnings};

impl CandleFile {
    /// Reads a file and checks every row. The whole file is held in memory meanwhile.
    ///
    /// # Errors
    /// [`ImportError`]: about the file, or [`ImportError::BadRows`] with every bad row unless they
    /// are to be skipped.
    pub fn read(path: &Path, options: &ImportOptions) -> Result<Self, ImportError> {
        Self::read_with_progress(path, options, &mut |_| ())
    }

    /// As [`CandleFile::read`]; `on_progress` hears now and then how many bytes have been read.
    ///
    /// # Errors
    /// As [`CandleFile::read`].
    pub fn read_with_progress(
        path: &Path,
        options: &ImportOptions,
        on_progress: &mut dyn FnMut(u64),
    ) -> Result<Self, ImportError> {
        parse(path, &source::read(path)?, options, on_progress)
    }

    /// As [`CandleFile::read`], for the content of a file; `path` is its name in messages, and may
    /// name the symbol.
    ///
    /// # Errors
    /// As [`CandleFile::read`].
    pub fn parse(path: &Path, bytes: &[u8], options: &ImportOptions) -> Result<Self, ImportError> {
        parse(path, bytes, options, &mut |_| ())
    }
}

fn parse(
    path: &Path,
    bytes: &[u8],
    options: &ImportOptions,
    on_progress: &mut dyn FnMut(u64),
) -> Result<CandleFile, ImportError> {
    let text = source::text_of(path, bytes)?;
    let layout = Layout::detect(path, text)?;
    let records = layout.records(text);
    let Some(last) = records.iter().next_back() else {
        return Err(ImportError::NoRows { path: path.to_owned() });
    };
    let naming = Naming::find(path, &layout, options)?;
    let dialect = Dialect::sniff(path, &records, &layout, options)?;
    if records.unclosed_quote {
        return Err(ImportError::UnclosedQuote { path: path.to_owned(), line: last.line() });
    }
    if records.unfinished && last.width() < layout.width() {
        return Err(ImportError::CutOff { path: path.to_owned(), line: last.line() });
    }
    let reader =
        RowReader { records: &records, layout: &layout, dialect: &dialect, naming: &naming };
    let rows = reader.read_all(on_progress);
    let unfinished = records.unfinished;
    let warnings = warnings::about(&layout, &dialect, &naming, options, &rows, unfinished);
    let file = Assembler { path, reader, options, warnings }.assemble(rows)?;
    on_progress(bytes.len() as u64);
    Ok(file)
}
