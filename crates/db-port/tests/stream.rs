//! A stream of rows hands out what it was made of.
#![allow(clippy::unwrap_used, reason = "everything here is a test")]

use std::sync::Arc;
use std::task::Poll;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use db_port::{DbError, RecordStream};
use futures_util::{Stream, StreamExt, stream};

fn numbers(values: &[i64]) -> RecordBatch {
    let column: ArrayRef = Arc::new(Int64Array::from(values.to_vec()));
    RecordBatch::try_from_iter([("n", column)]).unwrap()
}

#[tokio::test]
async fn batches_come_in_order_and_an_error_behind_them() {
    let batches = [numbers(&[1, 2]), numbers(&[3])];
    let items = batches.clone().map(Ok).into_iter().chain([Err(DbError::Closed)]);
    let mut rows = RecordStream::new(batches[0].schema(), stream::iter(items));
    for batch in batches {
        assert_eq!(rows.next().await.unwrap().unwrap(), batch);
    }
    assert!(matches!(rows.next().await, Some(Err(DbError::Closed))));
    assert!(rows.next().await.is_none());
}

#[tokio::test]
async fn one_batch_is_known_to_be_one_and_shows_its_columns() {
    let rows = RecordStream::from_batch(numbers(&[1]));
    assert_eq!(rows.size_hint(), (1, Some(1)));
    assert_eq!(rows.schema(), &numbers(&[]).schema());
    let shown = format!("{rows:?}");
    assert!(shown.contains("RecordStream") && shown.contains("\"n\""), "{shown}");
}

#[test]
fn how_many_batches_there_are_need_not_be_known() {
    let unknown = stream::poll_fn(|_| Poll::Pending);
    let rows = RecordStream::new(numbers(&[]).schema(), unknown);
    assert_eq!(rows.size_hint(), (0, None));
}
