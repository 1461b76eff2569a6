use axum::http::StatusCode;

/// An exception as the server reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exception {
    pub(crate) code: i32,
    /// `Code: N. DB::Exception: message. (NAME)`, without the version.
    text: String,
}

/// ClickHouse's own number for an exception that it cannot name.
const UNKNOWN_EXCEPTION: i32 = 1002;

/// The frame around an exception when rows were already sent.
const FRAME: &str = "__exception__";

impl Exception {
    /// One that this server throws.
    pub(crate) fn new(code: i32, name: &str, message: &str) -> Self {
        Self { code, text: format!("Code: {code}. DB::Exception: {message}. ({name})") }
    }

    /// One that the engine threw. The code counts only at the very start, because messages can
    /// quote stored data.
    pub(crate) fn from_engine(text: &str) -> Self {
        let code = text.strip_prefix("Code: ").and_then(|rest| rest.split_once(". "));
        match code.and_then(|(code, _)| code.parse().ok()) {
            Some(code) => Self { code, text: text.trim_end().to_owned() },
            None => Self::new(UNKNOWN_EXCEPTION, "UNKNOWN_EXCEPTION", text.trim_end()),
        }
    }

    /// The text with the engine's version, as servers send it.
    pub(crate) fn text(&self, version: &str) -> String {
        // The engine adds it to some of its exceptions.
        let own = self.text.strip_suffix(&format!(" (version {version})"));
        let text = own.unwrap_or(&self.text);
        format!("{text} (version {version} (official build))\n")
    }

    /// What a server appends to rows that it has sent already: the text between two frames, with
    /// the tag that the response's header named.
    pub(crate) fn frame(&self, version: &str, tag: &str) -> Vec<u8> {
        let text = self.text(version);
        let length = text.len();
        format!("\r\n{FRAME}\r\n{tag}\r\n{text}{length} {tag}\r\n{FRAME}\r\n").into_bytes()
    }

    /// The status of an answer that is nothing but this exception.
    pub(crate) const fn status(&self) -> StatusCode {
        match self.code {
            194 => StatusCode::UNAUTHORIZED,
            192 | 193 | 512 | 516 => StatusCode::FORBIDDEN,
            // What cannot be parsed, has the wrong type or is out of range.
            6 | 25 | 26 | 27 | 36 | 38 | 41 | 43 | 44 | 53 | 62 | 69 | 72 | 117 | 167 | 168
            | 223 | 321 | 441 | 457 => StatusCode::BAD_REQUEST,
            46 | 47 | 50 | 56 | 60 | 63 | 73 | 81 | 115 | 128 | 336 => StatusCode::NOT_FOUND,
            78 | 161 => StatusCode::PAYLOAD_TOO_LARGE,
            48 => StatusCode::NOT_IMPLEMENTED,
            159 => StatusCode::REQUEST_TIMEOUT,
            76 | 202 | 209 => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_read_at_the_very_start_only() {
        let known = Exception::from_engine("Code: 60. DB::Exception: No table x. (UNKNOWN_TABLE)");
        assert_eq!((known.code, known.status()), (60, StatusCode::NOT_FOUND));
        let odd = Exception::from_engine("boom: Code: 60. DB::Exception: x");
        assert_eq!(odd.code, UNKNOWN_EXCEPTION);
        assert!(odd.text("26").starts_with("Code: 1002. DB::Exception: boom"), "{odd:?}");
    }

    #[test]
    fn the_frame_counts_the_text_with_its_line_break() {
        let frame = Exception::new(62, "SYNTAX_ERROR", "no").frame("26.7", "tag");
        let text = "Code: 62. DB::Exception: no. (SYNTAX_ERROR) (version 26.7 (official build))\n";
        let expected =
            format!("\r\n__exception__\r\ntag\r\n{text}{} tag\r\n__exception__\r\n", text.len());
        assert_eq!(String::from_utf8_lossy(&frame), expected);
    }
}
