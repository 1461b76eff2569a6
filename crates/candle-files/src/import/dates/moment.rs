//! A moment as a cell of a file tells it.

use crate::import::timezone::{Shown, Timezone};

/// A moment as the file shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Milliseconds since 1970 on the clock of the file.
    pub(crate) local: i64,
    /// How far that clock is ahead of UTC in milliseconds, if the file says so.
    pub(crate) offset: Option<i32>,
    /// The clock, if the file names it.
    pub(crate) zone: Option<Timezone>,
    /// Whether it is a date without a time of day.
    pub(crate) is_date: bool,
}

/// How well the clock of a file tells a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// The file does not say whose clock it is, and nobody else does: UTC.
    Unsaid,
    /// It is a moment in UTC, and nobody says whose day it is.
    Utc,
    /// The clock is known.
    Said,
    /// The clock shows this time twice, and this is the first.
    Twice(Again),
    /// The clock never shows this time.
    Never,
}

/// How much later a clock that was set back shows the same time again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    HalfHour,
    Hour,
    TwoHours,
    /// By another time than clocks are set back today.
    Otherwise,
}

impl Again {
    const fn of(seconds: i32) -> Self {
        match seconds {
            1800 => Self::HalfHour,
            3600 => Self::Hour,
            7200 => Self::TwoHours,
            _ => Self::Otherwise,
        }
    }

    /// The time in milliseconds, if it is one of those.
    pub(crate) const fn millis(self) -> Option<i64> {
        match self {
            Self::HalfHour => Some(1_800_000),
            Self::Hour => Some(3_600_000),
            Self::TwoHours => Some(7_200_000),
            Self::Otherwise => None,
        }
    }
}

/// A moment that is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settled {
    /// Milliseconds since 1970 in UTC.
    pub(crate) utc: i64,
    /// How many seconds its clock is ahead of UTC.
    pub(crate) ahead: i32,
    pub(crate) clock: Clock,
}

impl Moment {
    /// A moment that was counted.
    pub(crate) const fn counted(millis: i64) -> Self {
        Self { local: millis, offset: Some(0), zone: None, is_date: false }
    }

    /// Milliseconds since 1970 in UTC, which is assumed where no offset is written.
    #[cfg(test)]
    pub(crate) fn utc(self) -> i64 {
        self.local - i64::from(self.offset.unwrap_or(0))
    }

    /// The moment, where `timezone` is the clock of those that name none. A moment that is written in
    /// UTC keeps it, and is shown on that clock.
    pub(crate) fn settle(self, timezone: Option<Timezone>) -> Settled {
        let said = |utc, ahead| Settled { utc, ahead, clock: Clock::Said };
        let local = self.local;
        match (self.offset, self.zone.or(timezone)) {
            (Some(0), Some(zone)) => said(local, zone.ahead_at(local).unwrap_or(0)),
            (Some(0), None) => Settled { clock: Clock::Utc, ..said(local, 0) },
            (Some(offset), _) => said(local - i64::from(offset), offset / 1000),
            (None, None) => Settled { clock: Clock::Unsaid, ..said(local, 0) },
            (None, Some(zone)) => {
                let at = |ahead: i32| said(local - i64::from(ahead) * 1000, ahead);
                match zone.shown(local) {
                    Some(Shown::Once(ahead)) => at(ahead),
                    Some(Shown::Twice(before, after)) => {
                        let again = Again::of(before - after);
                        Settled { clock: Clock::Twice(again), ..at(before) }
                    }
                    Some(Shown::Never(before)) => Settled { clock: Clock::Never, ..at(before) },
                    None => said(local, 0),
                }
            }
        }
    }
}
