//! Readiness checks on a database that is slow or silent.

use std::fmt;
use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use db_port::{Health, Insert, InsertSummary, RecordStream, Result, Statement};
use futures_util::future::join_all;
use tokio::time::{Instant, advance, sleep};

use super::*;

/// A database that takes a while for each check, or never answers, and counts them.
#[derive(Debug)]
struct Slow {
    takes: Option<Duration>,
    checks: AtomicU32,
}

impl fmt::Display for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("slow")
    }
}

#[async_trait]
impl QueryExecutor for Slow {
    async fn connect(&self) -> Result<()> {
        panic!("a readiness check does not connect, which might be tried again and again")
    }
    fn is_connected(&self) -> bool {
        false
    }
    async fn query(&self, _: Statement) -> Result<RecordStream> {
        Err(DbError::Closed)
    }
    async fn execute(&self, _: Statement) -> Result<()> {
        Err(DbError::Closed)
    }
    async fn insert(&self, _: Insert) -> Result<InsertSummary> {
        Err(DbError::Closed)
    }
    async fn health_check(&self) -> Result<Health> {
        self.checks.fetch_add(1, Ordering::SeqCst);
        match self.takes {
            Some(takes) => {
                sleep(takes).await;
                Ok(Health::new("1.2.3", takes))
            }
            None => pending().await,
        }
    }
    async fn close(&self) -> Result<()> {
        Ok(())
    }
}

fn readiness(takes: Option<Duration>) -> (Arc<Readiness>, Arc<Slow>) {
    let db = Arc::new(Slow { takes, checks: AtomicU32::new(0) });
    let limit = Duration::from_secs(5);
    (Arc::new(Readiness::new(Arc::<Slow>::clone(&db), "slow".into(), limit)), db)
}

#[tokio::test(start_paused = true)]
async fn probes_at_the_same_time_share_one_check_and_its_answer_is_kept_for_a_second() {
    let (readiness, db) = readiness(Some(Duration::from_millis(100)));
    let answers = join_all((0..100).map(|_| readiness.probe())).await;
    assert!(answers.iter().all(ReadinessReport::is_ready));
    advance(Duration::from_millis(900)).await;
    assert!(readiness.probe().await.is_ready());
    assert_eq!(db.checks.load(Ordering::SeqCst), 1);
    advance(Duration::from_millis(200)).await;
    assert!(readiness.probe().await.is_ready());
    assert_eq!(db.checks.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_database_that_never_answers_is_timed_out_at_the_limit() {
    let (readiness, db) = readiness(None);
    let begin = Instant::now();
    let first = tokio::spawn({
        let readiness = Arc::clone(&readiness);
        async move { readiness.probe().await }
    });
    sleep(Duration::from_secs(3)).await;
    let late = readiness.probe().await;
    assert_eq!((late.label(), first.await.unwrap().label()), ("timed_out", "timed_out"));
    let waited = begin.elapsed();
    assert!(waited < Duration::from_millis(5100), "who comes late waits no longer: {waited:?}");
    assert_eq!(db.checks.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_gives_up_does_not_end_the_check() {
    let (readiness, db) = readiness(Some(Duration::from_millis(100)));
    timeout(Duration::from_millis(50), readiness.probe()).await.unwrap_err();
    assert!(readiness.probe().await.is_ready());
    assert_eq!(db.checks.load(Ordering::SeqCst), 1);
}
