//! The cause below an error, which copies of the error share.

use std::error::Error;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// An error of any type, as the crates below hand it over.
pub type BoxError = Box<dyn Error + Send + Sync + 'static>;

/// The cause below a [`DbError`](crate::DbError), whatever its type. Copies share it.
///
/// Anything that becomes a [`BoxError`] becomes a cause with `into()`.
#[derive(Clone)]
pub struct Cause(Arc<dyn Error + Send + Sync + 'static>);

impl<E: Into<BoxError>> From<E> for Cause {
    fn from(error: E) -> Self {
        Self(error.into().into())
    }
}

impl Deref for Cause {
    type Target = dyn Error + Send + Sync + 'static;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_shown_as_the_error_that_it_is() {
        let error = "text".parse::<u8>().unwrap_err();
        let cause = Cause::from(error.clone());
        assert_eq!(cause.to_string(), error.to_string());
        assert_eq!(format!("{cause:?}"), format!("{error:?}"));
    }
}
