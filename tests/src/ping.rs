//! Whether a server on this machine answers, asked without any client of ours.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// Whether `GET /ping` on `port` of this machine is answered with 200 within `limit`.
pub async fn wait(port: u16, limit: Duration) -> bool {
    let end = Instant::now() + limit;
    while Instant::now() < end {
        if timeout(Duration::from_secs(1), answers(port)).await.is_ok_and(|answers| answers) {
            return true;
        }
        sleep(Duration::from_millis(20)).await;
    }
    false
}

async fn answers(port: u16) -> bool {
    let Ok(mut connection) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else {
        return false;
    };
    let request = b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut status = [0; 12];
    connection.write_all(request).await.is_ok()
        && connection.read_exact(&mut status).await.is_ok()
        && status.starts_with(b"HTTP/1.")
        && status.ends_with(b" 200")
}
