//! Text arrives unchanged, and no text can change a statement.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, StringArray};
use candlehouse_tests::server::{TempDatabase, temp_database};
use candlehouse_tests::table::{array, text};
use db_port::adapter::parameter_text;
use db_port::{Identifier, Insert, QueryExecutor, QueryExecutorExt, Statement, Value};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::runtime::Runtime;

use crate::{T, batch, count, create};

const CASES: u32 = 150;
/// For what takes longer.
const FEW_CASES: u32 = 40;

/// Anything, with much of what ends or begins something in SQL, HTTP or a form.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        4 => any::<String>(),
        1 => Just("'".to_owned()), 1 => Just("\\".to_owned()), 1 => Just("`".to_owned()),
        1 => Just("\0".to_owned()), 1 => Just("; DROP TABLE t; --".to_owned()),
        1 => Just("\r\n--".to_owned()), 1 => Just("') OR 1 = 1 --".to_owned()),
        1 => Just("{n:Int64}".to_owned()), 1 => Just("&query=DROP TABLE t".to_owned()),
        1 => Just("\\N".to_owned()), 1 => Just("/*".to_owned()), 1 => Just("\t\u{7f}".to_owned()),
    ];
    prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

/// A server's table with one row, and what it takes to talk to it from a property.
struct Sandbox {
    runtime: Runtime,
    db: TempDatabase,
}

impl Sandbox {
    fn new(name: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let db = runtime.block_on(temp_database(name));
        let made = async {
            create(&*db, "CREATE TABLE t (n Int64, s String) ENGINE = MergeTree ORDER BY n").await;
            let n: ArrayRef = Arc::new(Int64Array::from(vec![0]));
            let s: ArrayRef = Arc::new(StringArray::from(vec!["first"]));
            db.insert(Insert::new(T, batch(vec![("n", n), ("s", s)]))).await.unwrap();
        };
        runtime.block_on(made);
        Self { runtime, db }
    }

    fn check(&self, cases: u32, property: impl AsyncFn(&dyn QueryExecutor, String)) {
        let config = ProptestConfig { cases, ..ProptestConfig::default() };
        let tested = TestRunner::new(config).run(&hostile(), |text| {
            self.runtime.block_on(property(&*self.db, text));
            Ok(())
        });
        tested.unwrap();
    }
}

#[test]
fn a_parameter_arrives_as_it_is_alone_in_an_array_and_where_null_may_stand() {
    Sandbox::new("hostile_parameters").check(CASES, async |db, hostile| {
        let statement = Statement::new(
            "SELECT {s:String} AS s, {a:Array(String)}[2] AS a, {o:Nullable(String)} AS o",
        )
        .bind("s", hostile.as_str())
        .bind("a", vec!["", hostile.as_str()])
        .bind("o", Some(hostile.as_str()));
        let row = db.query_one(statement).await.unwrap();
        for column in ["s", "a", "o"] {
            assert_eq!(array::<StringArray>(&row, column).value(0), hostile, "{column}");
        }
    });
}

#[test]
fn a_value_that_is_inserted_or_compared_stays_a_value() {
    Sandbox::new("hostile_values").check(FEW_CASES, async |db, hostile| {
        let n: ArrayRef = Arc::new(Int64Array::from(vec![7]));
        let s: ArrayRef = Arc::new(StringArray::from(vec![hostile.as_str()]));
        db.insert(Insert::new(T, batch(vec![("n", n), ("s", s)]))).await.unwrap();
        let found = Statement::new("SELECT s FROM t WHERE n = 7 AND s = {s:String}");
        assert_eq!(text(db, found.bind("s", hostile.as_str())).await, hostile);
        let delete = Statement::new("ALTER TABLE t DELETE WHERE n = 7 AND s = {s:String}");
        let delete = delete.bind("s", hostile).with_setting("mutations_sync", 2);
        db.execute(delete).await.unwrap();
        assert_eq!(count(db).await, 1);
    });
}

#[test]
fn an_identifier_is_refused_or_names_something_and_changes_nothing() {
    Sandbox::new("hostile_identifiers").check(CASES, async |db, hostile| {
        if let Ok(table) = Identifier::new(hostile.clone()) {
            let n: ArrayRef = Arc::new(Int64Array::from(vec![1]));
            let stored = db.insert(Insert::new(table, batch(vec![("n", n)]))).await;
            assert_eq!(stored.unwrap_err().code(), Some(60));
        }
        let named = Statement::new("SELECT count() AS n FROM {table:Identifier}");
        assert!(db.query_all(named.bind("table", hostile.as_str())).await.is_err(), "{hostile:?}");
        let dropped = Statement::new("DROP TABLE {table:Identifier}").bind("table", hostile);
        assert!(db.execute(dropped).await.is_err());
        assert_eq!(count(db).await, 1);
    });
}

#[test]
fn the_name_of_a_column_is_quoted() {
    Sandbox::new("hostile_columns").check(CASES, async |db, hostile| {
        let n: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        let insert = Insert::new(T, batch(vec![("n", Arc::clone(&n)), (&*hostile, n)]));
        assert!(db.insert(insert).await.is_err(), "{hostile:?}");
        assert_eq!(count(db).await, 1);
    });
}

#[tokio::test]
async fn the_longest_text_of_quotes_arrives_unchanged() {
    let db = temp_database("hostile_longest").await;
    let piece = "'\\\0`; ";
    let sent = parameter_text(&Value::from(piece)).len();
    let long = piece.repeat(Statement::MAX_PARAMETER_BYTES / sent);
    let statement = Statement::new("SELECT {s:String} AS s").bind("s", long.as_str());
    assert_eq!(text(&*db, statement).await, long);
}
