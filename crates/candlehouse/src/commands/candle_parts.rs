//! Printing candles while the database still reads them.

use candle_repository::{CandleError, CandleSeries};
use futures_util::{Stream, TryStreamExt};
use tokio::io::AsyncWrite;

use crate::error::{CliError, note};
use crate::output::{Form, Printer, candles};

/// Prints the parts of an answer as they come, in bounded memory, or that there are `none`.
///
/// # Errors
/// Of the stream and of standard output; then a part may be printed. A reader that went away
/// (`| head`) is no error.
pub(super) async fn print(
    parts: impl Stream<Item = Result<CandleSeries, CandleError>> + Unpin,
    form: &Form,
    none: &str,
) -> Result<(), CliError> {
    let printer = Printer::new(candles::columns(), form)?;
    match print_all(parts, printer, none).await {
        Err(CliError::Output(error)) if error.is_closed_pipe() => Ok(()),
        printed => printed,
    }
}

async fn print_all<W: AsyncWrite + Unpin>(
    mut parts: impl Stream<Item = Result<CandleSeries, CandleError>> + Unpin,
    mut printer: Printer<9, W>,
    none: &str,
) -> Result<(), CliError> {
    let mut is_empty = true;
    while let Some(part) = parts.try_next().await? {
        is_empty &= part.is_empty();
        printer.rows(candles::rows(&part)).await?;
    }
    if is_empty {
        note(none);
    }
    Ok(printer.finish().await?)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use candle_repository::{Candle, Interval, SeriesKey, Timestamp};
    use futures_util::{StreamExt, stream};
    use tokio::io::{AsyncReadExt, duplex};
    use tokio::time::timeout;

    use super::*;
    use crate::output::Format;

    const PARTS: i64 = 50;
    const CANDLES: i64 = 2_000;

    fn part(number: i64) -> CandleSeries {
        let candle = |minute| Candle {
            open_time: Timestamp::from_millis(minute * 60_000).unwrap(),
            open: 1.0,
            high: 2.0,
            low: 0.5,
            close: 1.5,
            volume: 10.0,
        };
        let candles: Vec<_> = (number * CANDLES..(number + 1) * CANDLES).map(candle).collect();
        let key = SeriesKey::parse("A", Interval::MINUTE).unwrap();
        CandleSeries::from_candles(key, &candles).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_parts_are_asked_for_than_are_read_at_the_other_end() {
        for format in [Format::Csv, Format::Json, Format::Jsonl] {
            let asked = Cell::new(0);
            let parts = stream::iter(0..PARTS).map(|number| {
                asked.set(number + 1);
                Ok(part(number))
            });
            let (mut reader, writer) = duplex(1024);
            let printer = Printer::on(writer, candles::columns(), &format.into()).unwrap();
            let mut printing = Box::pin(print_all(parts, printer, "none"));
            // The clock stands still until nothing else can be done.
            timeout(Duration::from_secs(1), &mut printing).await.unwrap_err();
            assert_eq!(asked.get(), 1, "{format:?}");
            let mut text = String::new();
            let (printed, read) = tokio::join!(printing, reader.read_to_string(&mut text));
            printed.unwrap();
            read.unwrap();
            assert_eq!(asked.get(), PARTS);
            assert_eq!(text.matches("Z").count() as i64, PARTS * CANDLES, "{format:?}");
        }
    }
}
