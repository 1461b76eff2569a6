//! What is stored of all series, without reading the table.
//!
//! The marks of the primary index say it but for the granules in which one series ends and another
//! begins. Of 100 million candles of 50 series in 4 parts these are 200 of 12,200.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::{RecordBatch, UInt64Array};
use db_port::{DbError, QueryExecutorExt, Statement, column};
use market_model::SeriesKey;

use super::candle_repository::CandleRepository;
use super::part_marks::{Granules, MARKS, Part, Run};
use super::series_info::SeriesInfo;
use super::statements::final_read;
use crate::codec::SeriesNames;

/// The hint chooses granules and drops no row of them. The engine looks at it only where a condition
/// beside it is about the same number, hence the other one.
macro_rules! in_granules {
    ($columns:literal, $groups:literal) => {
        concat!(
            "SELECT exchange, symbol, interval, count() AS candles, ",
            $columns,
            "sum(_part_offset) AS offsets FROM candles \
             WHERE indexHint(_part_starting_offset + _part_offset IN {places:Array(UInt64)}) \
             AND _part_starting_offset + _part_offset < 1000000000000000 \
             GROUP BY exchange, symbol, interval",
            $groups,
            " SETTINGS optimize_aggregation_in_order = 1"
        )
    };
}

const NAMES: &str = in_granules!("", "");
const INFO: &str = in_granules!(
    "min(open_time) AS first, max(open_time) AS last, _part_starting_offset AS start, ",
    ", start"
);

const NAMES_OF_PARTS: &str =
    "SELECT DISTINCT exchange, symbol, interval FROM candles WHERE _part IN {parts:Array(String)}";

const INFO_OF_PARTS: &str = "\
SELECT exchange, symbol, interval, count() AS candles, min(open_time) AS first, \
max(open_time) AS last FROM candles FINAL WHERE _part IN {parts:Array(String)} \
GROUP BY exchange, symbol, interval SETTINGS optimize_aggregation_in_order = 1";

/// A part that is active before and after another statement was so for that statement too.
const STILL_THERE: &str = "\
SELECT count() AS parts FROM system.parts WHERE active AND database = currentDatabase() \
AND table = 'candles' AND name IN {parts:Array(String)}";

/// Up to this share of all rows is read in parts that the marks do not explain, with `FINAL`; for more, a
/// scan is as quick. Granules cost less, however many: of a million candles in parts that were not merged
/// they are half, and take a third of the scan's time.
const SHARE: u64 = 8;

/// The most granules that a statement names: finding each takes the engine 25 microseconds.
const MOST_GRANULES: usize = 2000;

/// The most parts that a statement names.
const MOST_PARTS: usize = 1000;

/// The most series that are asked for one by one because corrections of them are not merged yet.
const MOST_OVERLAPPING: usize = 4;

impl CandleRepository {
    /// The names of all series; `None` if a scan has to tell.
    pub(super) async fn names_of_all(&self) -> db_port::Result<Option<BTreeSet<SeriesKey>>> {
        unless_refused(self.names_by_marks().await)
    }

    /// All series in brief; `None` if a scan has to tell.
    pub(super) async fn info_of_all(&self) -> db_port::Result<Option<Vec<SeriesInfo>>> {
        unless_refused(self.info_by_marks().await)
    }

    async fn names_by_marks(&self) -> db_port::Result<Option<BTreeSet<SeriesKey>>> {
        let Some(parts) = self.parts_of_table().await? else { return Ok(None) };
        let Some(mixed) = self.mixed(&parts, NAMES, |part| part.is_plain).await? else {
            return Ok(None);
        };
        let mut names: BTreeSet<_> = SeriesNames::of(&mixed)?.keys()?.into_iter().collect();
        let plain = parts.iter().filter(|part| part.is_plain);
        names.extend(plain.flat_map(|part| &part.runs).map(|run| run.key.clone()));
        let rest = rest(&parts, |part| part.is_plain);
        let Some(rest) = self.of_parts(NAMES_OF_PARTS, &rest).await? else { return Ok(None) };
        if let Some(rest) = rest {
            names.extend(SeriesNames::of(&rest)?.keys()?);
        }
        Ok(Some(names))
    }

    async fn info_by_marks(&self) -> db_port::Result<Option<Vec<SeriesInfo>>> {
        let Some(parts) = self.parts_of_table().await? else { return Ok(None) };
        let is_unique = |part: &Part| part.is_plain && part.is_unique();
        let Some(mixed) = self.mixed(&parts, INFO, is_unique).await? else { return Ok(None) };
        let Some(rest) = self.of_parts(INFO_OF_PARTS, &rest(&parts, is_unique)).await? else {
            return Ok(None);
        };
        let mut series = BTreeMap::new();
        for infos in of_each_part(&parts, &mixed, is_unique)? {
            note_parts(&mut series, infos);
        }
        note_parts(&mut series, rest.map_or(Ok(Vec::new()), |rest| SeriesInfo::decode(&rest))?);
        let (mut all, mut overlapping) = (Vec::new(), Vec::new());
        for (key, parts) in series {
            match put_together(parts) {
                Some(info) => all.push(info),
                None => overlapping.push(key),
            }
        }
        if overlapping.len() > MOST_OVERLAPPING {
            return Ok(None);
        }
        for key in overlapping {
            all.extend(self.info_of(&key).await?);
        }
        all.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Some(all))
    }

    async fn parts_of_table(&self) -> db_port::Result<Option<Vec<Part>>> {
        Part::decode(&self.db.query_all(Statement::new(MARKS).idempotent()).await?)
    }

    /// The rows of the chosen parts that the marks do not explain, by series.
    async fn mixed(
        &self,
        parts: &[Part],
        sql: &'static str,
        is_chosen: impl Fn(&Part) -> bool,
    ) -> db_port::Result<Option<RecordBatch>> {
        let all: u64 = parts.iter().map(Part::rows).sum();
        let left = parts.iter().filter(|part| !is_chosen(part)).map(Part::rows).sum::<u64>();
        let granules = Granules::mixed(parts, is_chosen);
        if left > all / SHARE || granules.places.len() > MOST_GRANULES {
            return Ok(None);
        }
        let statement = Statement::new(sql).bind("places", granules.places).idempotent();
        let rows = self.db.query_all(statement).await?;
        // Parts that were merged or stored meanwhile move the places.
        let sum = |name| Ok(column::<UInt64Array>(&rows, name)?.values().iter().sum::<u64>());
        let is_same = (sum("candles")?, sum("offsets")?) == (granules.rows, granules.offsets);
        Ok(is_same.then_some(rows))
    }

    /// What a statement says of some parts: `Some(None)` without parts, and `None` if not all of
    /// them were there.
    async fn of_parts(
        &self,
        sql: &'static str,
        parts: &[&str],
    ) -> db_port::Result<Option<Option<RecordBatch>>> {
        if parts.is_empty() {
            return Ok(Some(None));
        }
        if parts.len() > MOST_PARTS {
            return Ok(None);
        }
        let bind = |sql| Statement::new(sql).bind("parts", parts.to_vec());
        let rows = self.db.query_all(final_read(bind(sql))).await?;
        let there = self.db.query_one(bind(STILL_THERE).idempotent()).await?;
        let there = column::<UInt64Array>(&there, "parts")?.value(0);
        Ok((there == parts.len() as u64).then_some(Some(rows)))
    }
}

fn rest(parts: &[Part], is_chosen: impl Fn(&Part) -> bool) -> Vec<&str> {
    parts.iter().filter(|part| !is_chosen(part)).map(|part| part.name.as_str()).collect()
}

/// What each of the chosen parts has of each series: whole granules by the marks, the others as they
/// were read.
fn of_each_part(
    parts: &[Part],
    mixed: &RecordBatch,
    is_chosen: impl Fn(&Part) -> bool,
) -> db_port::Result<Vec<Vec<SeriesInfo>>> {
    let mut start = 0;
    let mut all = BTreeMap::new();
    for part in parts {
        if is_chosen(part) {
            let run = |run: &Run| {
                let (key, first, last) = (run.key.clone(), run.first, run.last);
                (key.clone(), SeriesInfo { key, candles: run.whole(), first, last })
            };
            all.insert(start, part.runs.iter().map(run).collect::<BTreeMap<_, _>>());
        }
        start += part.rows();
    }
    let starts = column::<UInt64Array>(mixed, "start")?;
    for (info, start) in SeriesInfo::decode(mixed)?.into_iter().zip(starts.values()) {
        let part = all.entry(*start).or_default();
        match part.get_mut(&info.key) {
            Some(known) => known.add(&info),
            None => drop(part.insert(info.key.clone(), info)),
        }
    }
    Ok(all.into_values().map(|part| part.into_values().collect()).collect())
}

fn note_parts(series: &mut BTreeMap<SeriesKey, Vec<SeriesInfo>>, infos: Vec<SeriesInfo>) {
    for info in infos {
        series.entry(info.key.clone()).or_default().push(info);
    }
}

/// The series that these parts of it make; `None` if a candle may be in two of them.
fn put_together(mut parts: Vec<SeriesInfo>) -> Option<SeriesInfo> {
    parts.sort_by_key(|part| part.first);
    let overlap = parts.windows(2).any(|two| two[0].last >= two[1].first);
    let mut parts = parts.into_iter();
    let mut whole = parts.next().filter(|_| !overlap)?;
    parts.for_each(|part| whole.add(&part));
    Some(whole)
}

/// A table that is not of this kind, an engine that cannot say, a user who may not ask: a scan tells.
fn unless_refused<T>(answer: db_port::Result<Option<T>>) -> db_port::Result<Option<T>> {
    match answer {
        Err(DbError::Database { .. } | DbError::UnexpectedResult { .. }) => Ok(None),
        answer => answer,
    }
}
