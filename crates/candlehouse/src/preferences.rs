//! How the user wants things shown. Stated once, before anything is shown.

use std::env;
use std::sync::OnceLock;

/// When there is colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Preferences {
    pub(crate) color: Color,
    /// Neither notes nor progress.
    pub(crate) quiet: bool,
}

static STATED: OnceLock<Preferences> = OnceLock::new();

impl Preferences {
    /// What is stated first holds.
    pub(crate) fn state(self) {
        // A second statement changes nothing.
        let _ = STATED.set(self);
    }

    /// What was stated, or else the default.
    pub(crate) fn stated() -> Self {
        STATED.get().copied().unwrap_or_default()
    }
}

impl Color {
    /// Whether there is colour on an output that is a terminal or not (no-color.org).
    pub(crate) fn on(self, is_terminal: bool) -> bool {
        let unwanted = || env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        match self {
            Self::Auto => is_terminal && !unwanted(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}
