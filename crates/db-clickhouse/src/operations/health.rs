//! The health check: one question, asked once.

use std::time::Duration;

use db_port::{Health, Result};
use tokio::time::Instant;

use super::connect::server_version;
use super::query::Query;
use crate::policy::deadline::Deadline;
use crate::session::Session;

pub(crate) async fn run(session: &Session) -> Result<Health> {
    let begin = Instant::now();
    let limit = session.config.health_timeout;
    let deadline = Deadline::new(Some(limit), limit, Duration::ZERO);
    let version = server_version(Query::new(session, deadline).once()).await?;
    Ok(Health::new(version, begin.elapsed()))
}
