//! Making the table.

use super::candle_repository::CandleRepository;
use super::experimental::{execute_with_alp, is_refused};
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
        match execute_with_alp(&*self.db, &create_table(PriceCodec::Alp)).await {
            Err(error) if is_refused(&error) => self.create_schema_with(PriceCodec::Delta).await,
            outcome => outcome.while_doing(CREATING),
        }
    }

    /// As [`create_schema`](Self::create_schema), with the codec that is asked for and no other. A
    /// table that is there keeps its own.
    ///
    /// # Errors
    /// [`CandleError::Database`](crate::CandleError::Database), also when the database refuses the
    /// codec.
    ///
    /// # Cancel safety
    /// As for [`create_schema`](Self::create_schema).
    pub async fn create_schema_with(&self, codec: PriceCodec) -> Result<()> {
        let create = create_table(codec);
        match codec {
            PriceCodec::Alp => execute_with_alp(&*self.db, &create).await,
            PriceCodec::Delta => self.db.execute(create).await,
        }
        .while_doing(CREATING)
    }
}

const CREATING: &str = "creating the table of candles";
