//! Behaviours of `connect` and `is_connected`.
#![allow(missing_docs, reason = "the names are the documentation; the port's docs explain them")]

use std::time::Duration;

use db_port::Statement;

use super::Subject;
use crate::table::number;
use crate::wait::until;

const SEVEN: Statement = Statement::new("SELECT toUInt64(7) AS n");

pub async fn connect_is_lazy(db: &Subject) {
    assert!(!db.is_connected());
    // Time for what is opened in the background to show.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(db.peer().opened(), 0);
}

pub async fn connect_is_idempotent(db: &Subject) {
    db.connect().await.unwrap();
    let opened = db.peer().opened();
    assert!(opened > 0);
    db.connect().await.unwrap();
    assert_eq!(db.peer().opened(), opened);
    assert!(db.is_connected());
    assert_eq!(number(&**db, SEVEN).await, 7);
    // Closing once is enough.
    db.close().await.unwrap();
    until("nothing is open", async || db.peer().open() == 0).await;
}

pub async fn connect_happens_at_first_use(db: &Subject) {
    assert_eq!(db.peer().opened(), 0);
    assert_eq!(number(&**db, SEVEN).await, 7);
    assert!(db.peer().opened() > 0);
    assert!(db.is_connected());
}

pub async fn connect_reopens_after_close(db: &Subject) {
    db.connect().await.unwrap();
    assert!(db.peer().opened() > 0);
    db.close().await.unwrap();
    assert!(!db.is_connected());
    until("nothing is open", async || db.peer().open() == 0).await;
    let opened = db.peer().opened();
    db.connect().await.unwrap();
    assert!(db.is_connected());
    assert!(db.peer().opened() > opened);
    assert_eq!(number(&**db, SEVEN).await, 7);
}
