//! How a chart is drawn.

/// How to draw a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChartOptions {
    /// The most columns it may take, axis included.
    pub(crate) width: usize,
    /// The rows it takes, heading and axes included.
    pub(crate) height: usize,
    /// The characters it is made of.
    pub(crate) charset: Charset,
    /// Whether rising candles are green and falling ones red.
    pub(crate) colour: bool,
    /// Whether a row of volumes stands under the prices.
    pub(crate) volume: bool,
}

impl Default for ChartOptions {
    /// The classic terminal, 80 by 24, without colour.
    fn default() -> Self {
        Self { width: 80, height: 24, charset: Charset::Unicode, colour: false, volume: true }
    }
}

/// The characters a chart is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Charset {
    /// Lines and blocks
    #[default]
    Unicode,
    /// Plain characters that every terminal and mail has
    Ascii,
}

impl Charset {
    /// `unicode` or its stand-in, as the character set has it.
    pub(super) const fn pick<T: Copy>(self, unicode: T, ascii: T) -> T {
        match self {
            Self::Unicode => unicode,
            Self::Ascii => ascii,
        }
    }
}
