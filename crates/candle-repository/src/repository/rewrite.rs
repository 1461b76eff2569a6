//! Which codec the table has, and rewriting it with another one.

use arrow_array::{RecordBatch, StringArray, UInt64Array};
use db_port::{QueryExecutorExt, Statement, column};

use super::candle_repository::CandleRepository;
use super::experimental::execute_with_alp;
use crate::error::{Result, StoreContext};
use crate::price_codec::PriceCodec;
use crate::schema::{TO_BE_REWRITTEN, modify_codec};

const DESCRIBE: &str = "DESCRIBE TABLE candles";

/// A mutation of the engine, which is kept with the table and goes from part to part.
const REWRITE: &str = "ALTER TABLE candles REWRITE PARTS";

const FORGET: &str = "ALTER TABLE candles COMMENT COLUMN volume ''";

const LEFT: &str = "\
WITH rewrites AS (
    SELECT parts_to_do_names, latest_fail_reason FROM system.mutations
    WHERE database = currentDatabase() AND table = 'candles' AND NOT is_done
        AND command LIKE '%REWRITE PARTS%'
)
SELECT (SELECT count() FROM rewrites) AS rewrites,
    (SELECT max(latest_fail_reason) FROM rewrites) AS failure,
    count() AS parts, sum(bytes_on_disk) AS bytes
FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'candles'
    AND name IN (SELECT arrayJoin(parts_to_do_names) FROM rewrites)";

/// What the database has still to rewrite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewriteLeft {
    /// Parts of the table that have to be rewritten.
    pub parts: u64,
    /// What these take up on disk, in bytes.
    pub bytes: u64,
    /// Why the last try failed, if it did; the database tries again.
    pub failure: Option<String>,
}

impl CandleRepository {
    /// How the table compresses what is stored from now on; `None` if it is none of ours.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn price_codec(&self) -> Result<Option<PriceCodec>> {
        Ok(self.describe().await?.codec())
    }

    /// Has the table compress prices and volumes with `codec`, and what is stored rewritten. The
    /// database does that in the background, part by part, also after a restart, and everything can
    /// be read and written meanwhile: [`rewrite_left`](Self::rewrite_left) says how far it is. What
    /// was begun is not begun again, and a table that has the codec stays as it is.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database), also when the database refuses the
    /// codec.
    ///
    /// # Cancel safety
    /// When the future is dropped, the rewriting may or may not have begun; the same call again is
    /// safe and begins what has not.
    pub async fn begin_rewrite(&self, codec: PriceCodec) -> Result<()> {
        let table = self.describe().await?;
        let rewrite = async {
            if table.codec() != Some(codec) {
                let modify = modify_codec(codec);
                match codec {
                    PriceCodec::Alp => execute_with_alp(&*self.db, &modify).await?,
                    PriceCodec::Delta => self.db.execute(modify).await?,
                }
            } else if table.comment != TO_BE_REWRITTEN {
                return Ok(());
            }
            let rewrite = Statement::new(REWRITE).with_setting("mutations_sync", 0);
            self.db.execute(rewrite.idempotent()).await?;
            self.db.execute(Statement::new(FORGET).idempotent()).await
        };
        rewrite.await.while_doing("changing the codec of candles")
    }

    /// What the database has still to rewrite; `None` when nothing is under way.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// Dropping the future ends the query; nothing is changed.
    pub async fn rewrite_left(&self) -> Result<Option<RewriteLeft>> {
        let ask = async {
            let row = self.db.query_one(Statement::new(LEFT).idempotent()).await?;
            let value = |name| Ok(column::<UInt64Array>(&row, name)?.value(0));
            let failure = column::<StringArray>(&row, "failure")?.value(0);
            let failure = (!failure.is_empty()).then(|| failure.to_owned());
            let left = RewriteLeft { parts: value("parts")?, bytes: value("bytes")?, failure };
            Ok((value("rewrites")? > 0).then_some(left))
        };
        ask.await.while_doing("asking what is left to rewrite")
    }

    async fn describe(&self) -> Result<Table> {
        let table = self.db.query_all(Statement::new(DESCRIBE).idempotent()).await;
        table.and_then(|table| Table::read(&table)).while_doing("reading the codecs of candles")
    }
}

/// What the table says of prices and volumes.
struct Table {
    codecs: Vec<(String, String)>,
    comment: String,
}

impl Table {
    fn read(rows: &RecordBatch) -> db_port::Result<Self> {
        let text = |name| column::<StringArray>(rows, name);
        let (names, codecs) = (text("name")?, text("codec_expression")?);
        let comments = text("comment")?;
        let mut table = Self { codecs: Vec::new(), comment: String::new() };
        for row in 0..rows.num_rows() {
            match names.value(row) {
                "open" | "high" | "low" | "close" | "volume" => {
                    table.codecs.push((names.value(row).to_owned(), codecs.value(row).to_owned()));
                    table.comment.push_str(comments.value(row));
                }
                _ => {}
            }
        }
        Ok(table)
    }

    fn codec(&self) -> Option<PriceCodec> {
        PriceCodec::ALL
            .into_iter()
            .find(|codec| self.codecs.iter().all(|(column, stored)| *stored == codec.of(column)))
    }
}
