use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::exception::Exception;

/// The requests whose statements the engine works on.
pub(crate) struct Processes {
    limit: usize,
    running: Mutex<Running>,
    changed: Condvar,
}

#[derive(Default)]
struct Running {
    started: u64,
    /// The number of the process, by its query id.
    numbers: HashMap<String, u64>,
}

/// One of them, until it is dropped.
pub(crate) struct Process {
    processes: Arc<Processes>,
    pub(crate) query_id: String,
    pub(crate) number: u64,
}

impl Processes {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, running: Mutex::default(), changed: Condvar::new() })
    }

    pub(crate) fn begin(self: &Arc<Self>, query_id: &str) -> Result<Process, Exception> {
        let mut running = self.running();
        if running.numbers.len() >= self.limit {
            let message = format!(
                "Too many simultaneous queries. Current: {}, maximum: {}",
                running.numbers.len(),
                self.limit
            );
            return Err(Exception::new(202, "TOO_MANY_SIMULTANEOUS_QUERIES", &message));
        }
        if running.numbers.contains_key(query_id) {
            let message = format!("Query with id = {query_id} is already running");
            return Err(Exception::new(216, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", &message));
        }
        running.started += 1;
        let number = running.started;
        running.numbers.insert(query_id.to_owned(), number);
        Ok(Process { processes: Arc::clone(self), query_id: query_id.to_owned(), number })
    }

    /// Waits until it has ended, but not longer than `limit`; returns whether it has.
    pub(crate) fn wait_for_end(&self, query_id: &str, number: u64, limit: Duration) -> bool {
        self.wait(limit, |running| running.numbers.get(query_id) == Some(&number))
    }

    /// Waits until there are none, but not longer than `limit`; returns whether there are none.
    pub(crate) fn wait_until_idle(&self, limit: Duration) -> bool {
        self.wait(limit, |running| !running.numbers.is_empty())
    }

    fn wait(&self, limit: Duration, mut busy: impl FnMut(&mut Running) -> bool) -> bool {
        let waited = self.changed.wait_timeout_while(self.running(), limit, |all| busy(all));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.processes.running().numbers.remove(&self.query_id);
        self.processes.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_id_is_taken_until_its_process_ends() {
        let processes = Processes::new(2);
        let first = processes.begin("a").unwrap();
        assert_eq!(processes.begin("a").err().map(|error| error.code), Some(216));
        let number = first.number;
        drop(first);
        assert!(processes.wait_for_end("a", number, Duration::ZERO));
        let again = processes.begin("a").unwrap();
        assert_ne!(again.number, number);
        let _second = processes.begin("b").unwrap();
        assert_eq!(processes.begin("c").err().map(|error| error.code), Some(202));
        assert!(!processes.wait_until_idle(Duration::ZERO));
    }
}
