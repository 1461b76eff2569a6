//! One OHLCV bar and what must hold for it.

use crate::digits::Digits;
use crate::error::{ModelError, Result};
use crate::interval::Interval;
use crate::timestamp::Timestamp;
use crate::violation::Violation;

/// One OHLCV bar: the prices and the volume of `[open_time, open_time + interval)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candle {
    /// When the candle opens; together with the series this is its identity.
    pub open_time: Timestamp,
    /// First price, in units of the quote currency.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Amount traded, in units of the base: shares, coins, contracts.
    pub volume: f64,
}

impl Candle {
    /// Checks that the candle can exist: finite numbers, `low <= open, close <= high`, no negative
    /// volume. Prices may be negative, as those of futures have been.
    ///
    /// # Errors
    /// [`ModelError::InvalidCandle`] with the first [`Violation`].
    pub fn check(&self) -> Result<()> {
        self.unless(self.violation())
    }

    /// As [`Candle::check`], and that the open time lies on the grid of `interval`.
    ///
    /// # Errors
    /// [`ModelError::InvalidCandle`] with the first [`Violation`].
    pub fn check_for(&self, interval: Interval) -> Result<()> {
        self.unless(self.violation_for(interval))
    }

    fn unless(&self, violation: Option<Violation>) -> Result<()> {
        match violation {
            None => Ok(()),
            Some(violation) => {
                Err(ModelError::InvalidCandle { open_time: self.open_time, violation })
            }
        }
    }

    /// Whether nothing is wrong with the numbers. Between finite numbers others are finite as well,
    /// and what is not a number is not between any.
    fn is_sound(&self) -> bool {
        let Self { open, high, low, close, volume, .. } = *self;
        let has_range = low.is_finite() && high.is_finite();
        let is_within = |price: f64| low <= price && price <= high;
        has_range && is_within(open) && is_within(close) && volume >= 0.0 && volume.is_finite()
    }

    /// The first thing that is wrong with the numbers, if any.
    #[must_use]
    pub fn violation(&self) -> Option<Violation> {
        let violation = |field, reason| Some(Violation { field, reason });
        let Self { open, high, low, close, volume, .. } = *self;
        if self.is_sound() {
            return None;
        }
        for (field, value) in
            [("open", open), ("high", high), ("low", low), ("close", close), ("volume", volume)]
        {
            if !value.is_finite() {
                return violation(field, format!("{value} is not a finite number"));
            }
        }
        if high < low {
            return violation(
                "high",
                format!("high {} is below low {}", Digits(high), Digits(low)),
            );
        }
        for (field, price) in [("open", open), ("close", close)] {
            if price < low || price > high {
                let [price, low, high] = [price, low, high].map(Digits);
                return violation(field, format!("{field} {price} is outside [{low}, {high}]"));
            }
        }
        if volume < 0.0 {
            return violation("volume", format!("volume {} is negative", Digits(volume)));
        }
        None
    }

    /// The first thing that is wrong with the numbers, or with the open time of a candle of
    /// `interval`, if any.
    #[must_use]
    pub fn violation_for(&self, interval: Interval) -> Option<Violation> {
        self.violation().or_else(|| {
            let expected = interval.open_of(self.open_time);
            (expected != self.open_time).then(|| {
                let reason = format!(
                    "it does not lie on the grid of {interval}; that candle opens at {expected}"
                );
                Violation::new("open_time", reason)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candle() -> Candle {
        let open_time = "2024-01-02".parse().unwrap();
        Candle { open_time, open: 2.0, high: 3.0, low: 1.0, close: 2.5, volume: 0.0 }
    }

    #[test]
    fn a_sound_candle_passes_and_prices_may_be_negative() {
        candle().check_for(Interval::DAY).unwrap();
        let oil = Candle { open: -37.0, high: -10.0, low: -40.3, close: -37.6, ..candle() };
        oil.check().unwrap();
    }

    #[test]
    fn a_candle_is_sound_where_no_violation_is_found() {
        const VALUES: [f64; 6] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -0.0, 1.0];
        for number in 0..VALUES.len().pow(5) {
            let value = |place: u32| VALUES[number / VALUES.len().pow(place) % VALUES.len()];
            let [open, high, low, close, volume] = [0, 1, 2, 3, 4].map(value);
            let is_sound = [open, high, low, close, volume].iter().all(|value| value.is_finite())
                && low <= open.min(close)
                && open.max(close) <= high
                && volume >= 0.0;
            let candle = Candle { open, high, low, close, volume, ..candle() };
            assert_eq!(candle.violation().is_none(), is_sound, "{candle:?}");
        }
    }

    #[test]
    fn each_violation_names_its_field() {
        for (candle, field) in [
            (Candle { open: f64::NAN, ..candle() }, "open"),
            (Candle { high: f64::INFINITY, ..candle() }, "high"),
            (Candle { high: 0.5, ..candle() }, "high"),
            (Candle { open: 3.5, ..candle() }, "open"),
            (Candle { close: 0.5, ..candle() }, "close"),
            (Candle { volume: -1.0, ..candle() }, "volume"),
        ] {
            let violation = candle.violation().unwrap();
            assert_eq!(violation.field, field);
            let open_time = candle.open_time;
            assert_eq!(candle.check(), Err(ModelError::InvalidCandle { open_time, violation }));
        }
    }

    #[test]
    fn an_open_time_off_the_grid_says_where_the_grid_is() {
        let candle = Candle { open_time: "2024-01-02T09:30".parse().unwrap(), ..candle() };
        let error = candle.check_for(Interval::DAY).unwrap_err().to_string();
        assert!(error.contains("grid of 1d") && error.contains("2024-01-02"), "{error}");
    }
}
