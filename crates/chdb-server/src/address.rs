//! Where a server is reached.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where this machine reaches what listens on `address`: an unspecified address, which listens
/// everywhere, is reached by loopback.
///
/// ```
/// let everywhere = "0.0.0.0:8123".parse().unwrap();
/// assert_eq!(chdb_server::reachable(everywhere).to_string(), "127.0.0.1:8123");
/// ```
#[must_use]
pub fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
