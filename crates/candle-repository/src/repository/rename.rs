//! Giving the candles of a symbol to another name.

use std::pin::pin;

use db_port::Insert;
use futures_util::{Stream, TryStreamExt, stream};
use market_model::{SeriesKey, SortedCandles, SymbolName, TimeRange, Timestamp, UpsertReport};

use super::candle_repository::CandleRepository;
use super::series_info::SeriesInfo;
use super::statements::{bind_range, final_read, in_range};
use super::upsert_batch::UpsertBatch;
use crate::error::{CandleError, Result, StoreContext};
use crate::filter::SeriesFilter;

const PAGE: &str = in_range!(
    "SELECT open_time, open, high, low, close, volume FROM candles FINAL",
    "ORDER BY open_time LIMIT {count:UInt64}"
);

/// How many candles are held in memory at once.
const PAGE_SIZE: usize = Insert::MAX_ATOMIC_ROWS;

impl CandleRepository {
    /// Gives every series of the symbol `from` to the symbol `to`, and returns what was moved, under
    /// the new names. A symbol without candles, and one that is called `to` already, moves nothing.
    ///
    /// The candles are copied, the copy is compared with them, and only then they are deleted, as
    /// far as the span reaches that was compared. After a failure the same call again completes the
    /// work. Nobody else may write to the series meanwhile.
    ///
    /// # Errors
    /// [`CandleError::Conflict`], with nothing changed, when `to` has other candles: one with other
    /// values, or, while candles are still to be copied, one that `from` has not.
    /// [`CandleError::LastRevision`]; [`CandleError::Model`] for a stored candle that cannot be;
    /// [`CandleError::Database`].
    ///
    /// # Cancel safety
    /// When the future is dropped, candles may be stored under both names, and none is lost; the same
    /// call again completes the work.
    pub async fn rename(&self, from: &SymbolName, to: &SymbolName) -> Result<Vec<SeriesInfo>> {
        if from == to {
            return Ok(Vec::new());
        }
        let mut series = self.series_info(&SeriesFilter::from(from), ..).await?;
        let there = self.series_info(&SeriesFilter::from(to), ..).await?;
        let there: u64 = there.iter().map(|info| info.candles).sum();
        let conflict = |found: UpsertReport| CandleError::Conflict {
            from: from.clone(),
            to: to.clone(),
            different: found.corrected,
            other: there.saturating_sub(found.corrected + found.unchanged),
        };
        let found = self.compare_as(&series, to).await?;
        let is_copied = found.inserted == 0;
        if found.corrected > 0 || !is_copied && there > found.unchanged {
            return Err(conflict(found));
        }
        if !is_copied {
            self.copy(&series, to).await?;
            let copied = self.compare_as(&series, to).await?;
            if copied.inserted > 0 || copied.corrected > 0 {
                return Err(conflict(copied));
            }
        }
        for info in &mut series {
            self.delete(&info.key, span(info)?).await?;
            info.key = SeriesKey::of(to.clone(), info.key.interval());
        }
        Ok(series)
    }

    /// What storing the candles under the name `to` would do.
    async fn compare_as(&self, series: &[SeriesInfo], to: &SymbolName) -> Result<UpsertReport> {
        let mut report = UpsertReport::default();
        for info in series {
            let mut pages = pin!(self.pages(info, to));
            while let Some(page) = pages.try_next().await? {
                for batch in UpsertBatch::all([page.as_run()].into_iter()) {
                    report += self.compare(&batch).await?.0;
                }
            }
        }
        Ok(report)
    }

    async fn copy(&self, series: &[SeriesInfo], to: &SymbolName) -> Result<()> {
        for info in series {
            let mut pages = pin!(self.pages(info, to));
            while let Some(page) = pages.try_next().await? {
                self.upsert_all([&page]).await?;
            }
        }
        Ok(())
    }

    /// The candles of a series under the name `to`, some at a time. No query is open between two
    /// parts.
    fn pages<'a>(
        &'a self,
        info: &'a SeriesInfo,
        to: &'a SymbolName,
    ) -> impl Stream<Item = Result<SortedCandles>> + Send + 'a {
        stream::try_unfold(Some(info.first), move |start| async move {
            let Some(start) = start else { return Ok(None) };
            let range = TimeRange::new(start, span(info)?.end())?;
            let statement = final_read(bind_range(PAGE, &info.key, range));
            let statement = statement.bind("count", PAGE_SIZE as u64);
            let page = self.series(&info.key, statement).await;
            let page = page.while_doing("reading the candles to rename")?;
            let page = SortedCandles::new(info.key.clone(), page.iter().collect())?;
            let last = page.last().map(|candle| candle.open_time).filter(|&last| last < info.last);
            let next = last.filter(|_| page.len() == PAGE_SIZE).map(just_after);
            Ok(Some((page.renamed(to.clone()), next)))
        })
    }
}

/// From the first candle to the last.
fn span(info: &SeriesInfo) -> Result<TimeRange> {
    Ok(TimeRange::new(info.first, just_after(info.last))?)
}

fn just_after(time: Timestamp) -> Timestamp {
    Timestamp::from_millis_unchecked(time.as_millis() + 1)
}
