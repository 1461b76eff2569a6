//! `import`: files into the store.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use candle_files::{CandleFile, ImportOptions, rejects_path, write_rejects};
use candle_repository::{CandleRun, SortedCandles, UpsertReport};
use tokio::task::spawn_blocking;

use super::symbol_registry::SymbolRegistry;
use crate::cli::ImportArgs;
use crate::error::{CliError, note, report};
use crate::output::{Column, Report};
use crate::progress::Progress;
use crate::store::Store;

/// How many candles are stored at once.
const PORTION: usize = 500_000;

/// Files are taken one by one, each whole or not at all; one that is refused does not stop the
/// others.
pub(super) async fn run(store: &Store, args: ImportArgs) -> Result<(), CliError> {
    let mut table = Report::new([
        Column::text("file", "file"),
        Column::text("interval", "interval"),
        Column::quantity("symbols", "symbols"),
        Column::quantity("rows", "rows"),
        Column::quantity("inserted", "inserted"),
        Column::quantity("corrected", "corrected"),
        Column::quantity("unchanged", "unchanged"),
        Column::quantity("repeated", "repeated"),
        Column::quantity("rejected", "rejected"),
    ]);
    let (mut failed, mut fatal) = (0, None);
    for file in &args.files {
        match import(store, &args, file).await {
            Ok((read, done)) => {
                let intervals: BTreeSet<_> =
                    read.series.iter().map(|series| series.key().interval()).collect();
                let intervals: Vec<_> = intervals.iter().map(ToString::to_string).collect();
                table.push([
                    file.display().to_string().into(),
                    intervals.join(", ").into(),
                    (read.symbols() as u64).into(),
                    read.rows.into(),
                    done.inserted.into(),
                    done.corrected.into(),
                    done.unchanged.into(),
                    read.duplicates.into(),
                    (read.rejects.len() as u64).into(),
                ]);
            }
            Err(error @ (CliError::Import(_) | CliError::Usage { .. })) if args.files.len() > 1 => {
                report(&error);
                failed += 1;
            }
            Err(error) => {
                fatal = Some(error);
                break;
            }
        }
    }
    if !table.is_empty() {
        table.print(args.output.format)?;
    }
    match (fatal, failed) {
        (Some(error), _) => Err(error),
        (None, 0) => Ok(()),
        (None, failed) => Err(CliError::Imports { failed, files: args.files.len() }),
    }
}

async fn import(
    store: &Store,
    args: &ImportArgs,
    file: &Path,
) -> Result<(CandleFile, UpsertReport), CliError> {
    let options = ImportOptions {
        symbol: args.symbol.clone(),
        interval: args.interval,
        skip_bad: args.skip_bad,
    };
    let mut read = read(file.to_owned(), options).await?;
    for warning in &read.warnings {
        note(&format!("{}: {warning}", file.display()));
    }
    store.create_schema().await?;
    let registry = SymbolRegistry::load(store).await?;
    let place = |series: SortedCandles| {
        let name = registry.place(series.key().symbol_name(), args.exchange.as_deref())?;
        Ok(series.renamed(name))
    };
    read.series = read.series.into_iter().map(place).collect::<Result<_, CliError>>()?;
    if !read.rejects.is_empty() {
        let path = rejects_path(file);
        write_rejects(&path, &read.rejects)?;
        note(&match read.rejects.len() {
            1 => format!("the refused row is in {}", path.display()),
            all => format!("the {all} refused rows are in {}", path.display()),
        });
    }
    let done = store_all(store, &read.series).await?;
    let names = read.series.iter().map(|series| series.key().symbol_name());
    let new = registry.add_missing(store, names, args.asset_class).await?;
    if !new.is_empty() {
        let names = match new.len() {
            1..=10 => new.join(", "),
            many => format!("{many} symbols"),
        };
        note(&format!("registered {names} with asset class {}", args.asset_class));
    }
    Ok((read, done))
}

/// Reads and checks a file on a thread of its own, so that an interrupt is heard meanwhile.
async fn read(file: PathBuf, options: ImportOptions) -> Result<CandleFile, CliError> {
    let parse = move || {
        let bytes = std::fs::metadata(&file).map_or(0, |metadata| metadata.len());
        let progress = Progress::bytes(&format!("reading {}", file.display()), bytes);
        let mut seen = 0;
        CandleFile::read_with_progress(&file, &options, &mut |bytes| {
            progress.advance(bytes.saturating_sub(seen));
            seen = bytes;
        })
    };
    Ok(spawn_blocking(parse).await??)
}

/// Stores in portions, for the progress bar's sake and for bounded memory.
pub(super) async fn store_all(
    store: &Store,
    series: &[SortedCandles],
) -> Result<UpsertReport, CliError> {
    let candles = series.iter().map(SortedCandles::len).sum::<usize>();
    let progress = Progress::rows("storing", Some(candles as u64));
    let mut done = UpsertReport::default();
    for portion in portions(series, PORTION) {
        let size = portion.iter().map(CandleRun::len).sum::<usize>();
        done += store.candles.upsert_all(portion).await?;
        progress.advance(size as u64);
    }
    Ok(done)
}

/// Puts short series together and cuts long ones, so that a portion has at most `size` candles.
fn portions(series: &[SortedCandles], size: usize) -> Vec<Vec<CandleRun<'_>>> {
    let mut portions = Vec::new();
    let (mut portion, mut room) = (Vec::new(), size);
    for run in series.iter().flat_map(|series| series.as_run().chunks(size)) {
        if run.len() > room {
            portions.push(std::mem::take(&mut portion));
            room = size;
        }
        room -= run.len();
        portion.push(run);
    }
    portions.push(portion);
    portions
}

#[cfg(test)]
mod tests {
    use candle_repository::{Candle, Interval, SeriesKey, Timestamp};

    use super::*;

    #[test]
    fn short_series_are_stored_together_and_long_ones_in_pieces() {
        let candle = |day: i64| Candle {
            open_time: Timestamp::from_millis(day * 86_400_000).unwrap(),
            open: 1.0,
            high: 1.0,
            low: 1.0,
            close: 1.0,
            volume: 1.0,
        };
        let series = |(index, length): (usize, &i64)| {
            let key = SeriesKey::parse(&index.to_string(), Interval::DAY).unwrap();
            SortedCandles::new(key, (0..*length).map(candle).collect()).unwrap()
        };
        let sizes = |lengths: &[i64]| -> Vec<Vec<(usize, usize)>> {
            let all: Vec<_> = lengths.iter().enumerate().map(series).collect();
            let size = |run: &CandleRun<'_>| (run.key().symbol().parse().unwrap(), run.len());
            portions(&all, 10).iter().map(|portion| portion.iter().map(size).collect()).collect()
        };
        assert_eq!(sizes(&[4, 6, 1]), [vec![(0, 4), (1, 6)], vec![(2, 1)]]);
        assert_eq!(
            sizes(&[3, 25, 2]),
            [vec![(0, 3)], vec![(1, 10)], vec![(1, 10)], vec![(1, 5), (2, 2)]]
        );
    }
}
