//! What the bytes of one connection say about acknowledgements.

use super::receipt::Receipts;

/// What ClickHouse's HTTP interface says of each query that it has run, and nothing else does.
const SUMMARY: &str = "x-clickhouse-summary:";
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
    is_chunked: bool,
    /// The last bytes that were sent.
    sent: Vec<u8>,
    /// The answer so far.
    head: Vec<u8>,
}

impl Witness {
    /// Whether the next bytes that arrive matter.
    pub(super) const fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// These bytes are about to be sent, or a part of them.
    pub(super) fn sends(&mut self, bytes: &[u8]) {
        if let Some((query_id, is_chunked)) = request(bytes) {
            let (sent, head) = (Vec::new(), Vec::new());
            self.waiting = Some(Waiting { query_id, is_chunked, sent, head });
        }
    }

    /// These bytes were sent.
    pub(super) fn sent(&mut self, bytes: &[u8]) {
        if let Some(Waiting { sent, .. }) = &mut self.waiting {
            sent.extend_from_slice(&bytes[bytes.len().saturating_sub(LAST_CHUNK.len())..]);
            sent.drain(..sent.len().saturating_sub(LAST_CHUNK.len()));
        }
    }

    /// These bytes arrived.
    pub(super) fn received(&mut self, bytes: &[u8], receipts: &Receipts) {
        let Some(waiting) = &mut self.waiting else { return };
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
            let is_whole = !waiting.is_chunked || waiting.sent == LAST_CHUNK;
            if is_whole && lines(&head).any(|line| line.starts_with(SUMMARY.as_bytes())) {
                receipts.arrived(&waiting.query_id);
            }
            self.waiting = None;
            return;
        }
        if waiting.head.len() > LONGEST_HEAD {
            self.waiting = None;
        }
    }
}

/// The query id of the request that begins here, if one does, and whether its body is in chunks.
fn request(bytes: &[u8]) -> Option<(String, bool)> {
    let path = bytes.strip_prefix(b"POST ")?;
    let path = str::from_utf8(&path[..path.iter().position(|&byte| byte == b' ')?]).ok()?;
    let mut settings = path.split_once('?')?.1.split('&');
    let query_id = settings.find_map(|setting| setting.strip_prefix("query_id="))?.to_owned();
    let head = bytes[..find(bytes, END_OF_HEAD)?].to_ascii_lowercase();
    let is_chunked = lines(&head).any(|line| line == b"transfer-encoding: chunked");
    Some((query_id, is_chunked))
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
        let receipts = Receipts::default();
        let receipt = receipts.expect("a-1");
        let mut witness = Witness::default();
        for (sent, received) in turns {
            witness.sends(sent);
            witness.sent(sent);
            // However it is cut.
            for byte in *received {
                witness.received(&[*byte], &receipts);
            }
        }
        receipt.has_arrived()
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
    fn nothing_else_does() {
        let other = b"POST /?query_id=b-1 HTTP/1.1\r\ncontent-length: 0\r\n\r\n";
        let sized = b"POST /?query_id=a-1 HTTP/1.1\r\ncontent-length: 0\r\n\r\n";
        let page = b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\nx-clickhouse-summary: {}\r\n\r\n";
        assert!(!acknowledged(&[(sized, page)]));
        assert!(!acknowledged(&[(other, ANSWER)]));
        assert!(!acknowledged(&[(other, ANSWER), (sized, page)]));
        assert!(!acknowledged(&[(CHUNKED, b""), (b"1\r\nx\r\n", ANSWER), (b"0\r\n\r\n", b"more")]));
        let long = [b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; LONGEST_HEAD], ANSWER.to_vec()];
        assert!(!acknowledged(&[(sized, &long.concat())]));
    }
}
