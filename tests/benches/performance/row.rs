//! One row of the table: a piece of work, what each contestant took for it, and what we must reach.

use std::time::Duration;

/// The contestant that this is all about.
pub(crate) const US: &str = "Candlehouse";

pub(crate) struct Row {
    pub(crate) work: String,
    pub(crate) unit: &'static str,
    pub(crate) results: Vec<Measured>,
    pub(crate) goals: Vec<Goal>,
}

/// What one contestant took: the median of its runs.
pub(crate) struct Measured {
    pub(crate) who: String,
    pub(crate) setting: String,
    pub(crate) value: f64,
    pub(crate) runs: usize,
}

impl Measured {
    pub(crate) fn new(who: &str, setting: &str, value: f64) -> Self {
        Self { who: who.to_owned(), setting: setting.to_owned(), value, runs: 1 }
    }

    /// The quantile of times, in milliseconds.
    pub(crate) fn quantile(who: &str, setting: &str, mut times: Vec<Duration>, share: f64) -> Self {
        times.sort();
        let place = ((times.len() - 1) as f64 * share).round() as usize;
        let value = times[place].as_secs_f64() * 1e3;
        Self { runs: times.len(), ..Self::new(who, setting, value) }
    }
}

/// At most so many times what another took, at its best setting or at one that is named; without
/// another, at most so much.
#[derive(Clone)]
pub(crate) struct Goal {
    pub(crate) words: &'static str,
    pub(crate) at_most: f64,
    /// Our setting, if not the best.
    ours: Option<&'static str>,
    of: Option<(&'static str, Option<&'static str>)>,
}

impl Goal {
    pub(crate) const fn at_most(at_most: f64, words: &'static str) -> Self {
        Self { words, at_most, ours: None, of: None }
    }

    pub(crate) const fn times_best(at_most: f64, of: &'static str, words: &'static str) -> Self {
        Self { words, at_most, ours: None, of: Some((of, None)) }
    }

    pub(crate) const fn times(
        at_most: f64,
        (who, setting): (&'static str, &'static str),
        words: &'static str,
    ) -> Self {
        Self { words, at_most, ours: None, of: Some((who, Some(setting))) }
    }

    pub(crate) const fn at(mut self, ours: &'static str) -> Self {
        self.ours = Some(ours);
        self
    }

    /// What we took as a multiple of what we are held against; none where one of the two is missing.
    pub(crate) fn ratio(&self, row: &Row) -> Option<f64> {
        let us = row.best(US, self.ours)?;
        match self.of {
            None => Some(us),
            Some((who, setting)) => Some(us / row.best(who, setting)?),
        }
    }
}

impl Row {
    pub(crate) fn best(&self, who: &str, setting: Option<&str>) -> Option<f64> {
        let same =
            |m: &&Measured| m.who == who && setting.is_none_or(|setting| m.setting == setting);
        self.results.iter().filter(same).map(|m| m.value).min_by(f64::total_cmp)
    }
}
