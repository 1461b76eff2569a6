//! The command line of Candlehouse, as a library so that `main.rs` stays small.

mod import;
