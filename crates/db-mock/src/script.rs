//! What was asked so far, and what is still to be asked.

use std::collections::VecDeque;

use crate::call::Call;
use crate::step::Step;

/// What was asked so far, and what is still to be asked.
#[derive(Debug, Default)]
pub(crate) struct Script {
    queued: VecDeque<Step>,
    calls: Vec<Call>,
    surprise: Option<String>,
}

impl Script {
    pub(crate) fn push(&mut self, step: Step) {
        self.queued.push_back(step);
    }

    pub(crate) fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Records `call` and gives it the next step's answer, or describes what was queued instead.
    pub(crate) fn play<R>(
        &mut self,
        call: Call,
        answer: impl FnOnce(Step) -> Result<R, Step>,
    ) -> Result<R, String> {
        self.calls.push(call.clone());
        match self.queued.pop_front().map(answer) {
            Some(Ok(reply)) => return Ok(reply),
            Some(Err(step)) => self.queued.push_front(step),
            None => {}
        }
        let surprise = format!("unexpected call: {call}\nqueued:{}", self.describe());
        self.surprise = Some(surprise.clone());
        Err(surprise)
    }

    /// Why the script is not played to its end, if it is not.
    pub(crate) fn complaint(&self) -> Option<String> {
        match &self.surprise {
            Some(surprise) => Some(surprise.clone()),
            None if self.queued.is_empty() => None,
            None => Some(format!("queued but never asked for:{}", self.describe())),
        }
    }

    fn describe(&self) -> String {
        if self.queued.is_empty() {
            return " nothing".into();
        }
        let line = |(i, step)| format!("\n  {}. {step}", i + 1);
        self.queued.iter().enumerate().map(line).collect()
    }
}
