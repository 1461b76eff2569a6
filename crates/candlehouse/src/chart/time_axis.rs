//! The axis under a chart.

use candle_repository::{Candle, Interval, Timestamp};

use super::layout::{Layout, TIME_AXIS};
use super::options::ChartOptions;
use crate::output::Precision;

/// Columns between two labels, at least.
const GAP: usize = 3;

/// A rule with marks, and the open times of the marked candles under them.
pub(super) fn lines(
    layout: &Layout<'_>,
    interval: Interval,
    options: &ChartOptions,
) -> [String; TIME_AXIS] {
    let charset = options.charset;
    let mut rule = vec![charset.pick('─', '-'); layout.columns];
    let mut labels = String::new();
    let style = Style::of(layout.shown, interval);
    let every = (style.columns() + GAP).div_ceil(layout.pitch);
    for (index, candle) in layout.shown.iter().enumerate().step_by(every) {
        let column = layout.first_column() + index * layout.pitch;
        let start = column.min(options.width - style.columns());
        let used = labels.len();
        if used > 0 && start < used + GAP {
            break;
        }
        labels.extend(std::iter::repeat_n(' ', start - used));
        labels += &style.show(candle.open_time);
        rule[column] = charset.pick('┬', '+');
    }
    rule.extend(charset.pick(['─', '┘'], ['-', '+']));
    [rule.into_iter().collect(), labels]
}

/// What the label of a candle says.
#[derive(Debug, Clone, Copy)]
enum Style {
    Month,
    Day,
    DayAndMinute,
    Minute,
    Second,
}

impl Style {
    fn of(shown: &[Candle], interval: Interval) -> Self {
        let times = || shown.iter().map(|candle| candle.open_time);
        let day = |time: Timestamp| Interval::DAY.open_of(time);
        match Precision::of(times()) {
            _ if interval == Interval::MONTH => Self::Month,
            Precision::Day => Self::Day,
            precision if times().map(day).is_sorted_by(PartialEq::eq) => match precision {
                Precision::Second | Precision::Millisecond => Self::Second,
                _ => Self::Minute,
            },
            _ => Self::DayAndMinute,
        }
    }

    const fn pattern(self) -> &'static str {
        match self {
            Self::Month => "%Y-%m",
            Self::Day => "%Y-%m-%d",
            Self::DayAndMinute => "%m-%d %H:%M",
            Self::Minute => "%H:%M",
            Self::Second => "%H:%M:%S",
        }
    }

    const fn columns(self) -> usize {
        match self {
            Self::Month => "2024-01".len(),
            Self::Day => "2024-01-02".len(),
            Self::DayAndMinute => "01-02 09:30".len(),
            Self::Minute => "09:30".len(),
            Self::Second => "09:30:15".len(),
        }
    }

    fn show(self, time: Timestamp) -> String {
        time.to_datetime().format(self.pattern()).to_string()
    }
}
