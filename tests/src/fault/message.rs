//! Where HTTP messages begin and end.

use super::compression::content_of_blocks;

/// A request as a client sent it.
#[derive(Debug, Clone)]
pub struct Request {
    /// The first line and the headers.
    pub head: String,
    /// The body, without the marks of its chunks.
    pub body: Vec<u8>,
}

impl Request {
    /// Reads a whole request.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let end = head_length(bytes).unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let body = if is_chunked(&head) { unchunked(&bytes[end..]) } else { bytes[end..].to_vec() };
        Self { head, body }
    }

    /// A parameter of the URL, as it stands there.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let target = self.head.split(' ').nth(1)?;
        let pairs = target.split_once('?')?.1.split('&');
        pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, v)| v)
    }

    /// Whether it is an insert, whose statement stands in the URL.
    #[must_use]
    pub fn is_insert(&self) -> bool {
        self.parameter("query").is_some_and(|query| query.starts_with("INSERT"))
    }

    /// The body as it was before it was compressed, or as it is if that cannot be told.
    #[must_use]
    pub fn content(&self) -> Vec<u8> {
        let is_packed = self.parameter("decompress") == Some("1");
        let content = is_packed.then(|| content_of_blocks(&self.body)).flatten();
        content.unwrap_or_else(|| self.body.clone())
    }

    /// Whether its body contains this text.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        String::from_utf8_lossy(&self.body).contains(text)
    }
}

/// The length of the message at the beginning of `bytes`, if all of it is there.
pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
    let body = head_length(bytes)?;
    let head = String::from_utf8_lossy(&bytes[..body]).to_ascii_lowercase();
    if is_chunked(&head) {
        return chunks_length(&bytes[body..]).map(|length| body + length);
    }
    let value = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    match value {
        Some(value) => {
            let whole = body + value.trim().parse::<usize>().ok()?;
            (bytes.len() >= whole).then_some(whole)
        }
        None => Some(body),
    }
}

fn head_length(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn is_chunked(head: &str) -> bool {
    head.lines().any(|line| line.eq_ignore_ascii_case("transfer-encoding: chunked"))
}

fn chunks_length(body: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let (size, line) = chunk(&body[at..])?;
        at += line + size + 2;
        if at > body.len() {
            return None;
        }
        if size == 0 {
            return Some(at);
        }
    }
}

/// The size of the chunk that begins here, and how long the line is that says so.
fn chunk(bytes: &[u8]) -> Option<(usize, usize)> {
    let line = bytes.windows(2).position(|two| two == b"\r\n")?;
    let size = usize::from_str_radix(str::from_utf8(&bytes[..line]).ok()?, 16).ok()?;
    Some((size, line + 2))
}

fn unchunked(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some((size, line)) = chunk(chunks)
        && let Some(data) = chunks.get(line..line + size)
    {
        body.extend_from_slice(data);
        chunks = chunks.get(line + size + 2..).unwrap_or_default();
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHUNKED: &[u8] =
        b"POST /?query=INSERT+x&a=1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
                             3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n";

    #[test]
    fn a_message_ends_with_its_last_chunk_or_its_length() {
        for end in 0..CHUNKED.len() {
            assert_eq!(length(&CHUNKED[..end]), None, "{end}");
        }
        assert_eq!(length(CHUNKED), Some(CHUNKED.len()));
        let sized = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        assert_eq!(length(&sized[..sized.len() - 1]), None);
        assert_eq!(length(&[&sized[..], b"HTTP"].concat()), Some(sized.len()));
        assert_eq!(length(b"GET / HTTP/1.1\r\n\r\n"), Some(18));
    }

    #[test]
    fn a_request_is_taken_apart() {
        let request = Request::of(CHUNKED);
        assert_eq!(request.body, b"abc0123456789");
        assert!(request.is_insert() && request.says("c01"));
        assert_eq!(request.parameter("a"), Some("1"));
    }
}
