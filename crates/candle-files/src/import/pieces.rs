//! The rows of a whole file, piece by piece on all cores.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use super::entangled::Entangled;
use super::row_reader::RowReader;
use super::rows::Rows;
use super::sniffer::Sniffer;

/// About how many bytes are read at once: few enough to stay in the cache of a core. So few in unit
/// tests that their files are of several pieces.
const PIECE: usize = if cfg!(test) { 100 } else { 1 << 16 };

impl RowReader<'_> {
    /// Reads all rows, and shows them to a sniffer that begins as `head`; reports the bytes read
    /// now and then.
    pub(crate) fn read_all<'s>(
        &self,
        head: &Sniffer<'s>,
        on_progress: &mut dyn FnMut(u64),
    ) -> (Rows, Sniffer<'s>) {
        self.read_pieces(&self.records.pieces(PIECE), head, on_progress)
    }

    /// As [`RowReader::read_all`], in these pieces.
    fn read_pieces<'s>(
        &self,
        pieces: &[Range<usize>],
        head: &Sniffer<'s>,
        on_progress: &mut dyn FnMut(u64),
    ) -> (Rows, Sniffer<'s>) {
        let read = |piece: &Range<usize>| {
            let mut sniffer = head.for_piece();
            (self.read(piece.clone(), &mut sniffer), sniffer)
        };
        let (mut rows, mut sniffer) = (Rows::default(), head.for_piece());
        let take = |index: usize, (later, seen): (Rows, Sniffer<'s>)| {
            rows.append(later)?;
            sniffer.append(seen)?;
            on_progress(pieces[index].end as u64);
            Ok(())
        };
        match in_order(pieces, read, take) {
            Ok(()) => (rows, sniffer),
            Err(Entangled) => read(&self.records.whole()),
        }
    }
}

/// Does `work` for all items on as many threads as there are cores, and hands the results to
/// `take` in the order of the items, until it fails.
fn in_order<I: Sync, T: Send, E>(
    items: &[I],
    work: impl Fn(&I) -> T + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    if threads <= 1 {
        return items.iter().enumerate().try_for_each(|(index, item)| take(index, work(item)));
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
                take(taken, result)?;
                taken += 1;
            }
        }
        Ok(())
    })
}
