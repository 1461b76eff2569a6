//! From a path or bytes to what they hold.

use std::path::Path;

use bytes::Bytes;

use super::assembler::Assembler;
use super::columnar::kind::Columnar;
use super::error::ImportError;
use super::file::CandleFile;
use super::layout::Layout;
use super::naming::Naming;
use super::options::ImportOptions;
use super::packed::{self, Unpacked};
use super::row_reader::RowReader;
use super::sniffer::Sniffer;
use super::{file_names, source, warnings};

impl CandleFile {
    /// Reads a file and checks every row. It may be packed with gzip or zstd, or be the only one of a
    /// zip archive. The whole file is held in memory meanwhile.
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
        parse(path, (*source::read(path)?).as_ref(), options, on_progress)
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

/// Parses bytes that may be packed.
fn parse(
    path: &Path,
    bytes: &[u8],
    options: &ImportOptions,
    on_progress: &mut dyn FnMut(u64),
) -> Result<CandleFile, ImportError> {
    let Some(Unpacked { shown, named, bytes: text }) = packed::unpacked(path, bytes)? else {
        return parse_text(path, path, bytes, options, on_progress);
    };
    let (packed, all) = (bytes.len() as f64, text.len().max(1) as f64);
    let mut of_packed = |seen: u64| on_progress((seen as f64 / all * packed) as u64);
    parse_text(&shown, &named, &text, options, &mut of_packed)
}

/// Parses text; `path` is its name in messages, and `named` may name the symbol.
fn parse_text(
    path: &Path,
    named: &Path,
    bytes: &[u8],
    options: &ImportOptions,
    on_progress: &mut dyn FnMut(u64),
) -> Result<CandleFile, ImportError> {
    let (options, clock) = file_names::with_clock(named, options);
    let options = &options;
    let mut rows_of_columns = Vec::new();
    let (text, layout) = match Columnar::of(bytes) {
        Some(columnar) => {
            let file = Bytes::copy_from_slice(bytes);
            let layout = columnar.write_rows(path, file, &mut rows_of_columns)?;
            (rows_of_columns.as_slice(), layout)
        }
        None => {
            let text = source::text_of(path, bytes)?;
            (text, Layout::detect(path, text)?)
        }
    };
    let records = layout.records(text);
    if records.is_empty() {
        return Err(ImportError::NoRows { path: path.to_owned() });
    }
    let naming = Naming::find(path, named, &layout, options)?;
    let head = Sniffer::of_head(path, &records, &layout, options)?;
    let guess = head.guess();
    let reader =
        |dialect| RowReader { records: &records, layout: &layout, dialect, naming: &naming };
    let (mut rows, seen) = reader(&guess).read_all(&head, on_progress);
    let dialect = seen.finish(path)?;
    let end = records.ending(rows.last);
    // Only an error asks for the line: lines are counted from the first on.
    let last_line = || records.line(rows.last);
    if end.unclosed_quote {
        return Err(ImportError::UnclosedQuote { path: path.to_owned(), line: last_line() });
    }
    if end.unfinished && end.width < layout.width {
        return Err(ImportError::CutOff { path: path.to_owned(), line: last_line() });
    }
    if !dialect.reads_like(&guess) {
        // A later row has told more than the first ones.
        (rows, _) = reader(&dialect).read_all(&head, on_progress);
    }
    let mut warnings = warnings::about(&layout, &dialect, &naming, options, &rows, end.unfinished);
    warnings.extend(clock);
    let file = Assembler { path, reader: reader(&dialect), options, warnings }.assemble(rows)?;
    on_progress(bytes.len() as u64);
    Ok(file)
}
