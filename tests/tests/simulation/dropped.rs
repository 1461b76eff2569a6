//! An insert that is dropped while its connection opens.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use db_port::QueryExecutor;
use hyper::Uri;
use hyper_util::rt::TokioIo;
use tokio::time::{sleep, timeout};
use tower_service::Service;

use crate::call::insert;
use crate::connector::{Connector, Socket};
use crate::model::Shared;
use crate::schedule::{CLIENT, SERVERS, Schedule, Table};
use crate::server;

/// Holds the network up when the second connection is about to be opened.
#[derive(Clone)]
struct Holding(Arc<AtomicU32>);

impl Service<Uri> for Holding {
    type Response = TokioIo<Socket>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Connector.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        if self.0.fetch_add(1, Ordering::SeqCst) == 1 {
            turmoil::hold(CLIENT, SERVERS[0]);
        }
        Connector.call(uri)
    }
}

#[test]
fn an_insert_that_is_dropped_while_its_connection_opens_is_never_stored() {
    let model = Shared::of(&Schedule::of(1));
    model.lock().calm();
    let mut sim = turmoil::Builder::new().tick_duration(Duration::from_millis(10)).build();
    sim.host(SERVERS[0], {
        let model = model.clone();
        move || {
            let model = model.clone();
            async move { Ok(server::serve_once(SERVERS[0], model).await?) }
        }
    });
    let opened = Arc::new(AtomicU32::new(0));
    sim.client(CLIENT, {
        let holding = Holding(Arc::clone(&opened));
        async move {
            let config = ClickHouseConfig::from_url("http://alpha:8123/prices?compression=false")?;
            let db = ClickHouseManager::with_connector(config, holding)?;
            let insert = db.insert(insert(Table::Tolerant, &[1], None));
            assert!(timeout(Duration::from_millis(500), insert).await.is_err());
            // Longer than anybody tries to end it on the server.
            sleep(Duration::from_secs(6)).await;
            turmoil::release(CLIENT, SERVERS[0]);
            sleep(Duration::from_secs(2)).await;
            Ok(())
        }
    });
    sim.run().unwrap();
    assert!(opened.load(Ordering::SeqCst) >= 2);
    assert_eq!(model.lock().times(Table::Tolerant, &[1]).concat(), [0, 0]);
}
