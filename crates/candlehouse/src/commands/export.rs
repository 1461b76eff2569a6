//! `export`: stored candles as a file, or as a folder of files.

use std::path::Path;

use candle_files::{ExportError, ExportFolder, ExportWriter, Target};
use candle_repository::CandleSeries;
use futures_util::TryStreamExt;
use tokio::task::spawn_blocking;

use super::export_args::ExportArgs;
use super::export_plan;
use crate::error::{CliError, note};
use crate::progress::Progress;
use crate::series_lookup;
use crate::store::Store;
use crate::unfinished::Unfinished;

pub(super) async fn run(store: &Store, args: ExportArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let (partitioning, options) = (args.partitioning()?, args.options()?);
    let target = args.target();
    let keys = series_lookup::several(store, &args.selection).await?;
    let mut output = match partitioning {
        None => Output::File(ExportWriter::create(&target, options, args.existing())?),
        Some(partitioning) => Output::Folder(ExportFolder::create(
            Path::new(&args.output),
            partitioning,
            options,
            args.existing(),
        )?),
    };
    let nothing = format!("nothing was written to {}", args.output);
    let unfinished = Unfinished::or_else((target != Target::Stdout).then_some(nothing));
    let plan = export_plan::plan(store, &args, keys, range).await?;
    let progress = Progress::rows("exporting", plan.candles);
    for (key, range) in &plan.portions {
        let mut parts = store.candles.range_stream(key, *range).await?;
        while let Some(part) = parts.try_next().await? {
            let rows = part.len() as u64;
            output = match apart(&target, move || output.write(&part)).await? {
                Err(error) if error.is_closed_pipe() => return Ok(()),
                written => written?,
            };
            progress.advance(rows);
        }
    }
    drop(progress);
    match apart(&target, move || output.finish()).await? {
        Err(error) if error.is_closed_pipe() => {}
        Err(error) => return Err(error.into()),
        Ok(written) if target == Target::Stdout => note(&format!("{} candles", written.rows)),
        Ok(Written { rows, files: None }) => {
            note(&format!("{rows} candles are in {}", args.output));
        }
        Ok(Written { rows, files: Some(files) }) => {
            note(&match files {
                1 => format!("{rows} candles are in 1 file in {}", args.output),
                files => format!("{rows} candles are in {files} files in {}", args.output),
            });
        }
    }
    unfinished.done();
    Ok(())
}

/// A file, or a folder of files.
enum Output {
    File(ExportWriter),
    Folder(ExportFolder),
}

struct Written {
    rows: u64,
    /// How many, in a folder.
    files: Option<u64>,
}

impl Output {
    fn write(mut self, part: &CandleSeries) -> Result<Self, ExportError> {
        match &mut self {
            Self::File(writer) => writer.write(part)?,
            Self::Folder(folder) => folder.write(part)?,
        }
        Ok(self)
    }

    fn finish(self) -> Result<Written, ExportError> {
        match self {
            Self::File(writer) => Ok(Written { rows: writer.finish()?, files: None }),
            Self::Folder(folder) => {
                let report = folder.finish()?;
                Ok(Written { rows: report.rows, files: Some(report.files) })
            }
        }
    }
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
