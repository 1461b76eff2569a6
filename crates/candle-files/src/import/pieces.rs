//! The rows of a whole file, piece by piece on all cores.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use super::error::ImportError;
use super::row_reader::{Kept, RowReader};
use super::rows::Rows;
use super::sniffer::Sniffer;
use super::windows::{Stopped, Windows};

/// About how many bytes are read at once: few enough to stay in the cache of a core. So few in unit
/// tests that their files are of several pieces.
const PIECE: usize = if cfg!(test) { 100 } else { 1 << 16 };

impl RowReader<'_> {
    /// Reads all rows, and shows them to a sniffer that begins as `head`; reports the bytes read
    /// now and then.
    ///
    /// # Errors
    /// The file cannot be read, or a record of it does not end.
    pub(crate) fn read_all<'s>(
        &self,
        windows: &Windows<'_>,
        head: &Sniffer<'s>,
        on_progress: &mut dyn FnMut(u64),
    ) -> Result<(Rows, Sniffer<'s>), ImportError> {
        let (mut rows, mut sniffer) = (Rows::default(), head.for_piece());
        let done = windows.visit(|records| {
            let pieces = records.pieces(PIECE);
            let read = |piece: &Range<usize>| {
                let mut sniffer = head.for_piece();
                (self.read(records, piece.clone(), &mut sniffer), sniffer)
            };
            let take = |(later, seen): (Rows, Sniffer<'s>)| {
                rows.append(later)?;
                sniffer.append(seen)?;
                on_progress(rows.end as u64);
                Ok(())
            };
            in_order(&pieces, read, take)?;
            Ok(rows.end)
        });
        match done {
            Ok(()) => Ok((rows, sniffer)),
            Err(Stopped::Entangled) => self.read_as_one(windows, head),
            Err(Stopped::Failed(error)) => Err(error),
        }
    }

    fn read_as_one<'s>(
        &self,
        windows: &Windows<'_>,
        head: &Sniffer<'s>,
    ) -> Result<(Rows, Sniffer<'s>), ImportError> {
        let (mut rows, mut sniffer) = (Rows::default(), head.for_piece());
        let mut kept = Kept::default();
        let done = windows.visit(|records| {
            self.read_on(records, records.whole(), &mut sniffer, &mut rows, &mut kept);
            Ok(rows.end)
        });
        match done {
            // Nothing was put together.
            Ok(()) | Err(Stopped::Entangled) => Ok((rows, sniffer)),
            Err(Stopped::Failed(error)) => Err(error),
        }
    }
}

/// Does `work` for all items on as many threads as there are cores, and hands the results to
/// `take` in the order of the items, until it fails.
fn in_order<I: Sync, T: Send, E>(
    items: &[I],
    work: impl Fn(&I) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    if threads <= 1 {
        return items.iter().try_for_each(|item| take(work(item)));
    }
    let (next, (results, done)) = (AtomicUsize::new(0), sync_channel(8 * threads));
    thread::scope(|scope| {
        for results in vec![results; threads] {
            scope.spawn(|| {
                let results = results;
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    // Nobody listens any more when `take` has failed.
                    let Ok(()) = results.send((index, work(item))) else { return };
                }
            });
        }
        let (mut early, mut taken) = (BTreeMap::new(), 0);
        for (index, result) in done {
            early.insert(index, result);
            while let Some(result) = early.remove(&taken) {
                take(result)?;
                taken += 1;
            }
        }
        Ok(())
    })
}
