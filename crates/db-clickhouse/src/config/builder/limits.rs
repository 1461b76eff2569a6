//! How long, how many and how often.

use std::time::Duration;

use crate::config::clickhouse_config::ClickHouseConfig;
use crate::config::value::at_most_a_year;

/// Times are never refused for being long: longer than a year counts as a year.
impl ClickHouseConfig {
    /// How long opening a connection may take, name lookup and TLS handshake included.
    #[must_use]
    pub const fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = at_most_a_year(timeout);
        self
    }

    /// How long the server may be silent during an attempt of a request that has no time limit of
    /// its own: until its answer begins, and then between two pieces of it.
    #[must_use]
    pub const fn with_send_receive_timeout(mut self, timeout: Duration) -> Self {
        self.send_receive_timeout = at_most_a_year(timeout);
        self
    }

    /// How long one attempt may wait for its answer to begin, so that a server that hangs leaves
    /// time for another attempt within the call's own time limit. Zero, the default, leaves that to
    /// the call.
    #[must_use]
    pub const fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = at_most_a_year(timeout);
        self
    }

    /// How long a health check may take.
    #[must_use]
    pub const fn with_health_timeout(mut self, timeout: Duration) -> Self {
        self.health_timeout = at_most_a_year(timeout);
        self
    }

    /// How long a call may wait for a permit when
    /// [`with_max_concurrent_requests`](Self::with_max_concurrent_requests) are under way. Zero
    /// does not wait.
    #[must_use]
    pub const fn with_acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = at_most_a_year(timeout);
        self
    }

    /// How long closing lets calls in flight go on before it ends them. Zero ends them at once.
    #[must_use]
    pub const fn with_close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = at_most_a_year(timeout);
        self
    }

    /// How many requests may run at the same time, each over a connection of its own: from 1 to
    /// 65535.
    #[must_use]
    pub const fn with_max_concurrent_requests(mut self, requests: usize) -> Self {
        self.max_concurrent_requests = requests;
        self
    }

    /// How often a call is tried again after its first attempt. Zero never retries.
    #[must_use]
    pub const fn with_max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The longest wait before the first retry; it doubles with each further one.
    #[must_use]
    pub const fn with_retry_base_delay(mut self, delay: Duration) -> Self {
        self.retry_base_delay = at_most_a_year(delay);
        self
    }

    /// The longest wait before any retry.
    #[must_use]
    pub const fn with_retry_max_delay(mut self, delay: Duration) -> Self {
        self.retry_max_delay = at_most_a_year(delay);
        self
    }

    /// How long after the beginning of a call its last retry may begin, unless the call has a time
    /// limit of its own. Zero never retries.
    #[must_use]
    pub const fn with_retry_timeout(mut self, timeout: Duration) -> Self {
        self.retry_timeout = at_most_a_year(timeout);
        self
    }

    /// The size of the token bucket of all calls together, in retries, so that an outage is not
    /// answered with a retry storm. Zero never retries.
    #[must_use]
    pub const fn with_retry_budget(mut self, budget: u32) -> Self {
        self.retry_budget = budget;
        self
    }

    /// The cool-down of an endpoint that cannot be reached: how long it is tried last. Zero keeps
    /// the configured order.
    #[must_use]
    pub const fn with_quarantine(mut self, cool_down: Duration) -> Self {
        self.quarantine = at_most_a_year(cool_down);
        self
    }
}
