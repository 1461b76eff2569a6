//! Making the table.

use db_port::DbError;

use super::candle_repository::CandleRepository;
use crate::error::{Result, StoreContext};
use crate::price_codec::PriceCodec;
use crate::schema::create_table;

impl CandleRepository {
    /// Makes the table `candles` if it is not there, with [`PriceCodec::Alp`] where the database
    /// has that codec and lets this user choose it, and else with [`PriceCodec::Delta`]. A table
    /// that is there stays as it is.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database).
    ///
    /// # Cancel safety
    /// When the future is dropped, the table may or may not be there; the same call again is safe.
    pub async fn create_schema(&self) -> Result<()> {
        match self.db.execute(create_table(PriceCodec::Alp)).await {
            Err(error) if is_refused(&error) => self.create_schema_with(PriceCodec::Delta).await,
            outcome => outcome.while_doing(CREATING),
        }
    }

    /// As [`create_schema`](Self::create_schema), with the codec that is asked for. A table that
    /// is there keeps its own.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database), also when the database refuses the
    /// codec.
    ///
    /// # Cancel safety
    /// As for [`create_schema`](Self::create_schema).
    pub async fn create_schema_with(&self, codec: PriceCodec) -> Result<()> {
        self.db.execute(create_table(codec)).await.while_doing(CREATING)
    }
}

const CREATING: &str = "creating the table of candles";

/// Whether the codec or the setting that allows it was refused, and not the table.
fn is_refused(error: &DbError) -> bool {
    const BAD_ARGUMENTS: i32 = 36;
    const UNKNOWN_SETTING: i32 = 115;
    const READONLY: i32 = 164;
    const UNKNOWN_CODEC: i32 = 432;
    const SETTING_CONSTRAINT_VIOLATION: i32 = 452;
    matches!(
        error.code(),
        Some(
            BAD_ARGUMENTS
                | UNKNOWN_SETTING
                | READONLY
                | UNKNOWN_CODEC
                | SETTING_CONSTRAINT_VIOLATION
        )
    )
}
