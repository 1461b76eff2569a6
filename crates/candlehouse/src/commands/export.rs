//! `export`: stored candles as a file.

use candle_files::{Existing, ExportError, ExportFormat, ExportWriter, Target};
use clap::{Args, ValueEnum};
use futures_util::TryStreamExt;
use tokio::task::spawn_blocking;

use crate::args::{RangeArgs, SelectionArgs};
use crate::error::{CliError, note};
use crate::progress::Progress;
use crate::series_lookup;
use crate::store::Store;

/// What an export is written as.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExportFormatName {
    /// Text with a header, times as ISO 8601
    Csv,
    /// Columns, compressed with zstd
    Parquet,
    /// An Arrow IPC file, also known as Feather 2
    Arrow,
}

impl From<ExportFormatName> for ExportFormat {
    fn from(name: ExportFormatName) -> Self {
        match name {
            ExportFormatName::Csv => Self::Csv,
            ExportFormatName::Parquet => Self::Parquet,
            ExportFormatName::Arrow => Self::Arrow,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) range: RangeArgs,
    /// File to write; - is standard output
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    pub(crate) output: String,
    /// Format [default: by the file's extension]
    #[arg(long, value_enum)]
    pub(crate) format: Option<ExportFormatName>,
    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
}

pub(super) async fn run(store: &Store, args: ExportArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let target = Target::from(args.output.as_str());
    let format = ExportFormat::choose(args.format.map(Into::into), &target)?;
    let keys = series_lookup::several(store, &args.selection).await?;
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    let mut writer = ExportWriter::create(&target, format, existing)?;
    let progress = Progress::rows("exporting", None);
    for key in &keys {
        let mut parts = store.candles.range_stream(key, range).await?;
        while let Some(part) = parts.try_next().await? {
            let rows = part.len() as u64;
            writer = match apart(&target, move || writer.write(&part).map(|()| writer)).await? {
                Err(error) if error.is_closed_pipe() => return Ok(()),
                written => written?,
            };
            progress.advance(rows);
        }
    }
    drop(progress);
    match apart(&target, move || writer.finish()).await? {
        Ok(rows) if target == Target::Stdout => note(&format!("{rows} candles")),
        Ok(rows) => note(&format!("{rows} candles are in {}", args.output)),
        Err(error) if error.is_closed_pipe() => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Writes to standard output on a thread of its own, since its reader may let it wait for ever and
/// a request to end must be heard meanwhile.
async fn apart<T: Send + 'static>(
    target: &Target,
    write: impl FnOnce() -> Result<T, ExportError> + Send + 'static,
) -> Result<Result<T, ExportError>, CliError> {
    match target {
        Target::Stdout => Ok(spawn_blocking(write).await?),
        Target::File(_) => Ok(write()),
    }
}
