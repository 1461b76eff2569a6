//! The frames of an Arrow stream, looked at before anything in them is believed.

use arrow_ipc::{MessageHeader, root_as_message};

/// The bytes before a frame: a mark, and the length of the metadata.
const PREFIX: usize = 8;
const MARK: [u8; 4] = [0xff; 4];

/// The metadata of ten thousand columns are about a megabyte.
const MAX_METADATA: usize = 1 << 26;
const MAX_BODY: i64 = 1 << 34;
const MAX_ROWS: i64 = 1 << 31;

/// So much that is no frame is not the exception that may stand behind one.
const MAX_FOREIGN: usize = 1 << 20;

/// Follows a stream through its frames.
#[derive(Debug)]
pub(super) enum Frames {
    Prefix(Vec<u8>),
    Metadata {
        length: usize,
        read: Vec<u8>,
    },
    Body {
        left: usize,
    },
    /// Behind the end marker.
    Ended,
    /// What follows is in no frame, and has been so for this many bytes.
    Foreign(usize),
}

impl Default for Frames {
    fn default() -> Self {
        Self::Prefix(Vec::new())
    }
}

impl Frames {
    /// Reads `bytes` and returns how many of them are of frames; none is behind the others.
    ///
    /// # Errors
    /// What is wrong with a frame.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<usize, String> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self {
                Self::Prefix(read) => {
                    rest = fill(read, PREFIX, rest);
                    if !MARK.starts_with(&read[..read.len().min(MARK.len())]) {
                        *self = Self::Foreign(0);
                    } else if read.len() == PREFIX {
                        *self = Self::behind_prefix(read)?;
                    }
                }
                Self::Metadata { length, read } => {
                    rest = fill(read, *length, rest);
                    if read.len() == *length {
                        *self = Self::Body { left: body_length(read)? };
                    }
                }
                Self::Body { left } => {
                    let taken = rest.len().min(*left);
                    rest = &rest[taken..];
                    *left -= taken;
                }
                Self::Ended => return Err("there is more behind its end".into()),
                Self::Foreign(before) => {
                    *before += rest.len();
                    if *before > MAX_FOREIGN {
                        return Err("it is, or goes on, in another format".into());
                    }
                    return Ok(bytes.len() - rest.len());
                }
            }
            if matches!(self, Self::Body { left: 0 }) {
                *self = Self::default();
            }
        }
        Ok(bytes.len())
    }

    fn behind_prefix(prefix: &[u8]) -> Result<Self, String> {
        let length = prefix[MARK.len()..]
            .iter()
            .rev()
            .fold(0, |length, byte| (length << 8) | usize::from(*byte));
        match length {
            0 => Ok(Self::Ended),
            1..=MAX_METADATA => Ok(Self::Metadata { length, read: Vec::new() }),
            _ => Err(format!("a frame says that its metadata has {length} bytes")),
        }
    }

    pub(super) const fn has_ended(&self) -> bool {
        matches!(self, Self::Ended)
    }
}

/// Moves bytes from `rest` to `read` until that has `length`, and returns the others.
fn fill<'a>(read: &mut Vec<u8>, length: usize, rest: &'a [u8]) -> &'a [u8] {
    let (taken, rest) = rest.split_at(rest.len().min(length - read.len()));
    read.extend_from_slice(taken);
    rest
}

/// The length of the body, if the metadata are well-formed and say nothing incredible.
fn body_length(metadata: &[u8]) -> Result<usize, String> {
    let message =
        root_as_message(metadata).map_err(|error| format!("a frame's metadata: {error}"))?;
    if message.header_type() == MessageHeader::NONE {
        return Err("a frame does not say what it holds".into());
    }
    let batch = message
        .header_as_record_batch()
        .or_else(|| message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data()));
    let rows = batch.map_or(0, |batch| batch.length());
    if !(0..=MAX_ROWS).contains(&rows) {
        return Err(format!("a frame says that it has {rows} rows"));
    }
    let body = message.bodyLength();
    if !(0..=MAX_BODY).contains(&body) {
        return Err(format!("a frame says that its body has {body} bytes"));
    }
    let mut buffers = batch.and_then(|batch| batch.buffers()).into_iter().flatten();
    let is_inside = |start: i64, length: i64| {
        start >= 0 && length >= 0 && start.checked_add(length).is_some_and(|end| end <= body)
    };
    if !buffers.all(|buffer| is_inside(buffer.offset(), buffer.length())) {
        return Err("a column of a frame is not inside it".into());
    }
    usize::try_from(body).map_err(|error| error.to_string())
}
