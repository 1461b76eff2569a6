//! What the primary index says of the parts of the table.

use arrow_array::{RecordBatch, StringArray, TimestampMillisecondArray, UInt8Array, UInt64Array};
use db_port::column;
use market_model::{SeriesKey, Timestamp};

use crate::codec::SeriesNames;

/// The index has the key of each granule's first row, and of a part's last row. Rows of one series
/// follow each other in a part, so its marks do too. `last_rows` are the rows of the granule that
/// begins at the last of them: where the series may end, and others may hide.
pub(super) const MARKS: &str = "\
SELECT part_name AS part, exchange, symbol, interval, sum(rows_in_granule) AS rows, \
argMax(rows_in_granule, mark_number) AS last_rows, min(open_time) AS first, \
max(open_time) AS last, part_name IN (SELECT name FROM system.parts WHERE active \
AND database = currentDatabase() AND table = 'candles' AND NOT has_lightweight_delete) AS is_plain \
FROM mergeTreeIndex(currentDatabase(), candles) \
GROUP BY part_name, exchange, symbol, interval ORDER BY part_name, min(mark_number)";

/// A part of the table.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    id: PartId,
    /// Deleted candles are no longer in it.
    pub(super) is_plain: bool,
    pub(super) runs: Vec<Run>,
}

/// The marks of one series in a part.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) key: SeriesKey,
    /// Rows of the granules that begin with the series.
    rows: u64,
    /// Rows of the last of these granules.
    last_rows: u64,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

/// A part's name, in the order in which the engine reads parts: partition, first and last block, how
/// often it was merged, and the mutation that wrote it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PartId {
    partition: String,
    numbers: Vec<u64>,
}

/// Granules, and what reading just these has to show.
#[derive(Debug, Default)]
pub(super) struct Granules {
    /// The first row of each, counted over all parts of the table.
    pub(super) places: Vec<u64>,
    pub(super) rows: u64,
    /// The sum of the places within their parts of all rows.
    pub(super) offsets: u64,
}

impl Run {
    /// Rows that are of the series for sure.
    pub(super) fn whole(&self) -> u64 {
        self.rows - self.last_rows
    }
}

impl Part {
    pub(super) fn rows(&self) -> u64 {
        self.runs.iter().map(|run| run.rows).sum()
    }

    /// Whether the part has each candle once: so the engine believes of parts that were merged, or
    /// of which an insert made sure.
    pub(super) fn is_unique(&self) -> bool {
        self.id.numbers[2] > 0
    }

    /// The parts in the order in which the engine counts their rows; `None` if the index does not
    /// say all.
    pub(super) fn decode(marks: &RecordBatch) -> db_port::Result<Option<Vec<Self>>> {
        let names = column::<StringArray>(marks, "part")?;
        let keys = SeriesNames::of(marks)?;
        let number = |name| column::<UInt64Array>(marks, name);
        let time = |name| column::<TimestampMillisecondArray>(marks, name);
        let (rows, last_rows) = (number("rows")?, number("last_rows")?);
        let (first, last) = (time("first")?, time("last")?);
        let is_plain = column::<UInt8Array>(marks, "is_plain")?;
        let mut parts: Vec<Self> = Vec::new();
        for row in 0..marks.num_rows() {
            // The engine may keep only the first columns of a part's index in memory, where these
            // tell most marks apart. The others are then empty or zero here.
            let (Ok(key), 1..) = (keys.key(row), first.value(row).unsigned_abs()) else {
                return Ok(None);
            };
            let name = names.value(row);
            if parts.last().is_none_or(|part| part.name != name) {
                let Some(id) = PartId::parse(name) else { return Ok(None) };
                let is_plain = is_plain.value(row) == 1;
                parts.push(Self { name: name.to_owned(), id, is_plain, runs: Vec::new() });
            }
            let run = Run {
                key,
                rows: rows.value(row),
                last_rows: last_rows.value(row),
                first: Timestamp::from_millis_unchecked(first.value(row)),
                last: Timestamp::from_millis_unchecked(last.value(row)),
            };
            if let Some(part) = parts.last_mut() {
                part.runs.push(run);
            }
        }
        parts.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Some(parts))
    }
}

impl PartId {
    fn parse(name: &str) -> Option<Self> {
        let (partition, rest) = name.split_once('_')?;
        let numbers: Vec<u64> = rest.split('_').map(str::parse).collect::<Result<_, _>>().ok()?;
        (3..=4).contains(&numbers.len()).then(|| Self { partition: partition.to_owned(), numbers })
    }
}

impl Granules {
    /// The granules of some of all `parts` in which more than one series may be.
    pub(super) fn mixed(parts: &[Part], is_chosen: impl Fn(&Part) -> bool) -> Self {
        let mut mixed = Self::default();
        let mut start = 0;
        for part in parts {
            let mut end = 0;
            for run in part.runs.iter().filter(|_| is_chosen(part)) {
                end += run.rows;
                if run.last_rows > 0 {
                    mixed.places.push(start + end - run.last_rows);
                    mixed.rows += run.last_rows;
                    mixed.offsets += (end - run.last_rows..end).sum::<u64>();
                }
            }
            start += part.rows();
        }
        mixed
    }
}
