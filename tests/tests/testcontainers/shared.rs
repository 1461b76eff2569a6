use std::sync::Arc;

use candlehouse_tests::container::Container;
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::{Identifier, QueryExecutor, Statement};
use tokio::sync::OnceCell;

/// The server that all tests share that only need one. It is started when the first of them begins.
#[derive(Default)]
pub(crate) struct Shared {
    container: OnceCell<Container>,
}

impl Shared {
    /// An executor that was never used, on an empty database called after `test`.
    pub(crate) async fn fresh(&self, test: &str) -> Arc<dyn QueryExecutor> {
        let start = || async { Container::start().await.unwrap() };
        let url = self.container.get_or_init(start).await.url();
        let config = ClickHouseConfig::from_url(&url).unwrap();
        let database = Identifier::new(test.to_owned()).unwrap();
        let create = Statement::new("CREATE DATABASE {database:Identifier}")
            .bind("database", database.as_str());
        ClickHouseManager::new(config.clone()).unwrap().execute(create).await.unwrap();
        Arc::new(ClickHouseManager::new(config.with_database(database)).unwrap())
    }
}
