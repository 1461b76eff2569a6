//! The end of the engine's work when nobody wants it any more.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use adbc_core::{Connection, Statement};
use db_port::Result;

use crate::engine::Engine;
use crate::error;
use crate::work::Work;

/// Between two attempts to kill the work: a single one could come before the engine has registered
/// the query.
const PAUSE: Duration = Duration::from_millis(20);

/// A thread of a session that kills work until it has ended. It ends when nobody can need it any
/// more.
#[derive(Clone)]
pub(crate) struct Killer(Sender<Arc<Work>>);

impl Killer {
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(engine: Weak<Engine>) -> io::Result<Self> {
        Self::start_as(thread::Builder::new().name("chdb-killer".into()), engine)
    }

    fn start_as(thread: thread::Builder, engine: Weak<Engine>) -> io::Result<Self> {
        let (sender, receiver) = channel();
        thread.spawn(move || run(&engine, &receiver))?;
        Ok(Self(sender))
    }

    /// Blocks nobody.
    pub(crate) fn kill(&self, work: Arc<Work>) {
        // The thread ends only when no sender is left.
        drop(self.0.send(work));
    }
}

fn run(engine: &Weak<Engine>, receiver: &Receiver<Arc<Work>>) {
    let mut pending: Vec<Arc<Work>> = Vec::new();
    loop {
        if pending.is_empty() {
            match receiver.recv() {
                Ok(work) => pending.push(work),
                Err(_) => return,
            }
        } else {
            match receiver.recv_timeout(PAUSE) {
                Ok(work) => pending.push(work),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => thread::sleep(PAUSE),
            }
        }
        // The next attempt is the remedy for a failed one.
        pending.retain(|work| work.attempt_unless_ended(|| drop(attempt(engine, work.id()))));
    }
}

/// The driver's own cancel call is not used, because it does nothing for a query that has not
/// returned rows yet.
fn attempt(engine: &Weak<Engine>, id: &str) -> Result<()> {
    let Some(engine) = engine.upgrade() else {
        return Ok(());
    };
    let sql = format!("KILL QUERY WHERE Settings['log_comment'] = '{id}' ASYNC");
    let result = engine.connection()?.new_statement().and_then(|mut statement| {
        statement.set_sql_query(sql)?;
        statement.execute().map(|rows| rows.for_each(drop))
    });
    result.map_err(|failure| error::from_engine(&failure, id))
}

/// Held by whoever waits for the work: when it is dropped before it is disarmed, the work ends too.
pub(crate) struct CancelGuard {
    killer: Killer,
    work: Option<Arc<Work>>,
}

impl CancelGuard {
    pub(crate) const fn new(killer: Killer, work: Arc<Work>) -> Self {
        Self { killer, work: Some(work) }
    }

    /// The work has nothing more to give: there is nothing left to cancel.
    pub(crate) fn disarm(mut self) {
        self.work = None;
    }
}

impl Drop for CancelGuard {
    fn drop(&mut self) {
        if let Some(work) = self.work.take() {
            work.cancel();
            self.killer.kill(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_cannot_be_had_is_an_error() {
        let greedy = thread::Builder::new().stack_size(1 << 60);
        assert!(Killer::start_as(greedy, Weak::new()).is_err());
    }
}
