//! `import`: files into the store.

use std::collections::BTreeSet;
use std::path::Path;

use candle_files::{CandleFile, rejects_path, write_rejects};
use candle_repository::UpsertReport;

use super::dry_run::Preview;
use super::import_args::ImportArgs;
use super::import_files;
use super::import_read::{checked, read_and_place};
use super::overlaps::{StoredFiles, refuse_conflict};
use super::portions::store_in_portions;
use crate::db_url::DbUrl;
use crate::error::{CliError, note, report};
use crate::output::{Column, Report};
use crate::store::Store;

/// What standard input is called in messages and reports.
const STDIN: &str = "stdin";

/// Files are taken one by one, each whole or not at all; one that is refused does not stop the
/// others.
pub(super) async fn run(store: &Store, url: &DbUrl, args: ImportArgs) -> Result<(), CliError> {
    args.check()?;
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
    let files = import_files::all(&args.files)?;
    let mut preview = match args.dry_run {
        true => Some(Preview::of(store, url).await?),
        false => None,
    };
    let (mut failed, mut fatal) = (Vec::new(), None);
    let mut stored = StoredFiles::default();
    for file in &files {
        let is_stdin = file == Path::new("-");
        let file = if is_stdin { Path::new(STDIN) } else { file };
        let outcome = match &mut preview {
            Some(preview) => preview.add(&args, file, is_stdin).await.map(|()| None),
            None => import(store, &args, file, is_stdin, &stored).await.map(Some),
        };
        match outcome {
            Ok(None) => {}
            Ok(Some((read, done))) => {
                if files.len() > 1 && !args.last_wins {
                    stored.add(file, &read.series);
                }
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
            Err(
                error @ (CliError::Import(_) | CliError::Refused { .. } | CliError::Usage { .. }),
            ) if files.len() > 1 => {
                report(&error);
                failed.push(file.display().to_string());
            }
            Err(error) => {
                fatal = Some(error);
                break;
            }
        }
    }
    if let Some(preview) = &preview {
        if !preview.report().is_empty() {
            preview.report().print(args.output.format)?;
        }
        note(
            "nothing was stored; each file is compared with the store, and not with the other files",
        );
    }
    if !table.is_empty() {
        table.print(args.output.format)?;
    }
    match fatal {
        Some(error) => Err(error),
        None if failed.is_empty() => Ok(()),
        None => Err(CliError::Imports { failed, files: files.len() }),
    }
}

async fn import(
    store: &Store,
    args: &ImportArgs,
    file: &Path,
    is_stdin: bool,
    stored: &StoredFiles,
) -> Result<(CandleFile, UpsertReport), CliError> {
    let (read, registry) = checked(Some(store), args, file, is_stdin).await?;
    for earlier in stored.that_may_differ(store, &read.series).await? {
        if earlier == Path::new(STDIN) {
            return Err(CliError::refused(format!(
                "{} has other candles than are stored, perhaps from standard input, which cannot be \
                 read again: import it alone, or give --last-wins",
                file.display()
            )));
        }
        let (had, _, placed) = read_and_place(Some(store), args, earlier, false).await?;
        placed?;
        refuse_conflict((earlier, &had.series), (file, &read.series))?;
    }
    let names = read.series.iter().map(|series| series.key().symbol_name());
    for clash in registry.like_others(store, names).await? {
        note(&format!("{}: {clash}", file.display()));
    }
    if !read.rejects.is_empty() {
        let path = rejects_path(file);
        write_rejects(&path, &read.rejects)?;
        note(&match read.rejects.len() {
            1 => format!("the refused row is in {}", path.display()),
            all => format!("the {all} refused rows are in {}", path.display()),
        });
    }
    let done = store_in_portions(store, &read.series).await?;
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
