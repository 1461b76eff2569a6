//! What a simulated server does with a request.

use std::time::Duration;

use candlehouse_tests::fault::answers::exception;
use fastrand::Rng;

use crate::model::PARTS;
use crate::schedule::pick;

/// What a server does with a request that changes something.
#[derive(Debug, Clone)]
pub(crate) enum ServerOutcome {
    Done,
    /// Turned away before it ran: status and text.
    Refused(u16, String),
    /// A mistake of the caller's.
    Forbidden,
    /// It failed part-way: it ran, or began to.
    Failed {
        /// How many of the insert's parts are stored before it fails.
        stored: usize,
        failure: Failure,
    },
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Failure {
    /// A transient exception.
    Exception(i32),
    /// The connection ends without an answer.
    HangUp,
    /// Silence, until somebody ends it.
    Stall,
    /// The server dies.
    Crash,
}

/// What a server does with a query.
#[derive(Debug, Clone)]
pub(crate) enum QueryOutcome {
    Whole,
    Refused(u16, String),
    Exception(i32),
    HangUp,
    Stall,
    /// The connection breaks after so many thousandths of the answer.
    Cut(usize),
    /// A clean end between two messages, after so many of them.
    Short(usize),
    /// An exception behind so many messages.
    ExceptionBehind(usize),
}

/// How long a request takes.
pub(crate) fn duration(rng: &mut Rng) -> Duration {
    Duration::from_millis(pick(rng, &[0, 0, 0, 20, 200, 900]))
}

impl ServerOutcome {
    pub(crate) fn draw(rng: &mut Rng, failure_percent: u32) -> Self {
        if rng.u32(0..100) >= failure_percent {
            return Self::Done;
        }
        let stored = pick(rng, &[0, 0, 1, PARTS, PARTS]);
        match rng.u32(0..12) {
            0..3 => {
                let (status, text) = refusal(rng);
                Self::Refused(status, text)
            }
            3 => Self::Forbidden,
            4..6 => Self::Failed { stored, failure: Failure::Exception(transient(rng)) },
            6..9 => Self::Failed { stored, failure: Failure::HangUp },
            9..11 => Self::Failed { stored, failure: Failure::Stall },
            _ => Self::Failed { stored, failure: Failure::Crash },
        }
    }
}

impl QueryOutcome {
    pub(crate) fn draw(rng: &mut Rng, failure_percent: u32) -> Self {
        if rng.u32(0..100) >= failure_percent {
            return Self::Whole;
        }
        match rng.u32(0..8) {
            0 => {
                let (status, text) = refusal(rng);
                Self::Refused(status, text)
            }
            1 => Self::Exception(transient(rng)),
            2 => Self::HangUp,
            3 => Self::Stall,
            4 | 5 => Self::Cut(rng.usize(0..1000)),
            6 => Self::Short(rng.usize(0..8)),
            _ => Self::ExceptionBehind(rng.usize(0..8)),
        }
    }
}

fn refusal(rng: &mut Rng) -> (u16, String) {
    let page = "<html><head><title>503 Service Temporarily Unavailable</title></head>";
    let many_parts = "Too many parts (300). Merges are processing significantly slower";
    pick(
        rng,
        &[
            (500, exception(202, "Too many simultaneous queries")),
            (500, exception(252, many_parts)),
            (500, exception(745, "The server is overloaded")),
            (503, page.into()),
            (429, String::new()),
        ],
    )
}

fn transient(rng: &mut Rng) -> i32 {
    pick(rng, &[209, 210, 236, 241, 319, 999])
}
