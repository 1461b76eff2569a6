//! A moment as a cell of a file tells it.

/// A moment as the file shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Milliseconds since 1970 on the clock of the file.
    pub(crate) local: i64,
    /// How far that clock is ahead of UTC in milliseconds, if the file says so.
    pub(crate) offset: Option<i32>,
}

impl Moment {
    /// Milliseconds since 1970 in UTC, which is assumed where no offset is written.
    pub(crate) fn utc(self) -> i64 {
        self.local - i64::from(self.offset.unwrap_or(0))
    }

    /// The offset in minutes, of which it is a multiple.
    pub(crate) fn offset_minutes(self) -> Option<i16> {
        self.offset.and_then(|millis| i16::try_from(millis / 60_000).ok())
    }
}
