//! The columns of a batch as candles.

use arrow_array::{Float64Array, RecordBatch, TimestampMillisecondArray};
use db_port::{Result, column};
use market_model::{Candle, CandleSeries, Timestamp};

/// The columns of a candle, by row.
pub(super) struct Candles<'a> {
    times: &'a [i64],
    floats: [&'a [f64]; CandleSeries::PRICES_AND_VOLUME.len()],
}

impl<'a> Candles<'a> {
    pub(super) fn of(rows: &'a RecordBatch) -> Result<Self> {
        let times = column::<TimestampMillisecondArray>(rows, "open_time")?.values();
        let [open, high, low, close, volume] = CandleSeries::PRICES_AND_VOLUME
            .map(|name| column::<Float64Array>(rows, name).map(|floats| floats.values().as_ref()));
        Ok(Self { times, floats: [open?, high?, low?, close?, volume?] })
    }

    /// The open times in milliseconds.
    pub(super) const fn times(&self) -> &'a [i64] {
        self.times
    }

    pub(super) fn get(&self, row: usize) -> Candle {
        let [open, high, low, close, volume] = self.floats.map(|floats| floats[row]);
        let open_time = Timestamp::from_millis_unchecked(self.times[row]);
        Candle { open_time, open, high, low, close, volume }
    }
}
