//! The command line of Candlehouse, as a library so that `main.rs` stays small.

mod chart;
mod export;
mod import;
mod output;
mod progress;
