//! Fakes of the port.
