//! What is stored, and what is done with it.

use std::io::{self, Write};

use candle_repository::{
    Calendar, Candle, CandleRepository, Interval, SeriesKey, SortedCandles, TableStats, Timestamp,
};
use candlehouse_tests::fixtures;
use futures_util::TryStreamExt;

use crate::Result;
use crate::timings::Timings;

const MINUTES: usize = 500_000;

pub(crate) struct Workload {
    name: &'static str,
    series: Vec<SortedCandles>,
    calendar: Calendar,
    longer: Interval,
}

pub(crate) fn daily() -> Result<Workload> {
    let mut series = Vec::new();
    for (ticker, candles) in fixtures::stocks() {
        series.push(SortedCandles::new(SeriesKey::new("", ticker, Interval::DAY)?, candles)?);
    }
    let name = "daily candles of five stocks";
    Ok(Workload { name, series, calendar: Calendar::Weekdays, longer: Interval::WEEK })
}

/// A random walk in steps of a cent, always the same.
pub(crate) fn minutes() -> Result<Workload> {
    let key = SeriesKey::new("", "WALK", Interval::MINUTE)?;
    let mut open_time: Timestamp = "2023-01-01".parse()?;
    let mut state = 1_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (state >> 33) % below
    };
    let mut cents = 1_000_000_u64;
    let price = |cents: u64| cents as f64 / 100.0;
    let mut candles = Vec::with_capacity(MINUTES);
    for _ in 0..MINUTES {
        let open = cents;
        cents = (cents + random(41)).saturating_sub(20).max(1_000);
        let (low, high) = (open.min(cents) - random(10), open.max(cents) + random(10));
        candles.push(Candle {
            open_time,
            open: price(open),
            high: price(high),
            low: price(low),
            close: price(cents),
            volume: random(10_000) as f64,
        });
        open_time = Interval::MINUTE.next_open(open_time);
    }
    let (series, name) =
        (vec![SortedCandles::new(key, candles)?], "one-minute candles of a random walk");
    Ok(Workload { name, series, calendar: Calendar::Continuous, longer: Interval::HOUR })
}

impl Workload {
    fn candles(&self) -> usize {
        self.series.iter().map(SortedCandles::len).sum()
    }

    /// One run: every step once for every series.
    pub(crate) async fn run(&self, store: &CandleRepository, timings: &mut Timings) -> Result {
        let count = self.candles();
        let report = timings.time("import", count, store.upsert_all(&self.series)).await?;
        done(report.inserted, count)?;
        let report = timings.time("import again", count, store.upsert_all(&self.series)).await?;
        done(report.unchanged, count)?;

        for series in &self.series {
            let (key, candles) = (series.key(), series.as_slice());
            let count = candles.len();
            let read = timings.time("read at once", count, store.range(key, ..)).await?;
            done(read.len(), count)?;
            let parts = async { store.range_stream(key, ..).await?.try_collect::<Vec<_>>().await };
            let parts = timings.time("read as a stream", count, parts).await?;
            done(parts.iter().map(|part| part.len()).sum::<usize>(), count)?;
            let latest = timings.time("latest", 1, store.latest(key, 1)).await?;
            done(latest.len(), 1)?;
            let coverage = store.coverage(key, .., self.calendar);
            let coverage = timings.time("coverage", count, coverage).await?;
            done(coverage.count, count)?;
            let longer = store.resample(key, self.longer, ..);
            let longer = timings.time("resample", count, longer).await?;
            done(longer.len(), candles.chunk_by(|a, b| self.together(a, b)).count())?;
        }
        timings.end_run();
        Ok(())
    }

    fn together(&self, a: &Candle, b: &Candle) -> bool {
        self.longer.open_of(a.open_time) == self.longer.open_of(b.open_time)
    }

    pub(crate) fn print(&self, timings: &Timings, sizes: [(&str, TableStats); 2]) -> Result {
        let count = self.candles();
        let mut out = io::stdout().lock();
        writeln!(out, "\n{count} {}, {} series\n", self.name, self.series.len())?;
        timings.print(&mut out)?;
        writeln!(out)?;
        for (when, TableStats { bytes, parts, .. }) in sizes {
            let each = bytes as f64 / count as f64;
            writeln!(out, "{each:.1} bytes per candle on disk {when}, in {parts} parts")?;
        }
        Ok(())
    }
}

fn done(found: impl TryInto<usize>, expected: usize) -> Result {
    match found.try_into() {
        Ok(found) if found == expected => Ok(()),
        _ => Err(format!("the work was not done: not {expected} candles").into()),
    }
}
