//! The conformance suite over the embedded engine.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

candlehouse_tests::conformance_suite!(candlehouse_tests::embedded::subject);
