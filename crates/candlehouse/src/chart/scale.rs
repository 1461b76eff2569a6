//! Which row a price lies in, and which prices are labelled.

use candle_repository::Candle;

use super::error::{ChartError, Result};

/// Prices that differ by less than this share of themselves are drawn as equal.
const RESOLUTION: f64 = 1e-12;
/// A difference below this has no power of ten to be divided by.
const SMALLEST: f64 = 1e-300;

/// Where prices lie on rows that have two halves each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    rows: usize,
}

impl Scale {
    /// The scale on which `candles` fill `rows`; equal prices come to lie in the middle.
    pub(super) fn of(candles: &[Candle], rows: usize) -> Result<Self> {
        let low = candles.iter().map(|candle| candle.low).fold(f64::INFINITY, f64::min);
        let high = candles.iter().map(|candle| candle.high).fold(f64::NEG_INFINITY, f64::max);
        let largest = low.abs().max(high.abs());
        let scale = if high - low > (largest * RESOLUTION).max(SMALLEST) {
            Self { low, high, rows }
        } else {
            let margin = if largest * 0.05 > SMALLEST { largest * 0.05 } else { 1.0 };
            Self { low: low - margin, high: high + margin, rows }
        };
        if (scale.high - scale.low).is_finite() {
            return Ok(scale);
        }
        Err(ChartError::TooFarApart { low, high })
    }

    pub(super) const fn rows(&self) -> usize {
        self.rows
    }

    /// The half row of `price`, counted from the bottom.
    pub(super) fn half_row(&self, price: f64) -> usize {
        let top = self.rows * 2 - 1;
        let share = (price - self.low) / (self.high - self.low);
        (share.clamp(0.0, 1.0) * top as f64).round() as usize
    }

    /// Round prices for the axis, lowest first: a few rows apart, and at least two on six rows or
    /// more.
    pub(super) fn ticks(&self) -> Ticks {
        let per_row = (self.high - self.low) / (self.rows as f64 - 0.5);
        let ticks = |rows_apart: f64| self.ticks_of(Step::at_least(rows_apart * per_row));
        [3.0, 2.0].map(ticks).into_iter().find(|t| t.prices.len() > 1).unwrap_or_else(|| ticks(1.0))
    }

    fn ticks_of(&self, step: Step) -> Ticks {
        let first = (step.of(self.low) - 1e-9).ceil() as i64;
        let last = (step.of(self.high) + 1e-9).floor() as i64;
        Ticks { prices: (first..=last).map(|count| step.times(count)).collect(), step }
    }
}

/// Round prices, all multiples of one step.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ticks {
    pub(super) prices: Vec<f64>,
    pub(super) step: Step,
}

/// A round number: 1, 2 or 5 times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    mantissa: i64,
    pub(super) exponent: i32,
}

impl Step {
    fn at_least(size: f64) -> Self {
        let exponent = size.log10().floor() as i32;
        [1, 2, 5]
            .map(|mantissa| Self { mantissa, exponent })
            .into_iter()
            .find(|step| step.times(1) >= size * (1.0 - 1e-9))
            .unwrap_or(Self { mantissa: 1, exponent: exponent + 1 })
    }

    fn times(self, count: i64) -> f64 {
        let units = (count * self.mantissa) as f64;
        if self.exponent < 0 {
            units / 10_f64.powi(-self.exponent)
        } else {
            units * 10_f64.powi(self.exponent)
        }
    }

    fn of(self, price: f64) -> f64 {
        price / self.times(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scale(low: f64, high: f64, rows: usize) -> Scale {
        let open_time = "2024-01-02".parse().unwrap();
        let candle = Candle { open_time, open: low, high, low, close: high, volume: 0.0 };
        Scale::of(&[candle], rows).unwrap()
    }

    #[test]
    fn ticks_are_round_numbers_inside_the_prices() {
        for (low, high, prices) in [
            (0.0, 100.0, vec![0.0, 50.0, 100.0]),
            (429.3, 431.2, vec![430.0, 431.0]),
            (-40.3, 3.7, vec![-40.0, -20.0, 0.0]),
            (1.1e-8, 1.9e-8, vec![1.2e-8, 1.4e-8, 1.6e-8, 1.8e-8]),
            (1e12, 1.3e12, vec![1e12, 1.2e12]),
        ] {
            let ticks = scale(low, high, 10).ticks().prices;
            assert!(prices.iter().all(|price| ticks.contains(price)), "{low} {high}: {ticks:?}");
        }
    }

    proptest! {
        #[test]
        fn every_scale_has_a_few_labels_and_keeps_the_order_of_prices(
            low in -1e9..1e9_f64,
            size in 0.0..1e9_f64,
            rows in 6_usize..60,
        ) {
            let scale = scale(low, low + size, rows);
            prop_assert!(scale.half_row(low) <= scale.half_row(low + size));
            prop_assert!(scale.half_row(low + size) < rows * 2);
            let ticks = scale.ticks().prices;
            prop_assert!((2..=rows).contains(&ticks.len()), "{:?}", ticks);
            let labelled: std::collections::BTreeSet<_> =
                ticks.iter().map(|price| scale.half_row(*price) / 2).collect();
            prop_assert_eq!(labelled.len(), ticks.len(), "one label per row");
        }
    }
}
