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
    pub(crate) readers: Readers,
}

/// Who reads a column: what people read as one text, `2 from Monday to Tuesday`, is several values
/// for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    All,
    /// Only tables show it.
    People,
    /// Only JSON and CSV have it.
    Programs,
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
    const fn of(kind: Kind, name: &'static str, title: &'static str) -> Self {
        Self { name, title, kind, readers: Readers::All }
    }

    /// A column of text.
    pub(crate) const fn text(name: &'static str, title: &'static str) -> Self {
        Self::of(Kind::Text, name, title)
    }

    /// A column of moments; say in the title that they are UTC.
    pub(crate) const fn time(name: &'static str, title: &'static str) -> Self {
        Self::of(Kind::Time, name, title)
    }

    /// A column of numbers that are read digit by digit, such as prices.
    pub(crate) const fn number(name: &'static str, title: &'static str) -> Self {
        Self::of(Kind::Number, name, title)
    }

    /// A column of amounts, such as volumes and counts.
    pub(crate) const fn quantity(name: &'static str, title: &'static str) -> Self {
        Self::of(Kind::Quantity, name, title)
    }

    /// The same, in tables only.
    pub(crate) const fn for_people(self) -> Self {
        Self { readers: Readers::People, ..self }
    }

    /// The same, in JSON and CSV only.
    pub(crate) const fn for_programs(self) -> Self {
        Self { readers: Readers::Programs, ..self }
    }

    pub(super) fn is_for_people(&self) -> bool {
        self.readers != Readers::Programs
    }

    pub(super) fn is_for_programs(&self) -> bool {
        self.readers != Readers::People
    }
}
