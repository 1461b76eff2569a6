//! The messages of an Arrow file or stream, looked at before a reader believes what they say.

use arrow_ipc::reader::read_footer_length;
use arrow_ipc::{
    Block, Buffer, Message, MessageHeader, RecordBatch, root_as_footer, root_as_message,
};
use arrow_schema::ArrowError;

use crate::import::bound::most_unpacked;

/// The mark that a message begins with.
const MARK: [u8; 4] = [0xff; 4];

/// What stands at the end of an Arrow file: the length of its index, and a mark.
const TRAILER: usize = 10;

/// Checks each message of a file, so that nothing is allocated because a length says so.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn check_file(file: &[u8]) -> Result<(), ArrowError> {
    let (rest, trailer) =
        file.split_last_chunk::<TRAILER>().ok_or_else(|| wrong("it is cut off"))?;
    let length = read_footer_length(*trailer)?;
    let start = rest.len().checked_sub(length).ok_or_else(|| wrong("its index is not in it"))?;
    let footer = root_as_footer(&rest[start..])
        .map_err(|error| wrong(&format!("its index cannot be read: {error}")))?;
    if footer.schema().is_none() {
        return Err(wrong("it does not say what its columns are"));
    }
    let blocks = [footer.dictionaries(), footer.recordBatches()];
    blocks.into_iter().flatten().flatten().try_for_each(|block| check_block(rest, block))
}

fn check_block(file: &[u8], block: &Block) -> Result<(), ArrowError> {
    let cut = |start: i64, length: i64| {
        let (start, length) = (usize::try_from(start).ok()?, usize::try_from(length).ok()?);
        file.get(start..)?.split_at_checked(length)
    };
    let outside = || wrong("a message is not inside it");
    let (metadata, behind) =
        cut(block.offset(), block.metaDataLength().into()).ok_or_else(outside)?;
    let length = usize::try_from(block.bodyLength()).ok();
    let body = length.and_then(|length| behind.get(..length)).ok_or_else(outside)?;
    // Before the description stand the mark, which old files do not have, and its length.
    let unmarked = metadata.strip_prefix(&MARK).unwrap_or(metadata);
    check_message(unmarked.get(4..).ok_or_else(outside)?, body)
}

fn check_message(metadata: &[u8], body: &[u8]) -> Result<(), ArrowError> {
    let message = root_as_message(metadata)
        .map_err(|error| wrong(&format!("a message cannot be read: {error}")))?;
    batch_of(&message).map_or(Ok(()), |batch| check_batch(&batch, body))
}

/// Checks each message of a stream, up to its end.
///
/// # Errors
/// What is wrong with the stream.
pub(super) fn check_stream(stream: &[u8]) -> Result<(), ArrowError> {
    let mut rest = stream;
    while let Some(metadata) = next_part(&mut rest)? {
        let message = root_as_message(metadata)
            .map_err(|error| wrong(&format!("a message cannot be read: {error}")))?;
        let length = usize::try_from(message.bodyLength()).ok();
        let body = length.and_then(|length| rest.split_at_checked(length));
        let (body, behind) = body.ok_or_else(|| wrong("it ends in the middle of its rows"))?;
        batch_of(&message).map_or(Ok(()), |batch| check_batch(&batch, body))?;
        rest = behind;
    }
    Ok(())
}

/// The description of the next message; `None` at the end.
fn next_part<'a>(rest: &mut &'a [u8]) -> Result<Option<&'a [u8]>, ArrowError> {
    let cut_off = || wrong("it has no end: it may be cut off");
    let (mark, behind) = rest.split_first_chunk::<4>().ok_or_else(cut_off)?;
    let (length, behind) = behind.split_first_chunk::<4>().ok_or_else(cut_off)?;
    if *mark != MARK {
        return Err(wrong("something that is no message follows its rows"));
    }
    let length = u32::from_le_bytes(*length) as usize;
    let (metadata, behind) = behind.split_at_checked(length).ok_or_else(cut_off)?;
    *rest = behind;
    Ok((length > 0).then_some(metadata))
}

fn batch_of<'a>(message: &Message<'a>) -> Option<RecordBatch<'a>> {
    match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch()?.data(),
        _ => None,
    }
}

fn check_batch(batch: &RecordBatch<'_>, body: &[u8]) -> Result<(), ArrowError> {
    let is_compressed = batch.compression().is_some();
    let mut left = most_unpacked(body.len() as u64);
    for buffer in batch.buffers().into_iter().flatten() {
        let bytes =
            part(body, buffer).ok_or_else(|| wrong("a column is not inside its message"))?;
        if let (true, Some((length, _))) = (is_compressed, bytes.split_first_chunk()) {
            // A negative length says that the values are as they are.
            let length = u64::try_from(i64::from_le_bytes(*length)).unwrap_or(0);
            left = left
                .checked_sub(length)
                .ok_or_else(|| wrong("a column says that it is incredibly long"))?;
        }
    }
    Ok(())
}

fn part<'a>(body: &'a [u8], buffer: &Buffer) -> Option<&'a [u8]> {
    let start = usize::try_from(buffer.offset()).ok()?;
    let length = usize::try_from(buffer.length()).ok()?;
    body.get(start..start.checked_add(length)?)
}

fn wrong(reason: &str) -> ArrowError {
    ArrowError::IpcError(reason.to_owned())
}
