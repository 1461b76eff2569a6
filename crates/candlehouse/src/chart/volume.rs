//! The row of volumes.

use candle_repository::Candle;

use super::number::compact;
use super::options::Charset;

const UNICODE: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII: [char; 8] = ['.', ':', '-', '=', '+', '*', '%', '@'];

/// Volumes in one row of characters, relative to the largest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Volumes {
    largest: f64,
    levels: [char; 8],
}

impl Volumes {
    pub(super) fn of(candles: &[Candle], charset: Charset) -> Self {
        let largest = candles.iter().map(|candle| candle.volume).fold(0.0, f64::max);
        Self { largest, levels: charset.pick(UNICODE, ASCII) }
    }

    /// Nothing was traded: nothing is shown; the least trade shows.
    pub(super) fn glyph(&self, volume: f64) -> char {
        if volume <= 0.0 {
            return ' ';
        }
        let level = (volume / self.largest * self.levels.len() as f64).ceil() as usize;
        self.levels[level.clamp(1, self.levels.len()) - 1]
    }

    /// What the highest bar stands for.
    pub(super) fn label(&self) -> String {
        format!("vol {}", compact(self.largest))
    }
}
