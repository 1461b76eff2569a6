//! Servers with scripted answers, and the bytes of such answers.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "these are tests, though not in a test function")]

pub(crate) mod connector;
pub(crate) mod memory;
pub(crate) mod table;

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_ipc::writer::StreamWriter;
use db_clickhouse::{ClickHouseConfig, ClickHouseManager};
use tokio::net::TcpSocket;

/// An executor on the server at `address`, such as `127.0.0.1:8123`.
pub(crate) fn manager(address: &str) -> ClickHouseManager {
    ClickHouseManager::new(config(address)).unwrap()
}

pub(crate) fn config(address: &str) -> ClickHouseConfig {
    ClickHouseConfig::from_url(&format!("http://reader:hunter2@{address}/prices"))
        .unwrap()
        .with_compression(false)
        .with_max_retries(0)
}

/// The numbers `values` as column `n`.
pub(crate) fn numbers(values: &[i64]) -> RecordBatch {
    let column: ArrayRef = Arc::new(Int64Array::from(values.to_vec()));
    RecordBatch::try_from_iter([("n", column)]).unwrap()
}

pub(crate) fn version() -> RecordBatch {
    let column: ArrayRef = Arc::new(StringArray::from(vec!["26.7.1.1"]));
    RecordBatch::try_from_iter([("version", column)]).unwrap()
}

/// Pieces of an Arrow stream: the schema, one for each batch, the end marker.
pub(crate) fn arrow_pieces(batches: &[RecordBatch]) -> Vec<Vec<u8>> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    let mut pieces = vec![std::mem::take(writer.get_mut())];
    for batch in batches {
        writer.write(batch).unwrap();
        pieces.push(std::mem::take(writer.get_mut()));
    }
    writer.finish().unwrap();
    pieces.push(std::mem::take(writer.get_mut()));
    pieces
}

pub(crate) fn arrow(batches: &[RecordBatch]) -> Vec<u8> {
    arrow_pieces(batches).concat()
}

pub(crate) fn exception(code: i32, message: &str) -> String {
    format!("Code: {code}. DB::Exception: {message} (version 26.7.1.1 (official build))")
}

pub(crate) const TAG: &str = "rnywyenlaeqynhmu";

/// An exception as the server writes it behind rows.
pub(crate) fn framed_exception(code: i32, message: &str) -> Vec<u8> {
    let text = exception(code, message) + "\n";
    let length = text.len();
    format!("\r\n__exception__\r\n{TAG}\r\n{text}{length} {TAG}\r\n__exception__\r\n").into_bytes()
}

/// What the scripted server does with one request.
pub(crate) enum Reply {
    /// Sends these pieces as chunks one after the other, ends the answer and hangs up.
    Whole(Vec<Vec<u8>>),
    /// As [`Reply::Whole`], but hangs up without an end.
    Cut(Vec<Vec<u8>>),
    /// As [`Reply::Cut`], but never hangs up.
    Stuck(Vec<Vec<u8>>),
    /// Sends nothing and hangs up.
    HangUp,
}

/// An address that refuses connections for as long as the test's process lives: its port is taken,
/// so that no other listener can get it, but nobody listens.
pub(crate) fn refusing_address() -> String {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::mem::forget(socket);
    address
}

/// On a port below those that the system hands out, so that no other listener gets it once this one
/// is gone.
fn listener_on_a_port_of_its_own() -> TcpListener {
    const FIRST: u16 = 10_000;
    const COUNT: u16 = 10_000;
    static NEXT: LazyLock<AtomicU16> =
        LazyLock::new(|| AtomicU16::new((std::process::id() % 1000) as u16 * 10));
    let mut ports = (0..COUNT).map(|_| FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT);
    ports.find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok()).unwrap()
}

/// Answers each connection's first request with the next reply, but one to end a query with that
/// it has ended; returns its address. Nobody listens there any more after the last reply.
pub(crate) fn scripted(replies: Vec<Reply>) -> String {
    let listener = listener_on_a_port_of_its_own();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut replies = replies.into_iter().peekable();
        while replies.peek().is_some() {
            let (mut stream, _) = listener.accept().unwrap();
            // A client that hangs up first is none of the server's business.
            let Ok(request) = read_request(&mut stream) else { continue };
            let reply = match request.contains("KILL QUERY") {
                true => Reply::Whole(vec![b"finished".to_vec()]),
                false => replies.next().unwrap(),
            };
            thread::spawn(move || {
                if play(&mut stream, reply).is_ok_and(|stays| stays) {
                    std::mem::forget(stream);
                }
            });
        }
    });
    address
}

/// Whether the connection is to stay open.
fn play(stream: &mut TcpStream, reply: Reply) -> io::Result<bool> {
    let (pieces, whole, stays) = match reply {
        Reply::Whole(pieces) => (pieces, true, false),
        Reply::Cut(pieces) => (pieces, false, false),
        Reply::Stuck(pieces) => (pieces, false, true),
        Reply::HangUp => return Ok(false),
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\
         X-ClickHouse-Exception-Tag: {TAG}\r\nX-ClickHouse-Summary: {{}}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    for piece in pieces {
        let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), &piece, b"\r\n"].concat();
        stream.write_all(&chunk)?;
        thread::sleep(Duration::from_millis(20));
    }
    if whole {
        stream.write_all(b"0\r\n\r\n")?;
    }
    Ok(stays)
}

fn read_request(stream: &mut TcpStream) -> io::Result<String> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => request.extend_from_slice(&buffer[..read]),
        }
    }
    Ok(String::from_utf8_lossy(&request).into_owned())
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let body = request.len() - head.len() - 4;
    let length = head.lines().find_map(|line| {
        line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned)
    });
    match length {
        Some(length) => body >= length.parse::<usize>().unwrap(),
        None => request.ends_with(b"0\r\n\r\n"),
    }
}

/// Every text an error shows, its causes included.
pub(crate) fn shown(error: &(dyn std::error::Error + 'static)) -> String {
    let mut all = format!("{error:?}");
    let mut next = Some(error);
    while let Some(error) = next {
        all += &format!("\n{error}");
        next = error.source();
    }
    all
}
