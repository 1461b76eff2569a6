//! The servers, and which of them are tried first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clickhouse::Client;
use tokio::time::Instant;

use crate::config::{ClickHouseConfig, Compression};
use crate::wire::transport::reaching;

/// The servers that the configuration names, in its order, and which of them cool down.
pub(crate) struct Endpoints {
    all: Vec<Endpoint>,
    cool_down: Duration,
    /// The one that answered last.
    last_answered: AtomicUsize,
}

pub(crate) struct Endpoint {
    pub(crate) server: Arc<str>,
    pub(crate) client: Client,
    pub(crate) compression: Compression,
    cooling_until: Mutex<Option<Instant>>,
}

impl Endpoints {
    pub(crate) fn new(config: &ClickHouseConfig, client: &Client) -> Self {
        let all = config.endpoints.iter().map(|endpoint| {
            let server = config.server(endpoint);
            let compression = config.compression.towards(&endpoint.host);
            Endpoint {
                client: reaching(client.clone(), &server, compression),
                server: server.into(),
                compression,
                cooling_until: Mutex::new(None),
            }
        });
        Self {
            all: all.collect(),
            cool_down: config.quarantine,
            last_answered: AtomicUsize::new(0),
        }
    }

    pub(crate) fn get(&self, position: usize) -> &Endpoint {
        &self.all[position]
    }

    /// The order to try them in: as configured, but `avoided` behind the others that work, and
    /// those that cool down last, since one of them may be back.
    pub(crate) fn order(&self, avoided: Option<usize>) -> Vec<usize> {
        let now = Instant::now();
        let mut order: Vec<_> = (0..self.all.len()).collect();
        order.sort_by_key(|&position| {
            (self.all[position].is_cooling(now), Some(position) == avoided, position)
        });
        order
    }

    /// Nothing could be sent to it: others are tried first until it has cooled down.
    pub(crate) fn cool_down(&self, position: usize) {
        self.all[position].set(Some(Instant::now() + self.cool_down));
    }

    /// It answered.
    pub(crate) fn answered(&self, position: usize) {
        self.all[position].set(None);
        self.last_answered.store(position, Ordering::Relaxed);
    }

    /// The one that answered last, before there was an answer the first.
    pub(crate) fn last_to_answer(&self) -> &Endpoint {
        &self.all[self.last_answered.load(Ordering::Relaxed)]
    }

    pub(crate) fn positions(&self) -> std::ops::Range<usize> {
        0..self.all.len()
    }
}

impl Endpoint {
    fn is_cooling(&self, now: Instant) -> bool {
        let until = self.cooling_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| now < until)
    }

    fn set(&self, until: Option<Instant>) {
        *self.cooling_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints() -> Endpoints {
        let config = ClickHouseConfig::from_url("clickhouse://a,b,c/jts?quarantine=30").unwrap();
        Endpoints::new(&config, &Client::default())
    }

    #[tokio::test(start_paused = true)]
    async fn a_dead_one_is_tried_last_until_its_time_is_over() {
        let endpoints = endpoints();
        assert_eq!(endpoints.order(None), [0, 1, 2]);
        endpoints.cool_down(0);
        assert_eq!(endpoints.order(None), [1, 2, 0]);
        tokio::time::advance(Duration::from_secs(31)).await;
        assert_eq!(endpoints.order(None), [0, 1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_answers_again_is_back_at_once() {
        let endpoints = endpoints();
        endpoints.cool_down(0);
        endpoints.answered(0);
        assert_eq!(endpoints.order(None), [0, 1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_did_not_answer_stands_behind_those_that_work() {
        let endpoints = endpoints();
        assert_eq!(endpoints.order(Some(0)), [1, 2, 0]);
        endpoints.cool_down(1);
        assert_eq!(endpoints.order(Some(0)), [2, 0, 1]);
    }
}
