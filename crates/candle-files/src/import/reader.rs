//! From a path or bytes to what they hold.

use std::io::{self, Read};
use std::path::Path;

use bytes::Bytes;
use tempfile::SpooledTempFile;

use super::assembler::Assembler;
use super::columnar::kind::Columnar;
use super::content::{Content, HELD};
use super::error::ImportError;
use super::file::CandleFile;
use super::layout::Layout;
use super::lookup::Lookup;
use super::naming::Naming;
use super::options::ImportOptions;
use super::packed;
use super::records::Records;
use super::row_reader::RowReader;
use super::sniffer::Sniffer;
use super::unpacked::Unpacked;
use super::windows::Windows;
use super::{archive, file_names, source, warnings};

impl CandleFile {
    /// Reads a file and checks every row. It may be packed with gzip or zstd, or be the only one with
    /// candles of a zip archive; of several, `archive.zip/prices.csv` names one, see
    /// [`ArchiveFiles`](crate::ArchiveFiles). Its rows are held in memory meanwhile, and of its text at most 64 MB: a longer one
    /// is read in parts, and what it unpacks to is in a temporary file.
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
        match archive::named_by(path)? {
            Some(content) => parse_rows(path, path, &content, options, on_progress),
            None => parse(path, &source::open(path)?, options, on_progress),
        }
    }

    /// As [`CandleFile::read`], for what can be read once only, such as standard input; `path` is its
    /// name in messages, and may name the symbol.
    ///
    /// # Errors
    /// As [`CandleFile::read`].
    pub fn read_from(
        path: &Path,
        from: impl Read,
        options: &ImportOptions,
    ) -> Result<Self, ImportError> {
        let content = Content::spooled(from, |source| unreadable(path, source))?;
        parse(path, &content, options, &mut |_| ())
    }

    /// As [`CandleFile::read`], for the content of a file; `path` is its name in messages, and may
    /// name the symbol.
    ///
    /// # Errors
    /// As [`CandleFile::read`].
    pub fn parse(path: &Path, bytes: &[u8], options: &ImportOptions) -> Result<Self, ImportError> {
        parse(path, &Content::held(bytes), options, &mut |_| ())
    }
}

fn unreadable(path: &Path, source: io::Error) -> ImportError {
    ImportError::Unreadable { path: path.to_owned(), source }
}

/// Parses bytes that may be packed.
pub(crate) fn parse(
    path: &Path,
    bytes: &Content<'_>,
    options: &ImportOptions,
    on_progress: &mut dyn FnMut(u64),
) -> Result<CandleFile, ImportError> {
    let Some(Unpacked { shown, named, content }) = packed::unpacked(path, bytes)? else {
        return parse_rows(path, path, bytes, options, on_progress);
    };
    let (packed, all) = (bytes.len() as f64, content.len().max(1) as f64);
    let mut of_packed = |seen: u64| on_progress((seen as f64 / all * packed) as u64);
    parse_rows(&shown, &named, &content, options, &mut of_packed)
}

/// Parses text, or columns; `path` is the name in messages, and `named` may name the symbol.
fn parse_rows(
    path: &Path,
    named: &Path,
    content: &Content<'_>,
    options: &ImportOptions,
    on_progress: &mut dyn FnMut(u64),
) -> Result<CandleFile, ImportError> {
    let failed = |error| unreadable(path, error);
    let head = content.head().map_err(failed)?;
    let file = match Columnar::of(&head) {
        Some(columnar) => {
            let all = content.bytes(0..content.len()).map_err(failed)?.into_owned();
            let mut spool = SpooledTempFile::new(HELD);
            let layout = columnar.write_rows(path, Bytes::from(all), &mut spool)?;
            let text = Content::of_spool(spool)?;
            parse_text(path, named, &text, &layout, options, on_progress)?
        }
        None => {
            let text = source::text_of(path, &head)?;
            let mark = head.len() - text.len();
            let mut layout = Layout::detect(path, text)?;
            layout.body += mark;
            parse_text(path, named, content, &layout, options, on_progress)?
        }
    };
    on_progress(content.len() as u64);
    Ok(file)
}

fn parse_text(
    path: &Path,
    named: &Path,
    content: &Content<'_>,
    layout: &Layout,
    options: &ImportOptions,
    on_progress: &mut dyn FnMut(u64),
) -> Result<CandleFile, ImportError> {
    let (options, clock) = file_names::with_clock(named, options);
    let options = &options;
    let windows = Windows { path, content, body: layout.body, delimiter: layout.delimiter };
    let head = content.head().map_err(|error| unreadable(path, error))?;
    let first_rows = Records::of(&head[layout.body..], layout.body, layout.delimiter);
    if first_rows.is_empty() {
        return Err(ImportError::NoRows { path: path.to_owned() });
    }
    let naming = Naming::find(path, named, layout, options)?;
    let sniffer = Sniffer::of_head(path, &first_rows, layout, options)?;
    let guess = sniffer.guess();
    let lookup = Lookup::new(content, layout.delimiter);
    let reader = |dialect| RowReader { lookup: &lookup, layout, dialect, naming: &naming };
    let (mut rows, seen) = reader(&guess).read_all(&windows, &sniffer, on_progress)?;
    let dialect = seen.finish(path)?;
    let end = lookup.ending(rows.last);
    // Only an error asks for the line: lines are counted from the first on.
    let last_line = || lookup.line(rows.last);
    if end.unclosed_quote {
        return Err(ImportError::UnclosedQuote { path: path.to_owned(), line: last_line() });
    }
    if end.unfinished && end.width < layout.width {
        return Err(ImportError::CutOff { path: path.to_owned(), line: last_line() });
    }
    if !dialect.reads_like(&guess) {
        // A later row has told more than the first ones.
        (rows, _) = reader(&dialect).read_all(&windows, &sniffer, on_progress)?;
    }
    let mut warnings = warnings::about(layout, &dialect, &naming, options, &rows, end.unfinished);
    warnings.extend(clock);
    let file = Assembler { path, reader: reader(&dialect), options, warnings }.assemble(rows);
    lookup.check(path)?;
    file
}
