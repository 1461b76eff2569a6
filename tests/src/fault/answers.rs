//! Bytes of answers as a server sends them.

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::Schema;

/// What a server names in a header and puts around an exception behind rows.
pub const TAG: &str = "rnywyenlaeqynhmu";

/// The pieces of an Arrow stream: the schema, one for each batch, the end marker.
///
/// # Panics
/// If a batch does not have this schema.
#[must_use]
pub fn arrow_pieces(schema: &Schema, batches: &[RecordBatch]) -> Vec<Vec<u8>> {
    let mut writer = StreamWriter::try_new(Vec::new(), schema).unwrap();
    let mut pieces = vec![std::mem::take(writer.get_mut())];
    for batch in batches {
        writer.write(batch).unwrap();
        pieces.push(std::mem::take(writer.get_mut()));
    }
    writer.finish().unwrap();
    pieces.push(std::mem::take(writer.get_mut()));
    pieces
}

/// An exception as the whole answer.
#[must_use]
pub fn exception(code: i32, message: &str) -> String {
    format!("Code: {code}. DB::Exception: {message} (version 26.7.1.1 (official build))")
}

/// An exception behind rows.
#[must_use]
pub fn framed_exception(code: i32, message: &str) -> Vec<u8> {
    let text = exception(code, message) + "\n";
    let length = text.len();
    format!("\r\n__exception__\r\n{TAG}\r\n{text}{length} {TAG}\r\n__exception__\r\n").into_bytes()
}
