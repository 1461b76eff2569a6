//! The server that tests share that only need one.

use std::env;
use std::sync::Arc;

use candlehouse_tests::conformance::Subject;
use candlehouse_tests::container::Container;
use candlehouse_tests::server::{self, Source};
use db_clickhouse::ClickHouseManager;
use db_port::QueryExecutor;
use tokio::sync::OnceCell;

/// The server that all tests share that only need one. It is started when the first of them begins,
/// and if that fails, it is not tried again for each of the others.
#[derive(Default)]
pub(crate) struct Shared {
    server: OnceCell<Result<Server, String>>,
}

enum Server {
    Named(String),
    Container(Container),
}

impl Shared {
    /// An executor that was never used, on an empty database called after `test`.
    pub(crate) async fn temp_database(&self, test: &str) -> Arc<dyn QueryExecutor> {
        let config = server::empty_database(&self.url().await, test).await;
        Arc::new(ClickHouseManager::new(config).unwrap())
    }

    /// What a behaviour is shown on.
    pub(crate) async fn subject(&self, test: &str) -> Subject {
        server::subject_at(&self.url().await, test, None).await
    }

    async fn url(&self) -> String {
        match self.server.get_or_init(start).await {
            Ok(Server::Named(url)) => url.clone(),
            Ok(Server::Container(container)) => container.url(),
            Err(reason) => panic!("{reason}"),
        }
    }
}

async fn start() -> Result<Server, String> {
    match Source::pick(true) {
        Source::Url(url) => Ok(Server::Named(url)),
        _ => Container::start().await.map(Server::Container),
    }
}

/// Whether the tests that need Docker itself may be left out: where a server was named, and nobody
/// relies on the run.
pub(crate) fn may_do_without_docker() -> bool {
    env::var_os("CI").is_none() && matches!(Source::pick(true), Source::Url(_))
}
