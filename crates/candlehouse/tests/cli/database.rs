//! A server of one kind of answer at a time, which can be changed.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use arrow_array::{RecordBatch, StringArray};
use arrow_ipc::writer::StreamWriter;
use tokio::net::TcpSocket;

pub(crate) const SECRET: &str = "hunter2";

#[derive(Debug, Clone, Copy)]
pub(crate) enum Reply {
    /// Takes the request and says nothing.
    Silence,
    /// An exception with this code.
    Exception(i32, &'static str),
    /// Its version; for anything else, that there are no tables.
    VersionOnly,
}

/// The threads of it end with the test's process.
pub(crate) struct Database {
    address: SocketAddr,
    reply: Arc<Mutex<Reply>>,
    requests: Arc<AtomicUsize>,
}

impl Database {
    pub(crate) fn that_replies(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let reply = Arc::new(Mutex::new(reply));
        let requests = Arc::new(AtomicUsize::new(0));
        let (now, count) = (Arc::clone(&reply), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, now, count) =
                    (stream.unwrap(), Arc::clone(&now), Arc::clone(&count));
                thread::spawn(move || {
                    let Ok(request) = request(&mut stream) else { return };
                    count.fetch_add(1, Ordering::SeqCst);
                    let reply = *now.lock().unwrap();
                    // A client that hangs up first is none of the server's business.
                    drop(answer(&mut stream, &request, reply));
                });
            }
        });
        Self { address, reply, requests }
    }

    pub(crate) fn now_replies(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        url(self.address)
    }
}

/// The URL of a server that is not there, for as long as the test's process lives: its port is
/// taken, so that no other listener can get it, but nobody listens.
pub(crate) fn nobody() -> String {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    std::mem::forget(socket);
    url(address)
}

fn url(address: SocketAddr) -> String {
    format!("http://me:{SECRET}@{address}/prices")
}

fn request(stream: &mut TcpStream) -> io::Result<String> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned)
            });
            let is_whole = match length {
                Some(length) => body.len() >= length.parse::<usize>().unwrap(),
                None => head.starts_with("GET ") || body.ends_with("0\r\n\r\n"),
            };
            if is_whole {
                return Ok(text.into_owned());
            }
        }
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => request.extend_from_slice(&buffer[..read]),
        }
    }
}

fn answer(stream: &mut TcpStream, request: &str, reply: Reply) -> io::Result<()> {
    let (status, code, body) = match reply {
        // The client hangs up when it has waited long enough.
        Reply::Silence => return stream.read(&mut [0]).map(drop),
        Reply::Exception(516, text) => ("403 Forbidden", 516, exception(516, text)),
        Reply::Exception(code, text) => ("500 Internal Server Error", code, exception(code, text)),
        Reply::VersionOnly if request.contains("version()") => ("200 OK", 0, version()),
        Reply::VersionOnly => {
            ("404 Not Found", 60, exception(60, "Unknown table expression identifier"))
        }
    };
    let mut head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    if code > 0 {
        head.push_str(&format!("X-ClickHouse-Exception-Code: {code}\r\n"));
    }
    stream.write_all(&[head.as_bytes(), b"\r\n", &body].concat())
}

fn exception(code: i32, text: &str) -> Vec<u8> {
    format!("Code: {code}. DB::Exception: {text}. (version 26.7.1.1 (official build))\n").into()
}

fn version() -> Vec<u8> {
    let column = Arc::new(StringArray::from(vec!["26.7.1.1"])) as _;
    let row = RecordBatch::try_from_iter([("version", column)]).unwrap();
    let mut writer = StreamWriter::try_new(Vec::new(), &row.schema()).unwrap();
    writer.write(&row).unwrap();
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}
