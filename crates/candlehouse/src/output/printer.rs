//! Rows to standard output, as they come.

use tokio::io::{AsyncWrite, AsyncWriteExt, Stdout, stdout};
use tokio::task::yield_now;

use super::cell::Cell;
use super::column::Column;
use super::encoder::Encoder;
use super::error::Result;
use super::form::Form;
use super::stdout::{terminal_width, unless_closed};

/// How many bytes are written at once, about.
const FULL: usize = 1 << 16;

/// After how many rows somebody else may run, so that a request to end is heard.
const ROWS: usize = 1_000;

/// Prints rows in bounded memory: those of JSON and CSV while they come, those of a table at the
/// end. While nobody reads them it waits, and does not block the thread.
#[derive(Debug)]
pub(crate) struct Printer<const N: usize, W = Stdout> {
    encoder: Encoder<N>,
    buffer: Vec<u8>,
    out: W,
}

impl<const N: usize> Printer<N> {
    /// Begins without rows on standard output; nothing is written yet.
    pub(crate) fn new(columns: [Column; N], form: &Form) -> Result<Self> {
        Self::on(stdout(), columns, form)
    }
}

impl<const N: usize, W: AsyncWrite + Unpin> Printer<N, W> {
    /// Begins without rows on `out`.
    pub(crate) fn on(out: W, columns: [Column; N], form: &Form) -> Result<Self> {
        let mut buffer = Vec::with_capacity(2 * FULL);
        let encoder = Encoder::begin(columns, form, &mut buffer)?;
        Ok(Self { encoder, buffer, out })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// When the output fails, also because its reader has gone away.
    pub(crate) async fn rows(&mut self, rows: impl IntoIterator<Item = [Cell; N]>) -> Result<()> {
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            self.encoder.write(rows.by_ref().take(ROWS), &mut self.buffer)?;
            if self.buffer.len() >= FULL {
                self.out.write_all(&self.buffer).await?;
                self.buffer.clear();
            }
            yield_now().await;
        }
        Ok(())
    }

    /// Ends after the last row, and waits until everything is written. A table is as wide as the
    /// terminal, if there is one.
    ///
    /// # Errors
    /// As [`Printer::rows`].
    pub(crate) async fn finish(mut self) -> Result<()> {
        self.encoder.end(terminal_width(), &mut self.buffer)?;
        self.out.write_all(&self.buffer).await?;
        Ok(self.out.flush().await?)
    }
}

/// Prints rows that are there already.
///
/// # Errors
/// When standard output fails, or columns are asked for that are not there; a reader that went away
/// (`| head`) is no error.
pub(crate) async fn print<const N: usize>(
    columns: [Column; N],
    form: impl Into<Form>,
    rows: impl IntoIterator<Item = [Cell; N]>,
) -> Result<()> {
    let printed = async {
        let mut printer = Printer::new(columns, &form.into())?;
        printer.rows(rows).await?;
        printer.finish().await
    };
    unless_closed(printed.await)
}
