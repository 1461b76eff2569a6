//! `export`: stored candles as a file.

use candle_files::{Existing, ExportFormat, ExportWriter, Target};
use futures_util::TryStreamExt;

use crate::cli::ExportArgs;
use crate::error::{CliError, note};
use crate::progress::Progress;
use crate::series_lookup;
use crate::store::Store;

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
            match writer.write(&part) {
                Err(error) if error.is_closed_pipe() => return Ok(()),
                written => written?,
            }
            progress.advance(part.len() as u64);
        }
    }
    drop(progress);
    match writer.finish() {
        Ok(rows) if target == Target::Stdout => note(&format!("{rows} candles")),
        Ok(rows) => note(&format!("{rows} candles are in {}", args.output)),
        Err(error) if error.is_closed_pipe() => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
