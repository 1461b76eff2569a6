//! The conformance suite over the embedded engine.

candlehouse_tests::conformance_suite!(candlehouse_tests::embedded::fresh);
