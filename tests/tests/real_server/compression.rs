//! The same answers and the same errors, however the bytes travel.

use arrow_array::{Int64Array, StringArray, UInt64Array};
use candlehouse_tests::number_tables::{PLAIN, numbers};
use candlehouse_tests::table::text;
use db_clickhouse::Compression;
use db_port::{QueryExecutor, QueryExecutorExt, Statement, column};
use futures_util::TryStreamExt;

use crate::harness::Harness;

const WAYS: [Compression; 3] = [Compression::None, Compression::Lz4, Compression::Zstd];
const THROWN: i32 = 395;

#[tokio::test]
async fn rows_are_the_same_however_they_travel() {
    const ROWS: u64 = 300_000;
    let harness = Harness::new().await;
    for way in WAYS {
        let db = harness.through(|config| config.with_compression(way));
        let sql = "SELECT number AS n, concat('row ', toString(n)) AS t FROM numbers(300000)";
        let rows = db.query_all(Statement::new(sql)).await.unwrap();
        let (n, t) = (
            column::<UInt64Array>(&rows, "n").unwrap(),
            column::<StringArray>(&rows, "t").unwrap(),
        );
        assert!(n.values().iter().copied().eq(0..ROWS), "{way:?}");
        assert!((0..ROWS).zip(t).all(|(n, t)| t == Some(&*format!("row {n}"))), "{way:?}");
    }
}

#[tokio::test]
async fn what_is_inserted_is_the_same_however_it_travels() {
    const ROWS: i64 = 300_000;
    let harness = Harness::new().await;
    for way in WAYS {
        let db = harness.through(|config| config.with_compression(way));
        db.execute(Statement::new("TRUNCATE TABLE plain")).await.unwrap();
        db.insert(numbers(PLAIN, 0..ROWS).idempotent()).await.unwrap();
        let stored = db.query_all(Statement::new("SELECT v FROM plain ORDER BY v")).await.unwrap();
        let stored = column::<Int64Array>(&stored, "v").unwrap();
        assert!(stored.values().iter().copied().eq(0..ROWS), "{way:?}");
    }
}

#[tokio::test]
async fn an_exception_behind_rows_keeps_its_code_however_they_travel() {
    let harness = Harness::new().await;
    for way in WAYS {
        let db = harness.through(|config| config.with_compression(way));
        let sql = "SELECT number, throwIf(number = 3000000) FROM numbers(10000000)";
        let mut rows = db.query(Statement::new(sql)).await.unwrap();
        let mut received = 0;
        let error = loop {
            match rows.try_next().await {
                Ok(batch) => received += batch.expect("it ends with an error").num_rows(),
                Err(error) => break error,
            }
        };
        assert_eq!(error.code(), Some(THROWN), "{way:?}: {error}");
        assert!(received > 0, "{way:?}");
    }
}

#[tokio::test]
async fn an_exception_before_rows_keeps_its_code_however_it_travels() {
    let harness = Harness::new().await;
    for way in WAYS {
        let db = harness.through(|config| config.with_compression(way));
        for sql in ["SELECT throwIf(1)", "INSERT INTO plain SELECT throwIf(1)"] {
            let error = db.execute(Statement::new(sql).idempotent()).await.unwrap_err();
            assert_eq!(error.code(), Some(THROWN), "{way:?}: {error}");
        }
        let error = db.query_all(Statement::new("SELECT throwIf(1)")).await.unwrap_err();
        assert_eq!(error.code(), Some(THROWN), "{way:?}: {error}");
    }
}

#[tokio::test]
async fn the_server_compresses_at_the_fastest_level_unless_a_call_says_otherwise() {
    let harness = Harness::new().await;
    let level = "SELECT toString(getSetting('http_zlib_compression_level')) AS s";
    for way in WAYS {
        let db = harness.through(|config| config.with_compression(way));
        let expected = if way == Compression::None { "3" } else { "1" };
        assert_eq!(text(&db, Statement::new(level)).await, expected, "{way:?}");
        let stated = Statement::new(level).with_setting("http_zlib_compression_level", 5);
        assert_eq!(text(&db, stated).await, "5", "{way:?}");
    }
}

#[tokio::test]
async fn fewer_bytes_travel_when_they_are_compressed() {
    let harness = Harness::new().await;
    let mut sizes = Vec::new();
    for way in WAYS {
        let db = harness.through(|config| config.with_compression(way));
        db.query_all(Statement::new("SELECT number FROM numbers(10000)")).await.unwrap();
        sizes.push(harness.proxy.last_answer().len());
    }
    let [plain, lz4, zstd] = sizes[..] else { panic!("{sizes:?}") };
    assert!(plain > 80_000 && lz4 < plain * 2 / 3 && zstd < lz4, "{sizes:?}");
}
