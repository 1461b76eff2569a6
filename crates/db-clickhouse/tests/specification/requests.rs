//! FR-003 and FR-004: parameters and batches.

use db_port::{DbError, QueryExecutor, QueryExecutorExt, Statement, Value};

use crate::support::numbers;
use crate::support::table::{T, attempts, one_row};
use crate::{answering, manager, on};

#[tokio::test]
async fn fr_003_parameters_arrays_and_null_travel_beside_the_text() {
    let server = answering(one_row()).await;
    let db = manager(on(&server));
    let sql = "SELECT {s:String}, {a:Array(Int64)}, {n:Nullable(Float64)}";
    let bound =
        |sql| Statement::new(sql).bind("s", "it's").bind("a", vec![1, -2]).bind("n", Value::Null);
    db.query(bound(sql)).await.unwrap();
    db.execute(bound(sql)).await.unwrap();
    for request in attempts(&server).await {
        let body = String::from_utf8(request.body).unwrap();
        for (name, value) in
            [("query", sql), ("param_s", r"it\'s"), ("param_a", "[1,-2]"), ("param_n", r"\N")]
        {
            assert!(body.contains(&format!("name=\"{name}\"\r\n\r\n{value}\r\n")), "{body}");
        }
    }
}

#[tokio::test]
async fn fr_004_batches_are_acknowledged_one_by_one_and_the_rest_is_not_sent_after_a_failure() {
    let server = answering(Vec::new()).await;
    let db = manager(on(&server));
    let batches =
        [Ok(numbers(&[1])), Ok(numbers(&[2, 3])), Err(DbError::Closed), Ok(numbers(&[4]))];
    let stored = db.insert_all(T, futures_util::stream::iter(batches)).await;
    assert!(matches!(stored, Err(DbError::Closed)), "{stored:?}");
    assert_eq!(attempts(&server).await.len(), 2);
}
