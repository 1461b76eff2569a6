//! A table with a partition for each kind of values: as the codec keeps them, and their bits.

use std::path::{Path, PathBuf};

use candlehouse_tests::fixtures;
use candlehouse_tests::table::{number, text};
use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{QueryExecutor, Statement};

use crate::kinds::KINDS;

const CREATE: &str = "\
CREATE OR REPLACE TABLE evidence (
    kind LowCardinality(String), bits UInt64 CODEC(LZ4), value Float64 CODEC(ALP)
) ENGINE = MergeTree PARTITION BY kind ORDER BY tuple()";

/// Parts of a few values, around the 1024 of a block of the codec, and larger ones.
const SMALL: [u64; 6] = [1, 2, 1023, 1024, 1025, 2049];
const LARGE: usize = 3;

/// The most that is stored at once, so that it needs no more than 3 GB of disk.
const MOST: u64 = 100_000_000;

/// What becomes of a table in the course of time. What the update writes has as many digits as
/// there can be.
const CHANGES: [&str; 5] = [
    "OPTIMIZE TABLE evidence FINAL",
    "ALTER TABLE evidence UPDATE value = -value / 3, \
     bits = reinterpretAsUInt64(-reinterpretAsFloat64(bits) / 3) WHERE bits % 7 = 3",
    "ALTER TABLE evidence DELETE WHERE bits % 11 = 5",
    "DELETE FROM evidence WHERE bits % 13 = 8",
    "ALTER TABLE evidence REWRITE PARTS",
];

pub(crate) struct Table {
    folder: PathBuf,
    db: ChdbExecutor,
    /// The `n` of the first values.
    first: u64,
}

impl Table {
    /// An empty table in a store in `folder`.
    pub(crate) async fn new(folder: &Path, first: u64) -> Self {
        let table = Self { folder: folder.to_owned(), db: open(folder), first };
        table.run(Statement::new(CREATE).with_setting("allow_experimental_codecs", 1)).await;
        table
    }

    /// Stores up to `wanted` values and a few more, changes the table in every way, and looks each
    /// time whether the values are those that their bits say. Returns how many were stored.
    pub(crate) async fn prove(mut self, wanted: u64) -> u64 {
        let stored = self.fill(wanted.min(MOST)).await;
        assert_eq!(self.rows("stored").await, stored);
        for change in CHANGES {
            self.run(Statement::new(change)).await;
            self.rows(change).await;
        }
        let before = self.rows("before a restart").await;
        self.db.close().await.unwrap();
        self.db = open(&self.folder);
        assert_eq!(self.rows("after a restart").await, before);
        self.db.close().await.unwrap();
        stored
    }

    async fn fill(&self, wanted: u64) -> u64 {
        let (insert, kinds) = (insert(), KINDS.len() as u64);
        let large = wanted.div_ceil(kinds * LARGE as u64);
        let mut stored = 0;
        for count in SMALL.into_iter().chain([large; LARGE]) {
            let first = self.first + stored;
            self.run(insert.clone().bind("first", first).bind("count", count)).await;
            stored += count;
        }
        stored * kinds
    }

    /// The rows of the table, all of which are as they should be.
    async fn rows(&self, when: &str) -> u64 {
        let wrong = Statement::new(
            "SELECT toString(groupUniqArray(kind)) AS s FROM evidence \
             WHERE reinterpretAsUInt64(value) != bits",
        );
        assert_eq!(text(&self.db, wrong).await, "[]", "kinds with wrong values: {when}");
        number(&self.db, Statement::new("SELECT count() AS n FROM evidence")).await
    }

    async fn run(&self, statement: Statement) {
        let sql = statement.sql().to_owned();
        let statement = statement.with_setting("mutations_sync", 2);
        let statement = statement.with_setting("lightweight_deletes_sync", 2);
        self.db.execute(statement).await.unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }
}

/// Stores the values of all kinds for `count` numbers from `first`.
fn insert() -> Statement {
    let closes: Vec<_> =
        fixtures::stocks().into_values().flatten().step_by(8).map(|candle| candle.close).collect();
    let select = |(kind, value): &(&str, &str)| {
        format!("SELECT '{kind}' AS kind, toFloat64({value}) AS value FROM numbers")
    };
    let sql = format!(
        "INSERT INTO evidence SELECT kind, reinterpretAsUInt64(value), value FROM ( \
         WITH {{closes:Array(Float64)}} AS closes, numbers AS ( \
             SELECT number AS n, cityHash64(n) AS h FROM numbers({{first:UInt64}}, {{count:UInt64}}) \
         ) {})",
        KINDS.iter().map(select).collect::<Vec<_>>().join(" UNION ALL ")
    );
    Statement::from_audited_text(sql).bind("closes", closes)
}

fn open(folder: &Path) -> ChdbExecutor {
    ChdbExecutor::new(ChdbConfig::on_disk(folder))
}
