//! What settings and stores are called.

pub(crate) const DB: &str = "db";
pub(crate) const LOG: &str = "log";
pub(crate) const COLOR: &str = "color";
pub(crate) const QUIET: &str = "quiet";
pub(crate) const STORES: &str = "stores";

/// Whether a store can have the name: it cannot be taken for a URL.
pub(crate) fn is_name(text: &str) -> bool {
    let is_good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !text.is_empty() && text.chars().all(is_good)
}
