//! How a process ends.
