//! The official client.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, UInt64Array};
use arrow_ipc::reader::StreamReader;
use clickhouse::{Client, Compression, Row};
use clickhouse_ext_arrow::{ArrowClientExt, ArrowQueryExt};
use serde::{Deserialize, Serialize};

use crate::program::Program;

#[derive(Debug, Clone, PartialEq, Row, Serialize, Deserialize)]
struct Candle {
    id: u64,
    symbol: String,
    price: f64,
    volume: Option<u32>,
}

fn candles(count: u64) -> Vec<Candle> {
    let candle = |id: u64| Candle {
        id,
        symbol: format!("S{}\n;'", id % 7),
        price: id as f64 / 3.0,
        volume: id.is_multiple_of(2).then_some(id as u32),
    };
    (0..count).map(candle).collect()
}

fn clients(server: &Program) -> [Client; 2] {
    [Compression::None, Compression::Lz4]
        .map(|how| Client::default().with_url(server.url()).with_compression(how))
}

#[tokio::test]
async fn typed_rows_come_back_as_they_went() {
    let server = Program::start();
    for (position, client) in clients(&server).into_iter().enumerate() {
        let table = format!("candles{position}");
        let create = format!(
            "CREATE TABLE {table} (id UInt64, symbol String, price Float64, \
             volume Nullable(UInt32)) ENGINE = MergeTree ORDER BY id"
        );
        client.query(&create).execute().await.unwrap();
        let sent = candles(100_000);
        let mut insert = client.insert::<Candle>(&table).await.unwrap();
        for candle in &sent {
            insert.write(candle).await.unwrap();
        }
        insert.end().await.unwrap();
        let select = format!("SELECT ?fields FROM {table} ORDER BY id");
        let stored = client.query(&select).fetch_all::<Candle>().await.unwrap();
        assert!(stored == sent);
        let one = format!("SELECT ?fields FROM {table} WHERE symbol = {{s:String}} AND id < 7");
        let one = client.query(&one).param("s", "S3\n;'").fetch_one::<Candle>().await.unwrap();
        assert_eq!(one, sent[3]);
    }
}

#[tokio::test]
async fn arrow_bytes_are_one_stream() {
    let server = Program::start();
    for client in clients(&server) {
        let query = client
            .query("SELECT number AS n FROM numbers(300000)")
            .with_setting("output_format_arrow_compression_method", "none");
        let mut cursor = query.fetch_bytes("ArrowStream").unwrap();
        let bytes = cursor.collect().await.unwrap();
        let batches: Vec<RecordBatch> =
            StreamReader::try_new(bytes.as_ref(), None).unwrap().map(Result::unwrap).collect();
        let numbers = batches.iter().flat_map(|batch| {
            let column = batch.column(0).as_any().downcast_ref::<UInt64Array>().unwrap();
            column.values().iter().copied()
        });
        assert!(numbers.eq(0..300_000));
    }
}

#[tokio::test]
async fn batches_of_the_arrow_extension_come_back_as_they_went() {
    let server = Program::start();
    server.ask("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n");
    let column: ArrayRef = Arc::new(UInt64Array::from_iter_values(0..100_000));
    let sent = RecordBatch::try_from_iter([("n", column)]).unwrap();
    let [client, compressing] = clients(&server);
    let mut insert = compressing.insert_arrow("t").unwrap();
    insert.write(&sent).await.unwrap();
    insert.end().await.unwrap();
    for client in [client, compressing] {
        let query = client.query("SELECT n FROM t ORDER BY n");
        let mut cursor = query.fetch_arrow().unwrap();
        assert_eq!(cursor.collect_merged().await.unwrap(), sent);
    }
}

#[tokio::test]
async fn errors_reach_the_client_before_and_among_rows() {
    let server = Program::start();
    for client in clients(&server) {
        let error = client.query("SELECT * FROM nowhere").execute().await.unwrap_err();
        assert!(error.to_string().contains("Code: 60. "), "{error}");
        let sql = "SELECT number, throwIf(number = 900000, 'too far') FROM numbers(1000000)";
        let mut cursor = client.query(sql).fetch::<(u64, u8)>().unwrap();
        let mut rows = 0;
        let error = loop {
            match cursor.next().await {
                Ok(Some(_)) => rows += 1,
                Ok(None) => panic!("it ended well after {rows} rows"),
                Err(error) => break error,
            }
        };
        assert!(rows > 0);
        assert!(error.to_string().contains("too far"), "{error}");
    }
}
