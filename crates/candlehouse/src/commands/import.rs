use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use candle_repository::{Candle, SeriesKey, SortedCandles, UpsertReport};
use tokio::task::spawn_blocking;

use super::register::Register;
use crate::cli::ImportArgs;
use crate::error::{CliError, note, report};
use crate::import::{ImportOptions, ParsedFile, parse_file, rejects_path, write_rejects};
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
            Ok((parsed, done)) => {
                let intervals: BTreeSet<_> =
                    parsed.series.iter().map(|series| series.key.interval()).collect();
                let intervals: Vec<_> = intervals.iter().map(ToString::to_string).collect();
                table.push([
                    file.display().to_string().into(),
                    intervals.join(", ").into(),
                    (parsed.symbols() as u64).into(),
                    parsed.rows.into(),
                    done.inserted.into(),
                    done.corrected.into(),
                    done.unchanged.into(),
                    parsed.duplicates.into(),
                    (parsed.rejects.len() as u64).into(),
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
) -> Result<(ParsedFile, UpsertReport), CliError> {
    let options = ImportOptions {
        symbol: args.symbol.clone(),
        interval: args.interval,
        skip_bad: args.skip_bad,
    };
    let parsed = read(file.to_owned(), options).await?;
    for text in &parsed.notes {
        note(&format!("{}: {text}", file.display()));
    }
    store.create_schema().await?;
    let register = Register::load(store).await?;
    let keys = parsed
        .series
        .iter()
        .map(|series| register.place(&series.key, args.exchange.as_deref()))
        .collect::<Result<Vec<_>, _>>()?;
    if !parsed.rejects.is_empty() {
        let path = rejects_path(file);
        write_rejects(&path, &parsed.rejects)?;
        note(&match parsed.rejects.len() {
            1 => format!("the refused row is in {}", path.display()),
            all => format!("the {all} refused rows are in {}", path.display()),
        });
    }
    let done = store_all(store, &keys, &parsed).await?;
    let new = register.add_missing(store, keys.iter(), args.asset_class).await?;
    if !new.is_empty() {
        let names = match new.len() {
            1..=10 => new.join(", "),
            many => format!("{many} symbols"),
        };
        note(&format!("registered {names} with asset class {}", args.asset_class));
    }
    Ok((parsed, done))
}

/// Reads and checks a file on a thread of its own, so that an interrupt is heard meanwhile.
async fn read(file: PathBuf, options: ImportOptions) -> Result<ParsedFile, CliError> {
    let parse = move || {
        let bytes = std::fs::metadata(&file).map_or(0, |metadata| metadata.len());
        let progress = Progress::bytes(&format!("reading {}", file.display()), bytes);
        let mut seen = 0;
        parse_file(&file, &options, &mut |bytes| {
            progress.advance(bytes.saturating_sub(seen));
            seen = bytes;
        })
    };
    let parsed = spawn_blocking(parse).await.map_err(|source| CliError::Worker { source })?;
    Ok(parsed?)
}

/// Stores in portions, for the progress bar's sake and for bounded memory.
pub(super) async fn store_all(
    store: &Store,
    keys: &[SeriesKey],
    parsed: &ParsedFile,
) -> Result<UpsertReport, CliError> {
    let candles = parsed.series.iter().map(|series| series.candles.len()).sum::<usize>();
    let progress = Progress::rows("storing", Some(candles as u64));
    let series = keys.iter().zip(&parsed.series).map(|(key, s)| (key, s.candles.as_slice()));
    let mut done = UpsertReport::default();
    for portion in portions(series, PORTION) {
        let size = portion.iter().map(|(_, candles)| candles.len()).sum::<usize>();
        let sorted = portion
            .iter()
            .map(|(key, candles)| SortedCandles::new((*key).clone(), candles.to_vec()))
            .collect::<Result<Vec<_>, _>>()?;
        done += store.candles.upsert_all(&sorted).await?;
        progress.advance(size as u64);
    }
    Ok(done)
}

/// Puts short series together and cuts long ones, so that a portion has at most `size` candles.
fn portions<'a, K: Copy>(
    series: impl Iterator<Item = (K, &'a [Candle])>,
    size: usize,
) -> Vec<Vec<(K, &'a [Candle])>> {
    let mut portions = Vec::new();
    let (mut portion, mut room) = (Vec::new(), size);
    for (key, candles) in series {
        for piece in candles.chunks(size) {
            if piece.len() > room {
                portions.push(std::mem::take(&mut portion));
                room = size;
            }
            room -= piece.len();
            portion.push((key, piece));
        }
    }
    portions.push(portion);
    portions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_series_are_stored_together_and_long_ones_in_pieces() {
        let candle = Candle {
            open_time: "2024-01-01".parse().unwrap(),
            open: 1.0,
            high: 1.0,
            low: 1.0,
            close: 1.0,
            volume: 1.0,
        };
        let candles = [candle; 25];
        let sizes = |lengths: &[usize]| -> Vec<Vec<(usize, usize)>> {
            let series = lengths.iter().enumerate().map(|(key, length)| (key, &candles[..*length]));
            let portions = portions(series, 10);
            let sizes = |portion: &Vec<(usize, &[Candle])>| {
                portion.iter().map(|(key, candles)| (*key, candles.len())).collect()
            };
            portions.iter().map(sizes).collect()
        };
        assert_eq!(sizes(&[4, 6, 1]), [vec![(0, 4), (1, 6)], vec![(2, 1)]]);
        assert_eq!(
            sizes(&[3, 25, 2]),
            [vec![(0, 3)], vec![(1, 10)], vec![(1, 10)], vec![(1, 5), (2, 2)]]
        );
    }
}
