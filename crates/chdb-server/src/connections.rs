//! The connections of this process's own clients, seen from outside the engine.
//!
//! The engine's end waits five seconds for connections that are open, also where nobody uses them,
//! as HTTP clients keep some. So they are told that no further request will come.

use std::fs;
use std::os::fd::RawFd;

use nix::sys::socket::{Shutdown, SockaddrStorage, getpeername, getsockname, shutdown};

/// The ports that this process listens on.
pub(crate) fn listening_ports() -> Vec<u16> {
    let not_connected = |fd: &RawFd| getpeername::<SockaddrStorage>(*fd).is_err();
    let ports = sockets().filter(not_connected).filter_map(local_port);
    ports.filter(|port| *port != 0).collect()
}

/// Ends reading from clients that came to one of these ports: a request under way is still answered,
/// and an idle connection closes.
pub(crate) fn shut_down_reading(ports: &[u16]) {
    let connected = |fd: &RawFd| getpeername::<SockaddrStorage>(*fd).is_ok();
    for fd in sockets().filter(connected) {
        if local_port(fd).is_some_and(|port| ports.contains(&port)) {
            // It may have been closed just now.
            shutdown(fd, Shutdown::Read).unwrap_or_default();
        }
    }
}

fn sockets() -> impl Iterator<Item = RawFd> {
    let open = fs::read_dir("/dev/fd").into_iter().flatten().flatten();
    open.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// None for what is no socket of the internet protocols.
fn local_port(fd: RawFd) -> Option<u16> {
    let address = getsockname::<SockaddrStorage>(fd).ok()?;
    let v4 = address.as_sockaddr_in().map(|address| address.port());
    v4.or_else(|| address.as_sockaddr_in6().map(|address| address.port()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn only_clients_of_the_port_are_shut_down_and_still_answered() {
        let [ours, other] = [(), ()].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let port = ours.local_addr().unwrap().port();
        assert!(listening_ports().contains(&port));
        let connect = |listener: &TcpListener| {
            let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            (client, listener.accept().unwrap().0)
        };
        let ((mut client, mut server), (mut elsewhere, mut kept)) =
            (connect(&ours), connect(&other));
        shut_down_reading(&[port]);
        assert_eq!(server.read(&mut [0]).unwrap(), 0);
        server.write_all(b"answer").unwrap();
        client.read_exact(&mut [0; 6]).unwrap();
        elsewhere.write_all(b"x").unwrap();
        kept.read_exact(&mut [0]).unwrap();
    }
}
