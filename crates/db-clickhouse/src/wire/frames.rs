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

/// What the first of some bytes are.
#[derive(Debug)]
pub(super) enum Part {
    /// So many are a frame's, before its body.
    Head(usize),
    /// So many are of a body, which has so many more.
    Body { length: usize, left: usize },
    /// None of them is in a frame.
    Foreign,
}

impl Frames {
    /// Reads from the beginning of `bytes`, which are not empty.
    ///
    /// # Errors
    /// What is wrong with a frame.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<Part, String> {
        let (next, part) = match self {
            Self::Prefix(read) => {
                let taken = fill(read, PREFIX, bytes);
                if !MARK.starts_with(&read[..read.len().min(MARK.len())]) {
                    *self = Self::Foreign(0);
                    return self.read(bytes);
                }
                let next = (read.len() == PREFIX).then(|| Self::behind_prefix(read)).transpose()?;
                (next, Part::Head(taken))
            }
            Self::Metadata { length, read } => {
                let taken = fill(read, *length, bytes);
                let body = (read.len() == *length).then(|| body_length(read)).transpose()?;
                (body.map(|left| Self::Body { left }), Part::Head(taken))
            }
            Self::Body { left } => {
                let length = bytes.len().min(*left);
                *left -= length;
                (None, Part::Body { length, left: *left })
            }
            Self::Ended => return Err("there is more behind its end".into()),
            Self::Foreign(before) => {
                *before += bytes.len();
                if *before > MAX_FOREIGN {
                    return Err("it is, or goes on, in another format".into());
                }
                (None, Part::Foreign)
            }
        };
        if let Some(next) = next {
            *self = next;
        }
        if matches!(self, Self::Body { left: 0 }) {
            *self = Self::default();
        }
        Ok(part)
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

/// Copies the first of `bytes` to `read` until that has `length`, and returns how many.
fn fill(read: &mut Vec<u8>, length: usize, bytes: &[u8]) -> usize {
    let taken = bytes.len().min(length - read.len());
    read.extend_from_slice(&bytes[..taken]);
    taken
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
