//! What does not fit is refused with an error that names it, and nothing is stored.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray};
use candlehouse_tests::server::temp_database;
use db_port::{DbError, Insert, QueryExecutorExt, Statement};

use crate::{T, batch, count, create};

const TABLE: &str = "CREATE TABLE t (a Int64, b Float64 DEFAULT 1.5, c String) \
                     ENGINE = MergeTree ORDER BY a";

fn ints() -> ArrayRef {
    Arc::new(Int64Array::from(vec![1]))
}

fn texts() -> ArrayRef {
    Arc::new(StringArray::from(vec!["x"]))
}

#[tokio::test]
async fn a_batch_that_does_not_fit_its_table_names_the_column() {
    let db = temp_database("bad_batches").await;
    create(&*db, TABLE).await;
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![0.5]));
    for (columns, named) in [
        (vec![("a", ints()), ("c", texts()), ("d", ints())], "column d"),
        (vec![("a", ints())], "column c"),
        (vec![("c", texts())], "column a"),
        (vec![("a", texts()), ("c", texts())], "column a"),
        (vec![("a", ints()), ("b", ints()), ("c", texts())], "column b"),
        (vec![("A", ints()), ("c", texts())], "column A"),
        (vec![("a", ints()), ("c", texts()), ("x` Int8) --", floats.clone())], "x` Int8) --"),
    ] {
        let error = db.insert(Insert::new(T, batch(columns))).await.unwrap_err();
        assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
        assert!(error.to_string().contains(named), "{error}");
    }
    assert_eq!(count(&*db).await, 0);
    db.insert(Insert::new(T, batch(vec![("c", texts()), ("a", ints())]))).await.unwrap();
    assert_eq!(count(&*db).await, 1);
}

#[tokio::test]
async fn a_parameter_of_the_wrong_type_names_it() {
    let db = temp_database("bad_parameters").await;
    for (sql, value) in [
        ("SELECT {n:Int64} AS n", "seven"),
        ("SELECT {n:UInt8} AS n", "-1e3"),
        ("SELECT {n:Array(Int64)} AS n", "[1, 'x']"),
        ("SELECT {n:Date} AS n", "yesterday"),
        ("SELECT {n:Identifier} AS n", "no such column"),
    ] {
        let error = db.query_all(Statement::new(sql).bind("n", value)).await.unwrap_err();
        assert!(error.code().is_some(), "{sql}: {error:?}");
        let text = error.to_string();
        let named = ["query parameter 'n'", "query parameter `n`", value];
        assert!(named.iter().any(|name| text.contains(name)), "{text}");
    }
}

#[tokio::test]
async fn a_missing_or_surplus_parameter_is_refused_before_it_is_sent() {
    let db = temp_database("missing_parameters").await;
    for (statement, named) in [
        (Statement::new("SELECT {a:Int64} + {b:Int64}").bind("a", 1), "parameter b"),
        (Statement::new("SELECT {a:Int64}").bind("a", 1).bind("b", 2), "parameter b"),
        (Statement::new("SELECT {a:Int64}").bind("a", 1).bind("a", 2), "parameter a"),
    ] {
        let error = db.query_all(statement).await.unwrap_err();
        assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
        assert!(error.to_string().contains(named), "{error}");
    }
    assert!(!db.is_connected(), "nothing was sent");
}

#[tokio::test]
async fn a_query_cannot_change_anything() {
    let db = temp_database("read_only_queries").await;
    create(&*db, TABLE).await;
    for sql in [
        "INSERT INTO t (a, c) VALUES (1, 'x')",
        "DROP TABLE t",
        "CREATE TABLE u (n Int8) ENGINE = Memory",
        "ALTER TABLE t DELETE WHERE 1",
    ] {
        let error = db.query_all(Statement::new(sql)).await.unwrap_err();
        assert_eq!(error.code(), Some(164), "{sql}: {error}");
    }
    assert_eq!(count(&*db).await, 0);
}

#[tokio::test]
async fn more_parameters_than_the_server_takes_are_invalid_input() {
    let db = temp_database("many_parameters").await;
    let names: Vec<_> = (0..1200).map(|n| format!("p{n}")).collect();
    let sum: Vec<_> = names.iter().map(|name| format!("{{{name}:UInt8}}")).collect();
    for sql in [
        format!("SELECT {} AS n", sum.join(" + ")),
        format!("CREATE TABLE u ENGINE = Memory AS SELECT {} AS n", sum.join(" + ")),
    ] {
        let statement = Statement::from_audited_text(sql.clone());
        let statement = names.iter().fold(statement, |all, name| all.bind(name.clone(), 1));
        let result = match sql.starts_with("SELECT") {
            true => db.query_all(statement).await.map(drop),
            false => db.execute(statement).await,
        };
        assert!(matches!(result, Err(DbError::InvalidInput { .. })), "{result:?}");
    }
}
