//! Which request meets which fault.

use std::collections::VecDeque;
use std::time::Duration;

use fastrand::Rng;

use super::message::Request;

/// What happens to one request, or to the connection it would come over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    Pass,
    /// Nobody answers, and nothing is passed on.
    Stall,
    /// The connection is reset before anything is passed on.
    ResetBefore,
    /// So many bytes of the request are passed on, then both sides are reset.
    ResetWithin(usize),
    /// The request is passed on, the connection reset before the server has answered.
    ResetAfter,
    /// The server does its work, and its answer gets lost with the connection.
    Lose,
    /// The server does its work, and its answer never comes.
    Swallow,
    /// So many bytes of the answer arrive, then the connection is reset.
    CutWithReset(usize),
    /// So many bytes of the answer arrive, then the connection is closed in good order.
    CutWithClose(usize),
    /// The request is held up.
    Delay(Duration),
    /// All goes well, and then the connection is closed although it was to be kept.
    CloseIdle,
    /// All goes well, and then the connection is reset although it was to be kept.
    ResetIdle,
    /// Not the server answers, but this message stands for its answer.
    Answer(Vec<u8>),
}

impl Fault {
    /// An answer of this status with a text.
    #[must_use]
    pub fn answer(status: u16, text: &str) -> Self {
        Self::Answer(message(status, text))
    }

    /// A good answer of these pieces, one chunk each, with a clean end.
    #[must_use]
    pub fn chunks(pieces: &[Vec<u8>]) -> Self {
        let mut answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
            answer.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
            answer.extend_from_slice(piece);
            answer.extend_from_slice(b"\r\n");
        }
        answer.extend_from_slice(b"0\r\n\r\n");
        Self::Answer(answer)
    }
}

/// An answer of this status with a text.
pub(crate) fn message(status: u16, text: &str) -> Vec<u8> {
    let length = text.len();
    format!("HTTP/1.1 {status} Scripted\r\nContent-Length: {length}\r\n\r\n{text}").into()
}

/// Faults drawn at random from a seed.
#[derive(Debug)]
pub struct Storm {
    rng: Rng,
    /// Of a hundred requests, how many meet a fault.
    percent: u32,
}

impl Storm {
    /// The faults of `seed`.
    #[must_use]
    pub fn new(seed: u64, percent: u32) -> Self {
        Self { rng: Rng::with_seed(seed), percent }
    }

    fn draw(&mut self, refusals: &[Fault]) -> Fault {
        let rng = &mut self.rng;
        if rng.u32(0..100) >= self.percent {
            return Fault::Pass;
        }
        match rng.u32(0..13) {
            0 => Fault::Stall,
            1 => Fault::ResetBefore,
            2 => Fault::ResetWithin(rng.usize(1..1500)),
            3 => Fault::ResetAfter,
            4 | 5 => Fault::Lose,
            6 => Fault::Swallow,
            7 => Fault::CutWithReset(rng.usize(0..600)),
            8 => Fault::CutWithClose(rng.usize(0..600)),
            9 => Fault::Delay(Duration::from_millis(rng.u64(0..400))),
            10 => Fault::CloseIdle,
            11 => Fault::ResetIdle,
            _ if refusals.is_empty() => Fault::Pass,
            _ => refusals[rng.usize(..refusals.len())].clone(),
        }
    }
}

/// What the proxy does with what comes next. What is not mentioned passes.
#[derive(Debug, Default)]
pub struct Rules {
    /// For the next connections, as soon as they are open.
    pub connections: VecDeque<Fault>,
    /// For the next inserts.
    pub inserts: VecDeque<Fault>,
    /// For the next other requests.
    pub queries: VecDeque<Fault>,
    /// For the next insert, before its body is read: a status and a text, and the end of the
    /// connection.
    pub early: Option<(u16, String)>,
    /// For every connection that is not mentioned.
    pub every_connection: Option<Fault>,
    /// For every request that is not mentioned.
    pub every_request: Option<Fault>,
    /// For every request that is still not mentioned.
    pub storm: Option<Storm>,
    /// The answers among which the storm chooses.
    pub refusals: Vec<Fault>,
}

impl Rules {
    pub(crate) fn for_connection(&mut self) -> Fault {
        let next = self.connections.pop_front();
        next.or_else(|| self.every_connection.clone()).unwrap_or(Fault::Pass)
    }

    pub(crate) fn for_request(&mut self, request: &Request) -> Fault {
        let queue = if request.is_insert() { &mut self.inserts } else { &mut self.queries };
        if let Some(fault) = queue.pop_front().or_else(|| self.every_request.clone()) {
            return fault;
        }
        self.storm.as_mut().map_or(Fault::Pass, |storm| storm.draw(&self.refusals))
    }
}
