//! A client that breaks its connection off harms nobody else.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use chdb_server::ServerConfig;

use crate::client::{client, execute, start, text};

/// Sends the beginning of an insert and resets the connection, which a plain close would not do.
fn reset_after(address: SocketAddr, sent: usize) {
    const HEAD: &str = "POST /?query=INSERT+INTO+t+FORMAT+TSV HTTP/1.1\r\nHost: localhost\r\n\
                        X-ClickHouse-User: u\r\nContent-Length: 1000\r\n\r\n";
    let mut request = HEAD.as_bytes().to_vec();
    request.resize(HEAD.len() + 1000, b'1');
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(&request[..sent]).unwrap();
    // Or nothing of it has arrived when the connection is reset.
    std::thread::sleep(Duration::from_millis(5));
    let now = nix::sys::socket::sockopt::Linger;
    let at_once = nix::libc::linger { l_onoff: 1, l_linger: 0 };
    nix::sys::socket::setsockopt(&stream, now, &at_once).unwrap();
}

#[tokio::test]
async fn a_connection_that_is_reset_anywhere_ends_alone() {
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let user = chdb_server::User::without_password("u");
    let server = start(ServerConfig::temporary().with_tcp(any).with_user(user));
    let db = client(&server.url());
    execute(&db, "CREATE TABLE t (n String) ENGINE = MergeTree ORDER BY n").await;
    for sent in (0..1100).step_by(23) {
        reset_after(server.http_address(), sent);
        reset_after(server.tcp_address().unwrap(), sent);
    }
    assert_eq!(text(&db, "SELECT count() FROM t").await.unwrap(), "0");
    let mut server = server;
    assert_eq!(server.try_wait().unwrap(), None);
}
