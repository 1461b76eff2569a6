//! Times of named steps over several runs.

use std::io::{self, Write};
use std::time::{Duration, Instant};

/// The steps of a run in order, each with its time in every run.
#[derive(Default)]
pub(crate) struct Timings {
    steps: Vec<Step>,
}

struct Step {
    name: &'static str,
    candles: usize,
    now: Duration,
    runs: Vec<Duration>,
}

impl Timings {
    /// Adds the time of `work` to its step in this run.
    pub(crate) async fn time<T, E>(
        &mut self,
        name: &'static str,
        candles: usize,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let begin = Instant::now();
        let result = work.await?;
        let took = begin.elapsed();
        let place = self.steps.iter().position(|step| step.name == name).unwrap_or_else(|| {
            self.steps.push(Step { name, candles: 0, now: Duration::ZERO, runs: Vec::new() });
            self.steps.len() - 1
        });
        let step = &mut self.steps[place];
        step.now += took;
        if step.runs.is_empty() {
            step.candles += candles;
        }
        Ok(result)
    }

    pub(crate) fn end_run(&mut self) {
        for step in &mut self.steps {
            step.runs.push(std::mem::take(&mut step.now));
        }
    }

    pub(crate) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let import = self.steps.first().map(Step::median).unwrap_or_default();
        writeln!(out, "{:<18}{:>12}{:>14}{:>16}", "step", "ms", "candles/s", "ms : import")?;
        for step in &self.steps {
            let seconds = step.median().as_secs_f64();
            let rate = step.candles as f64 / seconds;
            let ratio = seconds / import.as_secs_f64();
            writeln!(out, "{:<18}{:>12.1}{rate:>14.0}{ratio:>16.3}", step.name, seconds * 1e3)?;
        }
        Ok(())
    }
}

impl Step {
    fn median(&self) -> Duration {
        let mut runs = self.runs.clone();
        runs.sort();
        runs.get(runs.len() / 2).copied().unwrap_or_default()
    }
}
