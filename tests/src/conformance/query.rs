//! Behaviours of `query`.
#![allow(missing_docs, reason = "the names are the documentation; the port's docs explain them")]

use arrow_array::{Array, BooleanArray, Float64Array, Int64Array, StringArray, UInt64Array};
use arrow_schema::DataType;
use db_port::adapter::parameter_text;
use db_port::{DbError, QueryExecutor, QueryExecutorExt, Statement, Value};
use futures_util::TryStreamExt;

use crate::table::{array, text};

pub async fn query_returns_schema_and_rows(db: &dyn QueryExecutor) {
    let rows = db
        .query_all(Statement::new(
            "SELECT number AS n, number / 4 AS f, toString(number) AS s, \
             if(number = 1, NULL, number) AS m FROM numbers(3) ORDER BY n",
        ))
        .await
        .unwrap();
    assert_eq!(array::<UInt64Array>(&rows, "n").values(), &[0, 1, 2]);
    assert_eq!(array::<Float64Array>(&rows, "f").values(), &[0.0, 0.25, 0.5]);
    assert_eq!(array::<StringArray>(&rows, "s").value(2), "2");
    assert!(array::<UInt64Array>(&rows, "m").is_null(1));
    let schema = rows.schema();
    assert!(!schema.field_with_name("n").unwrap().is_nullable());
    assert!(schema.field_with_name("m").unwrap().is_nullable());
}

pub async fn query_without_rows_has_a_schema(db: &dyn QueryExecutor) {
    let nothing = "SELECT number AS n, toString(number) AS s FROM numbers(3) WHERE number > 5";
    let mut stream = db.query(Statement::new(nothing)).await.unwrap();
    let types: Vec<_> = stream.schema().fields().iter().map(|f| f.data_type().clone()).collect();
    assert_eq!(types, [DataType::UInt64, DataType::Utf8]);
    while let Some(batch) = stream.try_next().await.unwrap() {
        assert_eq!(batch.num_rows(), 0);
    }
}

pub async fn query_fills_parameters_of_every_type(db: &dyn QueryExecutor) {
    let statement = Statement::new(
        "SELECT {b:Bool} AS b, {i:Int64} AS i, {u:UInt64} AS u, {f:Float64} AS f, \
         {s:String} AS s, {d:Decimal(38, 18)} = toDecimal128('0.000000000000000001', 18) AS d, \
         {t:Date} = toDate('2013-03-01') AS t, {null:Nullable(String)} IS NULL AS null, \
         {some:Nullable(String)} AS some, {texts:Array(String)} = ['a', 'it''s'] AS texts, \
         arraySum({numbers:Array(Int64)}) AS sum, {nulls:Array(Nullable(Int64))}[2] IS NULL AS nulls, \
         length({empty:Array(String)}) AS empty, {nested:Array(Array(Int64))}[2][1] AS nested",
    )
    .bind("b", true)
    .bind("i", i64::MIN)
    .bind("u", u64::MAX)
    .bind("f", 0.1 + 0.2)
    .bind("s", "text")
    .bind("d", "0.000000000000000001")
    .bind("t", "2013-03-01")
    .bind("null", Value::Null)
    .bind("some", Some("thing"))
    .bind("texts", vec!["a", "it's"])
    .bind("numbers", vec![1_i64, -3])
    .bind("nulls", vec![Some(1_i64), None])
    .bind("empty", Vec::<String>::new())
    .bind("nested", vec![vec![1_i64], vec![7]]);
    let row = db.query_one(statement).await.unwrap();
    assert!(array::<BooleanArray>(&row, "b").value(0));
    assert_eq!(array::<Int64Array>(&row, "i").value(0), i64::MIN);
    assert_eq!(array::<UInt64Array>(&row, "u").value(0), u64::MAX);
    assert_eq!(array::<Float64Array>(&row, "f").value(0), 0.1 + 0.2);
    assert_eq!(array::<StringArray>(&row, "s").value(0), "text");
    assert_eq!(array::<StringArray>(&row, "some").value(0), "thing");
    for name in ["d", "t", "null", "texts", "nulls"] {
        assert_eq!(array::<arrow_array::UInt8Array>(&row, name).value(0), 1, "{name}");
    }
    assert_eq!(array::<Int64Array>(&row, "sum").value(0), -2);
    assert_eq!(array::<UInt64Array>(&row, "empty").value(0), 0);
    assert_eq!(array::<Int64Array>(&row, "nested").value(0), 7);
    for float in [f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, 1e300, -0.0, f64::MAX] {
        let row = db.query_one(Statement::new("SELECT {f:Float64} AS f").bind("f", float)).await;
        let found = array::<Float64Array>(&row.unwrap(), "f").value(0);
        assert_eq!(found.to_bits(), float.to_bits(), "{float}");
    }
}

pub async fn query_parameters_arrive_unchanged(db: &dyn QueryExecutor) {
    // An array adds brackets and quotes.
    let longest = longest("it's \\ a long \"text\" ", Statement::MAX_PARAMETER_BYTES - 4);
    for hostile in [
        "",
        "'",
        "''",
        "\\",
        "\\'",
        "\\\\'; DROP TABLE t; --",
        "a'b\"c`d",
        "line\nbreak\r\n\ttab",
        "nul\0inside",
        "\\0\\n\\N",
        "\\N",
        "NULL",
        "{name:String}",
        "?",
        "%27; \u{1F600} é \u{202e}",
        "/* -- */",
        " leading and trailing ",
        &longest,
    ] {
        let statement = Statement::new("SELECT {s:String} AS s").bind("s", hostile);
        assert_eq!(text(db, statement).await, hostile);
        let statement = Statement::new("SELECT {s:Array(String)}[1] AS s");
        assert_eq!(text(db, statement.bind("s", vec![hostile])).await, hostile);
    }
}

/// `piece` again and again, and so many `x` that all of it has `bytes` bytes as it is sent.
fn longest(piece: &str, bytes: usize) -> String {
    let sent = parameter_text(&Value::from(piece)).len();
    piece.repeat(bytes / sent) + &"x".repeat(bytes % sent)
}

pub async fn query_parameters_do_not_leak(db: &dyn QueryExecutor) {
    let one = Statement::new("SELECT {secret:String} AS s").bind("secret", "a");
    assert_eq!(text(db, one).await, "a");
    // Hidden from the client's own check, so that the database itself has to refuse it: the client
    // takes each `e-` for an exponent and what is between the quotes for a text, the database takes
    // what is behind `--` for a comment.
    let two = Statement::new("SELECT 1 AS 1x_e--'\n, {secret:String} AS s, 2 AS 2x_e--'");
    two.check().unwrap();
    let error = db.query_all(two).await.unwrap_err();
    assert_eq!(error.code(), Some(456), "{error}");
    let error = db.query_all(Statement::new("SELECT getSetting('param_secret') AS s")).await;
    assert!(error.is_err());
}

pub async fn query_settings_apply_to_one_statement(db: &dyn QueryExecutor) {
    const ASK: &str = "SELECT toString(getSetting('max_result_rows')) AS s";
    let before = text(db, Statement::new(ASK)).await;
    assert_eq!(
        text(db, Statement::new(ASK).with_setting("max_result_rows", 12_345)).await,
        "12345"
    );
    assert_eq!(text(db, Statement::new(ASK)).await, before);
    let unknown = Statement::new("SELECT 1").with_setting("no_such_setting", 1);
    assert_eq!(db.query_all(unknown).await.unwrap_err().code(), Some(115));
}

pub async fn query_refuses_an_invalid_statement(db: &dyn QueryExecutor) {
    for statement in [
        Statement::new(""),
        Statement::new("SELECT {missing:String}"),
        Statement::new("SELECT 1").bind("extra", 1),
        Statement::new("SELECT 1").with_setting("max_threads = 1, readonly", 0),
    ] {
        let result = db.query(statement).await;
        assert!(matches!(result, Err(DbError::InvalidInput { .. })), "{result:?}");
    }
}

pub async fn query_refuses_a_parameter_that_is_too_long(db: &dyn QueryExecutor) {
    type Bind = fn(&str) -> Statement;
    let one: Bind = |s| Statement::new("SELECT {s:String} AS s").bind("s", s);
    let last: Bind = |s| Statement::new("SELECT {s:Array(String)}[2] AS s").bind("s", vec!["", s]);
    let bind = [(0, one), (7, last)];
    for piece in ["x", "'", "\\", "\n", "it's", "é"] {
        for (added, statement) in bind {
            let value = longest(piece, Statement::MAX_PARAMETER_BYTES - added);
            assert_eq!(text(db, statement(&value)).await, value, "{piece:?}");
            let error = db.query(statement(&(value + "x"))).await.unwrap_err();
            assert!(matches!(error, DbError::InvalidInput { .. }), "{error:?}");
            assert!(error.to_string().contains("parameter s"), "{error}");
        }
    }
}

pub async fn query_errors_carry_the_code(db: &dyn QueryExecutor) {
    for (sql, code, part) in [
        ("SELECT * FROM no_such_table", 60, "no_such_table"),
        ("SELEKT 1", 62, "Syntax error"),
        ("SELECT no_such_column", 47, "no_such_column"),
        ("SELECT 1; SELECT 2", 62, "Multi-statements"),
        ("SELECT throwIf(1, 'Code: 60. forged')", 395, "forged"),
    ] {
        let error = db.query_all(Statement::new(sql)).await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{error}");
        assert!(error.to_string().contains(part), "{error}");
    }
}

pub async fn query_refuses_bytes_that_are_no_text(db: &dyn QueryExecutor) {
    for sql in [
        "SELECT unhex('41FF') AS s",
        "SELECT [toLowCardinality(toNullable(unhex('FF')))] AS s",
        "SELECT map('a', unhex(repeat('C3', number))) AS s FROM numbers(2)",
    ] {
        let answer = db.query_all(Statement::new(sql)).await;
        // What is no text cannot be shown either.
        let error = answer.map(drop).unwrap_err();
        assert!(matches!(error, DbError::UnexpectedResult { .. }), "{sql}: {error:?}");
        assert!(error.to_string().contains("through hex()"), "{error}");
    }
}
