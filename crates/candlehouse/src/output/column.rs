//! The columns of a report.

/// A column of a [`Report`](super::Report).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    /// The name programs use, in `snake_case`: the key in JSON, the header in CSV.
    pub(crate) name: &'static str,
    /// The heading people read.
    pub(crate) title: &'static str,
    /// How a table shows the values.
    pub(crate) kind: Kind,
}

/// How a table shows the values of a column; JSON and CSV do not care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// At the left, and the only kind that may wrap on a narrow terminal.
    Text,
    /// At the left, every value with the same precision.
    Time,
    /// At the right: a price, a ratio.
    Number,
    /// At the right with thousands separators: a volume, a count.
    Quantity,
}

impl Column {
    /// A column of text.
    pub(crate) const fn text(name: &'static str, title: &'static str) -> Self {
        Self { name, title, kind: Kind::Text }
    }

    /// A column of moments; say in the title that they are UTC.
    pub(crate) const fn time(name: &'static str, title: &'static str) -> Self {
        Self { name, title, kind: Kind::Time }
    }

    /// A column of numbers that are read digit by digit, such as prices.
    pub(crate) const fn number(name: &'static str, title: &'static str) -> Self {
        Self { name, title, kind: Kind::Number }
    }

    /// A column of amounts, such as volumes and counts.
    pub(crate) const fn quantity(name: &'static str, title: &'static str) -> Self {
        Self { name, title, kind: Kind::Quantity }
    }
}
