//! `export`: stored candles as a file.

use futures_util::TryStreamExt;

use crate::cli::ExportArgs;
use crate::error::{CliError, note};
use crate::export::{Existing, ExportError, ExportFormat, ExportWriter, Target, with_names};
use crate::progress::Progress;
use crate::series_lookup;
use crate::store::Store;

pub(super) async fn run(store: &Store, args: ExportArgs) -> Result<(), CliError> {
    let range = args.range.range()?;
    let target = Target::from(args.output.as_str());
    let format = ExportFormat::choose(args.format, &target)?;
    let keys = series_lookup::several(store, &args.selection).await?;
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    let mut writer = ExportWriter::create(&target, format, existing)?;
    let progress = Progress::rows("exporting", None);
    for key in &keys {
        let mut parts = store.candles.range_stream(key, range).await?;
        while let Some(part) = parts.try_next().await? {
            match writer.write(&with_names(key, &part.to_batch()?)?) {
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
        Err(error) => return Err(ExportError::into(error)),
    }
    Ok(())
}
