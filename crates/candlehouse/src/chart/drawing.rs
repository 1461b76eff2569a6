//! A chart out of its parts.

use candle_repository::{Candle, SeriesKey};

use super::error::{ChartError, Result};
use super::glyph::Shape;
use super::heading::Heading;
use super::layout::Layout;
use super::line::{Colour, Line};
use super::options::ChartOptions;
use super::time_axis;

/// Draws candles, oldest first, one beside the other whatever the time between them. Where there
/// are more than fit, the last ones are drawn and the heading says so. Every line ends with `\n`.
///
/// # Errors
/// [`ChartError`] when there are no candles, when one is invalid, and when the chart is too small.
pub(crate) fn draw(
    series: &SeriesKey,
    candles: &[Candle],
    options: &ChartOptions,
) -> Result<String> {
    candles.iter().try_for_each(Candle::check)?;
    let (Some(last), total) = (candles.last(), candles.len()) else {
        return Err(ChartError::NoCandles);
    };
    let layout = Layout::fit(candles, options)?;
    let first = layout.shown.first().unwrap_or(last);
    let heading = Heading { series, first, last, shown: layout.shown.len(), total };
    let mut lines = Vec::with_capacity(options.height);
    lines.extend(heading.lines(options));
    lines.extend(prices(&layout, options));
    lines.extend(volumes(&layout, options));
    lines.extend(time_axis::lines(&layout, series.interval(), options));
    Ok(lines.iter().flat_map(|line| [line.trim_end(), "\n"]).collect())
}

fn prices(layout: &Layout<'_>, options: &ChartOptions) -> Vec<String> {
    let shapes: Vec<_> =
        layout.shown.iter().map(|candle| Shape::of(candle, &layout.scale)).collect();
    let row = |row| {
        let glyphs = shapes.iter().map(|shape| (shape.glyph(row, options.charset), shape.rising));
        let label = layout.prices.iter().find(|(at, _)| *at == row).map(|(_, label)| &**label);
        line(layout, options, glyphs, label)
    };
    (0..layout.scale.rows()).rev().map(row).collect()
}

fn volumes(layout: &Layout<'_>, options: &ChartOptions) -> Option<String> {
    let volumes = layout.volumes?;
    let glyphs = layout.shown.iter().map(|c| (volumes.glyph(c.volume), c.close >= c.open));
    Some(line(layout, options, glyphs, Some(&volumes.label())))
}

/// One character per candle with its direction, then the axis and what it says there.
fn line(
    layout: &Layout<'_>,
    options: &ChartOptions,
    glyphs: impl Iterator<Item = (char, bool)>,
    label: Option<&str>,
) -> String {
    let mut line = Line::new(options.colour);
    line.blank(layout.first_column());
    for (index, (glyph, rising)) in glyphs.enumerate() {
        if index > 0 {
            line.blank(layout.pitch - 1);
        }
        line.push(glyph, Colour::of(rising));
    }
    match label {
        Some(label) => line.end(&format!(" {} {label}", options.charset.pick('├', '+'))),
        None => line.end(options.charset.pick(" │", " |")),
    }
}
