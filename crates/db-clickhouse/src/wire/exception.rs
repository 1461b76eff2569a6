//! Exceptions of the server in the text of an answer.

use std::collections::VecDeque;

use bytes::Bytes;
use db_port::DbError;

/// The frame that the server puts around an exception when rows were already sent.
const FRAME: &[u8] = b"\r\n__exception__\r\n";

const UNKNOWN_TABLE: i32 = 60;
const ACCESS_DENIED: i32 = 497;
const NO_SUCH_COLUMN_IN_TABLE: i32 = 16;

/// Unknown user, wrong password, password required, address not allowed, authentication failed.
const LOGIN_REFUSED: [i32; 5] = [192, 193, 194, 195, 516];

/// Whether the server does not let the user in, whatever is asked.
pub(crate) fn is_login_refused(error: &DbError) -> bool {
    error.code().is_some_and(|code| LOGIN_REFUSED.contains(&code))
}

/// Whether the server does not have what was asked for, or does not show it to this user.
pub(crate) fn is_hidden(error: &DbError) -> bool {
    matches!(error.code(), Some(UNKNOWN_TABLE | ACCESS_DENIED))
}

/// Whether the server refused an insert before its first row, because its table or one of its
/// columns is not there.
pub(crate) fn is_unknown_table_or_column(error: &DbError) -> bool {
    matches!(error.code(), Some(UNKNOWN_TABLE | NO_SUCH_COLUMN_IN_TABLE))
}

/// ClickHouse's exception code and its message, if `text` is an exception. Only its very start
/// counts, because messages can contain stored data.
pub(crate) fn parse(text: &str) -> Option<(i32, String)> {
    let rest = text.strip_prefix("Code: ")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let code = rest[..digits].parse().ok()?;
    let message = rest[digits..].trim_start_matches(['.', ' ']);
    let message = match message.split_once("Exception: ") {
        Some((class, message)) if class.starts_with("DB::") && !class.contains(' ') => message,
        _ => message,
    };
    let message = message.rfind(" (version ").map_or(message, |version| &message[..version]).trim();
    Some((code, if message.is_empty() { "no text came with it" } else { message }.to_owned()))
}

/// Whether the exception with this message was thrown by another server, such as a shard, which the
/// one that answers had passed a part of the work on to.
pub(crate) fn is_relayed(message: &str) -> bool {
    ["Received from ", "There was an error on ["].iter().any(|start| message.starts_with(start))
}

/// How the server begins its answer, which has no code at the start, to a request whose form it
/// does not take: in the words of 26.x, of older servers, and bare.
const FORM_EXCEPTION: [&str; 3] = [
    "Poco::Exception. Code: 1000, e.code() = 0, HTML Form Exception: ",
    "Poco::Exception. Code: 1000, e.code() = 0, e.displayText() = HTML Form Exception: ",
    "HTML Form Exception: ",
];

/// What is too much for the server's settings for forms, with the setting.
const FORM_LIMITS: [(&str, &str); 2] = [
    ("Field value too long", "http_max_field_value_size"),
    ("Too many form fields", "http_max_fields"),
];

/// The setting for which the server turned the request away before it read all of it: a field was
/// too long, or there were too many. Only the very start counts, as in [`parse`].
pub(crate) fn exceeded_form_limit(text: &str) -> Option<&'static str> {
    let said = FORM_EXCEPTION.iter().find_map(|start| text.strip_prefix(start))?;
    FORM_LIMITS.iter().find_map(|(words, setting)| said.starts_with(words).then_some(*setting))
}

/// The end of an answer, long enough for the longest exception a server writes there.
///
/// The client finds an exception after rows only when it arrives in one piece.
#[derive(Default)]
pub(crate) struct Tail {
    /// No more of them than it takes.
    pieces: VecDeque<Bytes>,
    length: usize,
}

impl Tail {
    const LENGTH: usize = 20 * 1024;

    pub(crate) fn push(&mut self, piece: Bytes) {
        self.length += piece.len();
        self.pieces.push_back(piece);
        while let Some(first) = self.pieces.front()
            && self.length - first.len() >= Self::LENGTH
        {
            self.length -= first.len();
            self.pieces.pop_front();
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.pieces.iter().flatten().copied().collect::<Vec<u8>>();
        bytes.drain(..bytes.len().saturating_sub(Self::LENGTH));
        bytes
    }

    /// The text of the exception that ends the answer: the frame, a tag, the text, its length, the
    /// tag again and the frame.
    pub(crate) fn exception(&self) -> Option<String> {
        let bytes = self.bytes();
        let rest = bytes.strip_suffix(FRAME)?;
        let tag = &rest[rest.iter().rposition(|&byte| byte == b' ')? + 1..];
        let rest = rest.strip_suffix(tag)?.strip_suffix(b" ")?;
        let message_end = rest.iter().rposition(|&byte| byte == b'\n')? + 1;
        let length: usize = str::from_utf8(&rest[message_end..]).ok()?.parse().ok()?;
        let message_start = message_end.checked_sub(length)?;
        let before = rest[..message_start].strip_suffix(b"\r\n")?.strip_suffix(tag)?;
        if tag.is_empty() || !before.ends_with(FRAME) {
            return None;
        }
        Some(String::from_utf8_lossy(&rest[message_start..message_end]).trim().to_owned())
    }

    /// As much of the exception's text as there is, when the client saw that the answer ends with
    /// one and kept the last piece to itself. Without this knowledge, rows could forge it.
    pub(crate) fn start_of_exception(&self) -> Option<String> {
        let bytes = self.bytes();
        let frame = bytes.windows(FRAME.len()).rposition(|bytes| bytes == FRAME)?;
        let rest = String::from_utf8_lossy(&bytes[frame + FRAME.len()..]).into_owned();
        let (_tag, text) = rest.split_once("\r\n")?;
        // Before the dot the code may lack digits.
        text.contains(". ").then(|| format!("{text}..."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Code: 159. DB::Exception: Timeout exceeded. (TIMEOUT_EXCEEDED) (version \
                        25.12.1.649 (official build))";

    fn framed(text: &str) -> Vec<u8> {
        let length = text.len() + 1;
        let frame = "__exception__";
        format!(
            "\r\n{frame}\r\nrnywyenlaeqynhmu\r\n{text}\n{length} rnywyenlaeqynhmu\r\n{frame}\r\n"
        )
        .into_bytes()
    }

    #[test]
    fn code_and_message_are_told_apart() {
        let message = "Timeout exceeded. (TIMEOUT_EXCEEDED)".to_owned();
        assert_eq!(parse(TEXT), Some((159, message)));
        let net = "Code: 210. DB::NetException: Connection reset by peer";
        assert_eq!(parse(net), Some((210, "Connection reset by peer".into())));
        let parts = parse("Code: 252. DB::Exception: Too many parts (300)").unwrap().1;
        assert!(parts.starts_with("Too many parts"), "{parts}");
        assert_eq!(parse("Code: 60"), Some((60, "no text came with it".into())));
    }

    #[test]
    fn a_code_inside_the_text_is_not_believed() {
        for text in ["<html>Code: 60. DB::Exception: x", "Code: sixty", "", " Code: 60"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_field_that_is_too_long_is_known_by_the_start_of_the_text() {
        for (start, (words, setting)) in FORM_EXCEPTION.iter().zip(FORM_LIMITS.iter().cycle()) {
            let text = format!("{start}{words}");
            assert_eq!(exceeded_form_limit(&text), Some(*setting));
            let whole = format!("{text} (version 26.7.1.1 (official build))\n");
            assert_eq!(exceeded_form_limit(&whole), Some(*setting));
            assert_eq!(exceeded_form_limit(&format!(" {text}")), None);
            assert_eq!(exceeded_form_limit(&format!("Code: 60. DB::Exception: {text}")), None);
        }
        assert_eq!(exceeded_form_limit("Poco::Exception. Code: 1000, e.code() = 0, Timeout"), None);
    }

    #[test]
    fn an_exception_in_pieces_is_put_together() {
        let framed = framed(TEXT);
        for cut in [1, 10, framed.len() / 2, framed.len() - 1] {
            let mut tail = Tail::default();
            tail.push(vec![b'x'; 3 * Tail::LENGTH].into());
            tail.push(Bytes::copy_from_slice(&framed[..cut]));
            tail.push(Bytes::copy_from_slice(&framed[cut..]));
            assert_eq!(tail.exception().as_deref(), Some(TEXT), "cut at {cut}");
        }
    }

    #[test]
    fn the_end_of_ordinary_rows_is_no_exception() {
        let whole = framed(TEXT);
        for rows in [&b""[..], b"rows", b"Code: 60. DB::Exception: x\n", &whole[..whole.len() - 1]]
        {
            let mut tail = Tail::default();
            tail.push(Bytes::copy_from_slice(rows));
            assert_eq!(tail.exception(), None);
        }
    }

    #[test]
    fn a_false_length_is_survived() {
        for length in ["0", "99999999999999999999", "100000", "x"] {
            let mut tail = Tail::default();
            tail.push(format!("\r\nmessage\n{length} tag\r\n__exception__\r\n").into());
            assert_eq!(tail.exception(), None, "{length}");
        }
    }
}
