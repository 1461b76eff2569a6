//! Ports for servers that have to know them before they start.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;

/// Below the ports that the system gives to connections, so that none of them takes one first.
const PORTS: Range<u16> = 20_000..32_000;

/// So many ports of the loopback interface that are free now.
///
/// # Panics
/// If the system does not know its own ports.
#[must_use]
pub fn free(count: usize) -> Vec<SocketAddr> {
    // All are held until there are enough, so that none is there twice.
    let mut held = Vec::new();
    while held.len() < count {
        held.extend(TcpListener::bind((Ipv4Addr::LOCALHOST, fastrand::u16(PORTS))));
    }
    held.iter().map(|listener| listener.local_addr().unwrap()).collect()
}
