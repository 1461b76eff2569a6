//! A file as `import` takes it: read, checked, and its candles under the symbols that they go to.

use std::io;
use std::path::{Path, PathBuf};

use candle_files::{CandleFile, ImportOptions};
use tokio::task::spawn_blocking;

use super::delisting::refuse_after_delisting;
use super::import_args::ImportArgs;
use super::placement::place;
use super::symbol_registry::SymbolRegistry;
use crate::error::{CliError, note};
use crate::progress::Progress;
use crate::store::Store;

/// The candles of a file under the symbols that they go to, the symbols that are registered, and whether all
/// have a symbol.
pub(super) async fn read_and_place(
    store: Option<&Store>,
    args: &ImportArgs,
    file: &Path,
    is_stdin: bool,
) -> Result<(CandleFile, SymbolRegistry, Result<(), CliError>), CliError> {
    let options = args.about(file)?;
    let mut read = read(file.to_owned(), is_stdin, options).await?;
    let names = read.series.iter().map(|series| series.key().symbol_name());
    let registry = match store {
        Some(store) => {
            if !args.dry_run {
                store.create_schema().await?;
            }
            SymbolRegistry::load(store, names).await?
        }
        None => SymbolRegistry::default(),
    };
    let placed = place(file, &mut read, &registry, args.exchange.as_deref());
    Ok((read, registry, placed))
}

/// The candles of a file that can be stored. What a person should know is said before what is wrong.
pub(super) async fn checked(
    store: Option<&Store>,
    args: &ImportArgs,
    file: &Path,
    is_stdin: bool,
) -> Result<(CandleFile, SymbolRegistry), CliError> {
    let (read, registry, placed) = read_and_place(store, args, file, is_stdin).await?;
    if args.dry_run {
        note(&format!("{}: {}", file.display(), read.read_as));
    }
    for warning in &read.warnings {
        note(&format!("{}: {warning}", file.display()));
    }
    placed?;
    if !args.after_delisting {
        refuse_after_delisting(file, &read, &registry)?;
    }
    Ok((read, registry))
}

/// Reads and checks a file on a thread of its own, so that an interrupt is heard meanwhile.
async fn read(
    file: PathBuf,
    is_stdin: bool,
    options: ImportOptions,
) -> Result<CandleFile, CliError> {
    let parse = move || {
        if is_stdin {
            return CandleFile::read_from(&file, io::stdin().lock(), &options);
        }
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
