//! Everything that a seed decides.

use std::time::Duration;

use db_clickhouse::ClickHouseConfig;
use fastrand::Rng;

pub(crate) const SERVERS: [&str; 2] = ["alpha", "beta"];
pub(crate) const CLIENT: &str = "client";
pub(crate) const PORT: u16 = 8123;

/// Everything that a seed decides beforehand.
pub(crate) struct Schedule {
    pub(crate) seed: u64,
    pub(crate) servers: &'static [&'static str],
    pub(crate) limits: Limits,
    /// Nothing goes wrong at all, so that every call has to succeed.
    pub(crate) is_calm: bool,
    /// What each worker does, one call after the other.
    pub(crate) workers: Vec<Vec<Step>>,
    pub(crate) disturbances: Vec<Disturbance>,
    /// How many in a hundred requests the servers treat badly.
    pub(crate) failure_percent: u32,
    /// Whether the servers keep a log of queries.
    pub(crate) log: bool,
    /// How many tokens a table remembers, if it remembers any.
    pub(crate) window: usize,
    pub(crate) compression: bool,
    pub(crate) latency: Duration,
    /// The share of messages that get lost, with everything behind them.
    pub(crate) loss: f64,
}

#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) retries: u32,
    pub(crate) retry_timeout: Duration,
    pub(crate) budget: u32,
    pub(crate) request: Duration,
    /// Zero for as long as the call may take.
    pub(crate) attempt: Duration,
    pub(crate) pool: Duration,
    pub(crate) connections: usize,
    pub(crate) close: Duration,
    pub(crate) quarantine: Duration,
}

#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) pause: Duration,
    pub(crate) action: Action,
    /// The call's own time limit.
    pub(crate) timeout: Option<Duration>,
    /// When its caller drops it.
    pub(crate) dropped_after: Option<Duration>,
}

#[derive(Debug, Clone)]
pub(crate) enum Action {
    Insert { table: Table, rows: Vec<i64>, token: Option<&'static str> },
    Statement { mark: i64, idempotent: bool },
    Read,
    Health,
    CloseAndReopen,
}

/// Who keeps an insert from being stored twice. All but the replicated one are other tables on each
/// server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Table {
    /// Each server knows the tokens it got itself.
    Windowed,
    /// All servers know all tokens.
    Replicated,
    /// Nobody.
    Plain,
    /// Nobody, but the caller says that it does no harm.
    Tolerant,
}

pub(crate) const TABLES: [Table; 4] =
    [Table::Windowed, Table::Replicated, Table::Plain, Table::Tolerant];

impl Table {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Windowed => "windowed",
            Self::Replicated => "replicated",
            Self::Plain => "plain",
            Self::Tolerant => "tolerant",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        TABLES.into_iter().find(|table| table.name() == name)
    }

    pub(crate) const fn knows_tokens(self) -> bool {
        matches!(self, Self::Windowed | Self::Replicated)
    }
}

/// What happens to the network or a server, and until when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disturbance {
    pub(crate) server: &'static str,
    pub(crate) kind: Kind,
    pub(crate) begin: Duration,
    pub(crate) end: Duration,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Messages are lost.
    Partition,
    /// Messages wait.
    Hold,
    /// Nothing runs.
    Down,
}

impl Schedule {
    pub(crate) fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let servers = &SERVERS[..rng.usize(1..=SERVERS.len())];
        let limits = Limits {
            retries: rng.u32(0..=5),
            retry_timeout: millis(&mut rng, 500..4000),
            budget: rng.u32(0..=20),
            request: millis(&mut rng, 400..1500),
            attempt: pick(&mut rng, &[Duration::ZERO, Duration::from_millis(350)]),
            pool: millis(&mut rng, 100..2000),
            connections: rng.usize(1..=4),
            close: millis(&mut rng, 0..600),
            quarantine: millis(&mut rng, 0..3000),
        };
        let mut next_row = 0;
        let workers = (0..rng.usize(1..=4))
            .map(|_| (0..rng.usize(3..=8)).map(|_| step(&mut rng, &mut next_row)).collect())
            .collect();
        let disturbances = (0..rng.usize(0..=6)).map(|_| disturbance(&mut rng, servers)).collect();
        let schedule = Self {
            seed,
            is_calm: rng.u32(0..8) == 0,
            servers,
            limits,
            workers,
            disturbances,
            failure_percent: pick(&mut rng, &[0, 20, 40, 70]),
            log: rng.bool(),
            window: pick(&mut rng, &[1, 3, 4, 8, 100]),
            compression: rng.bool(),
            latency: millis(&mut rng, 1..40),
            loss: pick(&mut rng, &[0.0, 0.0, 0.003, 0.02]),
        };
        if schedule.is_calm { schedule.calmed() } else { schedule }
    }

    /// Without anything that keeps a call from succeeding.
    fn calmed(mut self) -> Self {
        self.disturbances.clear();
        (self.failure_percent, self.loss) = (0, 0.0);
        self.limits.pool = Duration::from_secs(10);
        for step in self.workers.iter_mut().flatten() {
            (step.timeout, step.dropped_after) = (None, None);
            if matches!(step.action, Action::CloseAndReopen) {
                step.action = Action::Health;
            }
        }
        self
    }

    /// Whether the adapter may rely on the table's memory when it sends an insert again.
    pub(crate) const fn keeps_one(&self, table: Table) -> bool {
        table.knows_tokens() && self.window >= self.limits.connections
    }

    pub(crate) fn config(&self) -> ClickHouseConfig {
        let hosts: Vec<_> = self.servers.iter().map(|host| format!("{host}:{PORT}")).collect();
        let url = format!("http://{}/prices", hosts.join(","));
        ClickHouseConfig::from_url(&url)
            .unwrap()
            .with_compression(self.compression)
            .with_max_retries(self.limits.retries)
            .with_retry_base_delay(Duration::from_millis(50))
            .with_retry_max_delay(Duration::from_millis(400))
            .with_retry_timeout(self.limits.retry_timeout)
            .with_retry_budget(self.limits.budget)
            .with_send_receive_timeout(self.limits.request)
            .with_attempt_timeout(self.limits.attempt)
            .with_connect_timeout(Duration::from_millis(300))
            .with_health_timeout(Duration::from_millis(700))
            .with_acquire_timeout(self.limits.pool)
            .with_max_concurrent_requests(self.limits.connections)
            .with_close_timeout(self.limits.close)
            .with_quarantine(self.limits.quarantine)
    }
}

fn step(rng: &mut Rng, next_row: &mut i64) -> Step {
    *next_row += 10;
    let action = match rng.u32(0..20) {
        0..12 => Action::Insert {
            table: pick(rng, &TABLES),
            rows: (*next_row..*next_row + rng.i64(1..=3)).collect(),
            // Few names for many contents.
            token: pick(rng, &[None, None, Some("monday"), Some("tuesday")]),
        },
        12..15 => Action::Statement { mark: *next_row, idempotent: rng.bool() },
        15..18 => Action::Read,
        18 => Action::Health,
        _ => Action::CloseAndReopen,
    };
    Step {
        pause: millis(rng, 0..1500),
        action,
        timeout: (rng.u32(0..3) == 0).then(|| millis(rng, 50..3000)),
        dropped_after: (rng.u32(0..10) == 0).then(|| millis(rng, 0..800)),
    }
}

fn disturbance(rng: &mut Rng, servers: &[&'static str]) -> Disturbance {
    let begin = millis(rng, 0..8000);
    Disturbance {
        server: pick(rng, servers),
        kind: pick(rng, &[Kind::Partition, Kind::Hold, Kind::Down]),
        begin,
        end: begin + millis(rng, 50..3000),
    }
}

pub(crate) fn pick<T: Clone>(rng: &mut Rng, choices: &[T]) -> T {
    choices[rng.usize(..choices.len())].clone()
}

fn millis(rng: &mut Rng, range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(rng.u64(range))
}
