//! The character that shows a part of a candle.

use candle_repository::Candle;

use super::options::Charset;
use super::scale::Scale;

/// What one half of a row shows of a candle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Nothing,
    Wick,
    Body,
}

/// A candle on its scale, in half rows from the bottom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    wick: (usize, usize),
    body: (usize, usize),
    pub(super) rising: bool,
}

impl Shape {
    /// A candle that closes where it opened counts as rising.
    pub(super) fn of(candle: &Candle, scale: &Scale) -> Self {
        let (open, close) = (scale.half_row(candle.open), scale.half_row(candle.close));
        Self {
            wick: (scale.half_row(candle.low), scale.half_row(candle.high)),
            body: (open.min(close), open.max(close)),
            rising: candle.close >= candle.open,
        }
    }

    /// The character in `row`, counted from the bottom.
    pub(super) fn glyph(&self, row: usize, charset: Charset) -> char {
        let (upper, lower) = (self.half(row * 2 + 1), self.half(row * 2));
        match charset {
            Charset::Unicode => self.unicode(upper, lower),
            Charset::Ascii => self.ascii(upper, lower),
        }
    }

    fn half(&self, half: usize) -> Half {
        let inside = |(low, high): (usize, usize)| (low..=high).contains(&half);
        if inside(self.body) {
            Half::Body
        } else if inside(self.wick) {
            Half::Wick
        } else {
            Half::Nothing
        }
    }

    const fn unicode(&self, upper: Half, lower: Half) -> char {
        use Half::{Body, Nothing, Wick};
        match (upper, lower, self.rising) {
            (Nothing, Nothing, _) => ' ',
            (Nothing, Wick, _) => '╷',
            (Wick, Nothing, _) => '╵',
            (Wick, Wick, _) => '│',
            (Wick, Body, _) => '╽',
            (Body, Wick, _) => '╿',
            (Nothing, Body, true) => '╻',
            (Body, Nothing, true) => '╹',
            (Body, Body, true) => '┃',
            (Nothing, Body, false) => '▄',
            (Body, Nothing, false) => '▀',
            (Body, Body, false) => '█',
        }
    }

    const fn ascii(&self, upper: Half, lower: Half) -> char {
        match (upper, lower) {
            (Half::Body, _) | (_, Half::Body) => {
                if self.rising {
                    'O'
                } else {
                    '#'
                }
            }
            (Half::Wick, _) | (_, Half::Wick) => '|',
            (Half::Nothing, Half::Nothing) => ' ',
        }
    }
}
