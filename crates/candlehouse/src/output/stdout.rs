//! Standard output, which may be a terminal or a closed pipe.

use std::io::{self, BufWriter, Write};

use super::error::Result;

/// Runs `write` on buffered standard output.
///
/// # Errors
/// What `write` or the last flush returns; a reader that went away (`| head`) is no error.
pub(crate) fn to_stdout(write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    unless_closed(write(&mut out).and_then(|()| Ok(out.flush()?)))
}

/// The width of the terminal in columns, if standard output is one.
pub(crate) fn terminal_width() -> Option<u16> {
    comfy_table::Table::new().width()
}

/// No error if the reader went away.
pub(super) fn unless_closed(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.is_closed_pipe() => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::super::format::Format;
    use super::super::report::samples;
    use super::*;

    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_ends_every_format_quietly_and_a_full_disk_does_not() {
        for format in [Format::Table, Format::Json, Format::Csv] {
            let write = |kind| samples::candles().write(&format.into(), None, &mut Failing(kind));
            unless_closed(write(io::ErrorKind::BrokenPipe)).unwrap();
            unless_closed(write(io::ErrorKind::StorageFull)).unwrap_err();
        }
    }
}
