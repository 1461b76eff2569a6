//! What to say of work that did not come to its end.

use crate::error::note;

/// Says how things stand when it is dropped before the work is done: then something failed, or the
/// user asked to end.
pub(crate) struct Unfinished(Option<String>);

impl Unfinished {
    /// Says nothing if there is nothing to say.
    pub(crate) const fn or_else(says: Option<String>) -> Self {
        Self(says)
    }

    pub(crate) fn done(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(says) = &self.0 {
            note(says);
        }
    }
}
