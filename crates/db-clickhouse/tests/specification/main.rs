//! The rows of the original specification, each with the tests that name it. FR-004 at full size is
//! tested on an engine.
#![allow(clippy::panic, clippy::unwrap_used, reason = "also in functions that tests share")]

mod closing;
mod connect;
mod health;
mod limits;
mod requests;
mod scope;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use support::config;
use support::table::{Tokens, server};
use wiremock::{MockServer, ResponseTemplate};

const SOON: Duration = Duration::from_millis(200);
const LATE: Duration = Duration::from_secs(20);

async fn answering(body: Vec<u8>) -> MockServer {
    server(Tokens::Ignored, ResponseTemplate::new(200).set_body_bytes(body)).await
}

fn on(server: &MockServer) -> ClickHouseConfig {
    config(&server.address().to_string())
}

fn manager(config: ClickHouseConfig) -> ClickHouseManager {
    ClickHouseManager::new(config).unwrap()
}
