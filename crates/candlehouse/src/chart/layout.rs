//! Which candles fit into a chart, and where they stand.

use candle_repository::Candle;

use super::error::{ChartError, Result};
use super::number::axis_labels;
use super::options::ChartOptions;
use super::scale::Scale;
use super::volume::Volumes;

/// Lines of the heading.
pub(super) const HEADING: usize = 2;
/// Lines of the time axis.
pub(super) const TIME_AXIS: usize = 2;

const FEWEST_COLUMNS: usize = 10;
/// With fewer there may be no two round prices to label.
const FEWEST_ROWS: usize = 6;
/// Candles are not spread wider than this.
const WIDEST_CANDLE: usize = 3;
/// The line of the price axis with a space on either side.
const AXIS: usize = 3;

/// Which candles are drawn, and where.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    /// The candles that fit, the last ones.
    pub(super) shown: &'a [Candle],
    /// Columns for candles.
    pub(super) columns: usize,
    /// Columns from one candle to the next.
    pub(super) pitch: usize,
    pub(super) scale: Scale,
    /// Labels of the price axis with the row they stand in, counted from the bottom.
    pub(super) prices: Vec<(usize, String)>,
    pub(super) volumes: Option<Volumes>,
}

impl<'a> Layout<'a> {
    /// Shows as many candles as the width allows.
    pub(super) fn fit(candles: &'a [Candle], options: &ChartOptions) -> Result<Self> {
        let fixed = HEADING + usize::from(options.volume) + TIME_AXIS;
        let rows = options.height.saturating_sub(fixed);
        if rows < FEWEST_ROWS {
            let smallest = fixed + FEWEST_ROWS;
            return Err(ChartError::TooLow { height: options.height, smallest });
        }
        for columns in (FEWEST_COLUMNS..=options.width).rev() {
            let layout = Self::in_columns(candles, columns, rows, options)?;
            if layout.width() <= options.width {
                return Ok(layout);
            }
        }
        let smallest = Self::in_columns(candles, FEWEST_COLUMNS, rows, options)?.width();
        Err(ChartError::TooNarrow { width: options.width, smallest })
    }

    fn in_columns(
        candles: &'a [Candle],
        available: usize,
        rows: usize,
        options: &ChartOptions,
    ) -> Result<Self> {
        let shown = &candles[candles.len().saturating_sub(available)..];
        let pitch = (available / shown.len()).min(WIDEST_CANDLE);
        let used = (shown.len() - 1) * pitch + 1;
        let scale = Scale::of(shown, rows)?;
        let ticks = scale.ticks();
        let rows_of_ticks = ticks.prices.iter().map(|price| scale.half_row(*price) / 2);
        Ok(Self {
            shown,
            columns: used.max(FEWEST_COLUMNS),
            pitch,
            scale,
            prices: rows_of_ticks.zip(axis_labels(&ticks)).collect(),
            volumes: options.volume.then(|| Volumes::of(shown, options.charset)),
        })
    }

    /// Columns in all.
    pub(super) fn width(&self) -> usize {
        let prices = self.prices.iter().map(|(_, label)| label.len());
        let volume = self.volumes.map(|volumes| volumes.label().len());
        self.columns + AXIS + prices.chain(volume).max().unwrap_or_default()
    }

    /// The column of the first candle; the last one stands beside the axis.
    pub(super) fn first_column(&self) -> usize {
        self.columns - ((self.shown.len() - 1) * self.pitch + 1)
    }
}
