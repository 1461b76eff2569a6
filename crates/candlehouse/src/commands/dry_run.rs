//! What an import would do.

use std::path::Path;

use candle_files::CandleFile;
use candle_repository::UpsertReport;

use super::import_args::ImportArgs;
use super::import_read::checked;
use super::portions;
use crate::db_url::DbUrl;
use crate::error::{CliError, note};
use crate::output::{Column, Report};
use crate::store::Store;

/// The series of files, and what storing each would do.
pub(super) struct Preview<'s> {
    /// Where nothing is stored, there is none.
    store: Option<&'s Store>,
    report: Report<10>,
}

impl<'s> Preview<'s> {
    pub(super) async fn of(store: &'s Store, url: &DbUrl) -> Result<Self, CliError> {
        let is_there = url.must_exist().is_ok() && store.has_tables().await?;
        let report = Report::new([
            Column::text("file", "file"),
            Column::text("exchange", "exchange"),
            Column::text("symbol", "symbol"),
            Column::text("interval", "interval"),
            Column::time("first", "first (UTC)"),
            Column::time("last", "last (UTC)"),
            Column::quantity("rows", "candles"),
            Column::quantity("inserted", "inserted"),
            Column::quantity("corrected", "corrected"),
            Column::quantity("unchanged", "unchanged"),
        ]);
        Ok(Self { store: is_there.then_some(store), report })
    }

    /// Reads and checks a file, and compares its candles with the store.
    pub(super) async fn add(
        &mut self,
        args: &ImportArgs,
        file: &Path,
        is_stdin: bool,
    ) -> Result<(), CliError> {
        let (read, _) = checked(self.store, args, file, is_stdin).await?;
        let file = file.display().to_string();
        match read.rejects.len() {
            0 => {}
            1 => note(&format!("{file}: 1 bad row would be left out")),
            all => note(&format!("{file}: {all} bad rows would be left out")),
        }
        self.compare(&file, &read).await
    }

    async fn compare(&mut self, file: &str, read: &CandleFile) -> Result<(), CliError> {
        for series in &read.series {
            let done = match self.store {
                Some(store) => portions::preview(store, series).await?,
                None => UpsertReport { inserted: series.len() as u64, ..UpsertReport::default() },
            };
            let (key, times) = (series.key(), series.first().zip(series.last()));
            let Some((first, last)) = times else { continue };
            self.report.push([
                file.into(),
                key.exchange().into(),
                key.symbol().into(),
                key.interval().to_string().into(),
                first.open_time.into(),
                last.open_time.into(),
                (series.len() as u64).into(),
                done.inserted.into(),
                done.corrected.into(),
                done.unchanged.into(),
            ]);
        }
        Ok(())
    }

    pub(super) const fn report(&self) -> &Report<10> {
        &self.report
    }
}
