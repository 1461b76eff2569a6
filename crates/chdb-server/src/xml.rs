//! Markup from text.

use quick_xml::escape::escape;

/// An element around what is markup already.
pub(crate) fn element(name: &str, body: &str) -> String {
    format!("<{name}>{body}</{name}>\n")
}

/// An element around text.
pub(crate) fn value(name: &str, text: impl ToString) -> String {
    element(name, &escape(text.to_string()))
}
