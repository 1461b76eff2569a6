//! What the bytes of one connection say about acknowledgements.

/// What ClickHouse's HTTP interface says of each query that it has run, and nothing else does.
const SUMMARY: &[u8] = b"x-clickhouse-summary:";
const WRITTEN_ROWS: &[u8] = br#""written_rows":""#;
const LENGTH: &[u8] = b"content-length:";
const METHOD: &[u8] = b"POST ";
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";
const END_OF_HEAD: &[u8] = b"\r\n\r\n";
/// A longer head is nobody's acknowledgement.
const LONGEST_HEAD: usize = 64 * 1024;

/// Watches the requests and answers of a connection, one after the other. Hyper writes the head of
/// a request in one piece.
#[derive(Debug, Default)]
pub(super) struct Witness {
    /// The request whose answer has not begun.
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    query_id: String,
    unsent: Unsent,
    /// The answer so far.
    head: Vec<u8>,
}

/// What is still to be sent of a request.
#[derive(Debug)]
enum Unsent {
    Bytes(usize),
    /// Until these last bytes are those of the last chunk.
    Chunks(Vec<u8>),
}

impl Unsent {
    fn sent(&mut self, bytes: &[u8]) {
        match self {
            Self::Bytes(left) => *left = left.saturating_sub(bytes.len()),
            Self::Chunks(last) => {
                last.extend_from_slice(&bytes[bytes.len().saturating_sub(LAST_CHUNK.len())..]);
                last.drain(..last.len().saturating_sub(LAST_CHUNK.len()));
            }
        }
    }

    fn is_nothing(&self) -> bool {
        match self {
            Self::Bytes(left) => *left == 0,
            Self::Chunks(last) => last == LAST_CHUNK,
        }
    }
}

/// What is about to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent<'a> {
    /// The beginning of a request, and its query id.
    Request(Option<&'a str>),
    /// More of one.
    Further,
}

/// The head of the answer to a request that was sent whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) query_id: String,
    /// Of ClickHouse itself.
    pub(super) summary: Option<Summary>,
}

/// What ClickHouse says of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) written_rows: Option<u64>,
}

impl Witness {
    /// Whether the next bytes that arrive matter.
    pub(super) const fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// These bytes are about to be sent, or a part of them.
    pub(super) fn sends<'a>(&mut self, bytes: &'a [u8]) -> Sent<'a> {
        if self.is_waiting() || !bytes.starts_with(METHOD) {
            return Sent::Further;
        }
        let Some((query_id, unsent)) = request(bytes) else { return Sent::Request(None) };
        self.waiting = Some(Waiting { query_id: query_id.to_owned(), unsent, head: Vec::new() });
        Sent::Request(Some(query_id))
    }

    /// These bytes were sent.
    pub(super) fn sent(&mut self, bytes: &[u8]) {
        if let Some(Waiting { unsent, .. }) = &mut self.waiting {
            unsent.sent(bytes);
        }
    }

    /// These bytes arrived.
    pub(super) fn received(&mut self, bytes: &[u8]) -> Option<Answer> {
        let waiting = self.waiting.as_mut()?;
        // What came before was searched before.
        let mut searched = waiting.head.len().saturating_sub(END_OF_HEAD.len() - 1);
        waiting.head.extend_from_slice(bytes);
        while let Some(end) = find(&waiting.head[searched..], END_OF_HEAD) {
            let end = searched + end;
            let head = waiting.head[..end].to_ascii_lowercase();
            if head.starts_with(b"http/1.1 1") {
                // Another head follows.
                waiting.head.drain(..end + END_OF_HEAD.len());
                searched = 0;
                continue;
            }
            let Waiting { query_id, unsent, .. } = self.waiting.take()?;
            let summary = lines(&head).find_map(|line| line.strip_prefix(SUMMARY)).map(summary);
            return unsent.is_nothing().then_some(Answer { query_id, summary });
        }
        if waiting.head.len() > LONGEST_HEAD {
            self.waiting = None;
        }
        None
    }
}

/// The query id of the request that begins here, if it has one, and all that it will send.
fn request(bytes: &[u8]) -> Option<(&str, Unsent)> {
    let path = bytes.strip_prefix(METHOD)?;
    let path = str::from_utf8(&path[..path.iter().position(|&byte| byte == b' ')?]).ok()?;
    let mut settings = path.split_once('?')?.1.split('&');
    let query_id = settings.find_map(|setting| setting.strip_prefix("query_id="))?;
    let end = find(bytes, END_OF_HEAD)?;
    let head = bytes[..end].to_ascii_lowercase();
    let length = lines(&head).find_map(|line| line.strip_prefix(LENGTH));
    let unsent = match length {
        Some(length) => {
            let body: usize = str::from_utf8(length).ok()?.trim().parse().ok()?;
            Unsent::Bytes(end + END_OF_HEAD.len() + body)
        }
        None => Unsent::Chunks(Vec::new()),
    };
    Some((query_id, unsent))
}

/// The header's value is a flat JSON object whose values are strings.
fn summary(value: &[u8]) -> Summary {
    let written_rows = find(value, WRITTEN_ROWS).and_then(|at| {
        let digits =
            value[at + WRITTEN_ROWS.len()..].split(|byte| !byte.is_ascii_digit()).next()?;
        str::from_utf8(digits).ok()?.parse().ok()
    });
    Summary { written_rows }
}

fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nx-clickhouse-summary: {}\r\n\r\nrows";
    const CHUNKED: &[u8] =
        b"POST /?query=x&query_id=a-1&b=1 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";

    /// Whether the request `a-1` was acknowledged after these bytes, sent and received in turn.
    fn acknowledged(turns: &[(&[u8], &[u8])]) -> bool {
        let mut witness = Witness::default();
        let mut answers = Vec::new();
        for (sent, received) in turns {
            witness.sends(sent);
            witness.sent(sent);
            // However it is cut.
            answers.extend(received.iter().filter_map(|byte| witness.received(&[*byte])));
        }
        answers.iter().any(|answer| answer.query_id == "a-1" && answer.summary.is_some())
    }

    #[test]
    fn the_summary_behind_a_whole_request_acknowledges() {
        let sized = b"POST /?query_id=a-1 HTTP/1.1\r\ncontent-length: 1\r\n\r\n1";
        assert!(acknowledged(&[(sized, ANSWER)]));
        assert!(acknowledged(&[(CHUNKED, b""), (b"1\r\nx\r\n0\r", b""), (b"\n\r\n", ANSWER)]));
        let after_continue = [b"HTTP/1.1 100 Continue\r\n\r\n", ANSWER].concat();
        assert!(acknowledged(&[(sized, &after_continue)]));
    }

    #[test]
    fn the_summary_tells_how_many_rows_were_written() {
        for (value, written_rows) in [
            (r#" {"read_rows":"3","written_rows":"42","written_bytes":"9"}"#, Some(42)),
            (r#" {"written_rows":"0"}"#, Some(0)),
            (r#" {"written_rows":"99999999999999999999"}"#, None),
            (r#" {"written_rows":""}"#, None),
            (r#" {"read_rows":"3"}"#, None),
            ("", None),
        ] {
            assert_eq!(summary(value.as_bytes()), Summary { written_rows }, "{value}");
        }
    }

    #[test]
    fn nothing_else_does() {
        let other = b"POST /?query_id=b-1 HTTP/1.1\r\ncontent-length: 0\r\n\r\n";
        let sized = b"POST /?query_id=a-1 HTTP/1.1\r\ncontent-length: 0\r\n\r\n";
        let page = b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\nx-clickhouse-summary: {}\r\n\r\n";
        assert!(!acknowledged(&[(sized, page)]));
        let longer = b"POST /?query_id=a-1 HTTP/1.1\r\nContent-Length: 2\r\n\r\n1";
        assert!(!acknowledged(&[(longer, ANSWER), (b"2", b"more")]));
        assert!(!acknowledged(&[(other, ANSWER)]));
        assert!(!acknowledged(&[(other, ANSWER), (sized, page)]));
        assert!(!acknowledged(&[(CHUNKED, b""), (b"1\r\nx\r\n", ANSWER), (b"0\r\n\r\n", b"more")]));
        let long = [b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; LONGEST_HEAD], ANSWER.to_vec()];
        assert!(!acknowledged(&[(sized, &long.concat())]));
    }
}
