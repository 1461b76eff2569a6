//! `import`: files into the store.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use candle_files::{
    CandleFile, DateOrder, DecimalMark, ImportOptions, Stamp, TimeUnit, Timezone, published_symbol,
    rejects_path, write_rejects,
};
use candle_repository::{Interval, UpsertReport};
use clap::Args;
use symbol_repository::AssetClass;
use tokio::task::spawn_blocking;

use super::delisting::refuse_after_delisting;
use super::dry_run::Preview;
use super::import_files;
use super::overlaps::{StoredFiles, refuse_conflict};
use super::placement::place;
use super::portions::store_in_portions;
use super::symbol_registry::SymbolRegistry;
use crate::args::OutputArgs;
use crate::db_url::DbUrl;
use crate::error::{CliError, note, report};
use crate::name_pattern::{NamePattern, unpacked};
use crate::output::{Column, Report};
use crate::progress::Progress;
use crate::store::Store;
use crate::value_parsers;

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files, patterns such as 'data/*.csv', folders whose files are all read, and - for standard
    /// input: CSV, Parquet or Arrow, also packed with gzip, zstd or zip
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Symbol of every row, where the file does not say: AAPL, NASDAQ:AAPL, or :AAPL without an exchange
    #[arg(long, value_parser = value_parsers::symbol)]
    pub(crate) symbol: Option<String>,
    /// Symbol, where the file does not say it, and perhaps exchange and interval, from the names of the
    /// files, such as '{symbol}-{interval}-*.csv' [default pattern: {symbol}]
    #[arg(
        long,
        value_name = "PATTERN",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "{symbol}",
        conflicts_with = "symbol"
    )]
    pub(crate) symbol_from_name: Option<NamePattern>,
    /// Exchange of symbols without one [default: that of the registered symbol of the name]
    #[arg(long, value_parser = value_parsers::exchange)]
    pub(crate) exchange: Option<String>,
    /// Interval [default: found from the times]
    #[arg(long, value_parser = value_parsers::interval(), hide_possible_values = true)]
    pub(crate) interval: Option<Interval>,
    /// What the times count since 1970: seconds, milliseconds, microseconds or nanoseconds
    /// [default: told by their size, from nine digits on]
    #[arg(long, value_name = "UNIT")]
    pub(crate) time_unit: Option<TimeUnit>,
    /// Clock of times without an offset, with its summer time, and of daily candles: a name such as
    /// America/New_York [default: UTC]
    #[arg(long, value_name = "NAME")]
    pub(crate) timezone: Option<Timezone>,
    /// Which end of its candle a time names: open, or close for candles named by their end or last day
    #[arg(long, value_name = "END", default_value_t = Stamp::Open)]
    pub(crate) stamp: Stamp,
    /// Order of dates such as 01/02/2024, where they do not tell: dmy, mdy or ymd
    #[arg(long, value_name = "ORDER")]
    pub(crate) date_order: Option<DateOrder>,
    /// What sets off decimals, where the numbers do not tell: point or comma
    #[arg(long, value_name = "MARK")]
    pub(crate) decimal: Option<DecimalMark>,
    /// Store the good rows of a file that has bad ones, and write the bad ones to FILE.rejects
    #[arg(long)]
    pub(crate) skip_bad: bool,
    /// Let a later file of the run correct an earlier one where both have a candle of one time; otherwise a
    /// file that differs from an earlier one is refused
    #[arg(long)]
    pub(crate) last_wins: bool,
    /// Say how each file is read, where its candles go, and what storing them would do; store nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Store candles also of days after the one on which their symbol was delisted
    #[arg(long)]
    pub(crate) after_delisting: bool,
    /// Asset class to register new symbols with
    #[arg(long, default_value = "other")]
    pub(crate) asset_class: AssetClass,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl ImportArgs {
    fn check(&self) -> Result<(), CliError> {
        match (self.symbol.as_deref(), self.exchange.as_deref()) {
            (Some(symbol), Some(exchange)) if symbol.starts_with(':') && !exchange.is_empty() => {
                Err(CliError::usage(format!(
                    "--symbol {symbol} means no exchange, and --exchange {exchange} names one: drop \
                     one of the two"
                )))
            }
            _ => Ok(()),
        }
    }
}

/// What standard input is called in messages and reports.
const STDIN: &str = "stdin";

/// Files are taken one by one, each whole or not at all; one that is refused does not stop the
/// others.
pub(super) async fn run(store: &Store, url: &DbUrl, args: ImportArgs) -> Result<(), CliError> {
    args.check()?;
    let mut preview = Preview::new();
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
    let (mut failed, mut fatal) = (Vec::new(), None);
    let mut stored = StoredFiles::default();
    for file in &files {
        let is_stdin = file == Path::new("-");
        let file = if is_stdin { Path::new(STDIN) } else { file };
        let outcome = match args.dry_run {
            true => dry_run(store, url, &args, file, is_stdin, &mut preview).await,
            false => import(store, &args, file, is_stdin, &stored).await.map(Some),
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
    if !preview.report().is_empty() {
        preview.report().print(args.output.format)?;
    }
    if args.dry_run {
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

/// The candles of a file under the symbols that they go to, the symbols that are registered, and whether all
/// have a symbol.
async fn read_and_place(
    store: Option<&Store>,
    args: &ImportArgs,
    file: &Path,
    is_stdin: bool,
) -> Result<(CandleFile, SymbolRegistry, Result<(), CliError>), CliError> {
    let (mut symbol_otherwise, mut interval) = (None, args.interval);
    if let Some(pattern) = &args.symbol_from_name {
        let found = pattern.find(file).ok_or_else(|| {
            CliError::refused(format!(
                "the name of {} is not as --symbol-from-name says: name another pattern, or the \
                 symbol with --symbol",
                file.display()
            ))
        })?;
        let name = file.to_str().map(|name| Path::new(unpacked(name)));
        let published = name.and_then(published_symbol).filter(|_| pattern.takes_any_name());
        symbol_otherwise = Some(published.map_or(found.symbol, ToOwned::to_owned));
        interval = interval.or(found.interval);
    }
    let options = ImportOptions {
        symbol: args.symbol.clone(),
        symbol_otherwise,
        interval,
        time_unit: args.time_unit,
        decimal_mark: args.decimal,
        timezone: args.timezone,
        stamp: args.stamp,
        date_order: args.date_order,
        skip_bad: args.skip_bad,
    };
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
async fn checked(
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

/// Says what importing the file would do.
async fn dry_run(
    store: &Store,
    url: &DbUrl,
    args: &ImportArgs,
    file: &Path,
    is_stdin: bool,
    preview: &mut Preview,
) -> Result<Option<(CandleFile, UpsertReport)>, CliError> {
    let is_there = url.must_exist().is_ok() && store.has_tables().await?;
    let store = is_there.then_some(store);
    let (read, _) = checked(store, args, file, is_stdin).await?;
    match read.rejects.len() {
        0 => {}
        1 => note(&format!("{}: 1 bad row would be left out", file.display())),
        all => note(&format!("{}: {all} bad rows would be left out", file.display())),
    }
    preview.add(&file.display().to_string(), &read, store).await?;
    Ok(None)
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
