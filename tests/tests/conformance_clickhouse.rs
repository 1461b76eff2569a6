//! The conformance suite over a ClickHouse server.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

candlehouse_tests::conformance_suite!(candlehouse_tests::server::subject);
