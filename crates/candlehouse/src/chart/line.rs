//! A line of a chart, with or without colour.

/// A colour of the terminal's own palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    Green,
    Red,
}

impl Colour {
    pub(super) const fn of(rising: bool) -> Self {
        if rising { Self::Green } else { Self::Red }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Green => "\u{1b}[32m",
            Self::Red => "\u{1b}[31m",
        }
    }
}

/// A line of text whose colour changes no more often than it must.
#[derive(Debug)]
pub(super) struct Line {
    text: String,
    colour: Option<Colour>,
    coloured: bool,
}

impl Line {
    pub(super) const fn new(coloured: bool) -> Self {
        Self { text: String::new(), colour: None, coloured }
    }

    pub(super) fn push(&mut self, c: char, colour: Colour) {
        if self.coloured && c != ' ' && self.colour != Some(colour) {
            self.text.push_str(colour.code());
            self.colour = Some(colour);
        }
        self.text.push(c);
    }

    pub(super) fn blank(&mut self, columns: usize) {
        self.text.extend(std::iter::repeat_n(' ', columns));
    }

    /// The line with `plain` at its end, which has no colour.
    pub(super) fn end(mut self, plain: &str) -> String {
        if self.colour.is_some() {
            self.text.push_str("\u{1b}[0m");
        }
        self.text + plain
    }
}
