use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::engine::Engine;
use crate::processes::Processes;
use crate::session::{execute, query_id_expression, quoted};

/// How often a kill is repeated: a first one could come before the engine has registered the query.
const ROUNDS: usize = 3000;
const PAUSE: Duration = Duration::from_millis(20);

/// Ends the engine's work on a request when it is dropped before that work has ended.
pub(crate) struct KillOnDrop {
    pub(crate) engine: Arc<Engine>,
    pub(crate) processes: Arc<Processes>,
    pub(crate) query_id: String,
    pub(crate) number: u64,
}

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        if self.has_ended(Duration::ZERO) {
            return;
        }
        let killer = Self {
            engine: Arc::clone(&self.engine),
            processes: Arc::clone(&self.processes),
            query_id: std::mem::take(&mut self.query_id),
            number: self.number,
        };
        // Its own drop finds the work ended, or gives up.
        thread::spawn(move || killer.kill());
    }
}

impl KillOnDrop {
    fn has_ended(&self, limit: Duration) -> bool {
        self.query_id.is_empty() || self.processes.wait_for_end(&self.query_id, self.number, limit)
    }

    /// Lets the work go on.
    pub(crate) fn disarm(mut self) {
        self.query_id.clear();
    }

    fn kill(self) {
        for _ in 0..ROUNDS {
            kill(&self.engine, &format!("= {}", quoted(&self.query_id, '\'')));
            if self.has_ended(PAUSE) {
                break;
            }
        }
        self.disarm();
    }
}

/// Kills all requests until there are none, for a while; returns whether there are none.
pub(crate) fn kill_all(engine: &Engine, processes: &Processes, rounds: usize) -> bool {
    (0..rounds).any(|_| {
        kill(engine, "!= ''");
        processes.wait_until_idle(PAUSE)
    })
}

fn kill(engine: &Engine, which: &str) {
    // The next round is the remedy for a failed one.
    if let Some(mut connection) = engine.connect() {
        let sql = format!("KILL QUERY WHERE {} {which} ASYNC", query_id_expression());
        drop(execute(&mut connection, &sql));
    }
}
