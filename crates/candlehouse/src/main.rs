//! The `candlehouse` command.

fn main() {}
