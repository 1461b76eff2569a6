//! Times of day without colons, such as 0930 and 093000: whether they can be read in one way.

/// Compares the times of day of a file that have a column of their own.
#[derive(Debug, Default)]
pub(crate) struct ClockDigits {
    first: Option<String>,
    /// The first that has another number of digits.
    other: Option<String>,
}

impl ClockDigits {
    /// Looks at one time of day. Zeros are midnight however many there are.
    pub(crate) fn look(&mut self, clock: &str) {
        let is_compact = clock.bytes().all(|byte| byte.is_ascii_digit());
        if !is_compact || clock.bytes().all(|byte| byte == b'0') {
            return;
        }
        match &self.first {
            None => self.first = Some(clock.to_owned()),
            Some(first) if first.len() != clock.len() && self.other.is_none() => {
                self.other = Some(clock.to_owned());
            }
            Some(_) => {}
        }
    }

    /// Adds what was seen in times of day that come later.
    pub(crate) fn append(&mut self, later: Self) {
        for clock in [later.first, later.other].into_iter().flatten() {
            self.look(&clock);
        }
    }

    /// # Errors
    /// Examples of times of day that can be hours and minutes, or also seconds.
    pub(crate) fn finish(self) -> Result<(), String> {
        match (self.first, self.other) {
            (Some(first), Some(other)) => Err(format!("{first} and {other}")),
            (Some(first), None) if !matches!(first.len(), 4 | 6) => Err(first),
            _ => Ok(()),
        }
    }
}
