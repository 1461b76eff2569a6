//! What a simulated server answers to a question.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, UInt64Array};
use candlehouse_tests::fault::answers::exception;

use crate::model::{READINGS, Shared};
use crate::schedule::Table;

/// The answer to a question, at least one batch; the exception's text where there is none.
pub(crate) fn batches(
    server: &'static str,
    model: &Shared,
    text: &str,
) -> Result<Vec<RecordBatch>, String> {
    let one =
        |name: &str, array: ArrayRef| vec![RecordBatch::try_from_iter([(name, array)]).unwrap()];
    let count = |count: u64| one("n", Arc::new(UInt64Array::from(vec![count])));
    let numbers = |rows: Vec<i64>| one("n", Arc::new(Int64Array::from(rows)));
    let model = model.lock();
    if text.contains("SELECT version()") {
        return Ok(one("version", Arc::new(StringArray::from(vec!["26.7.1.1"]))));
    }
    if text.contains("system.merge_tree_settings") {
        let table = Table::named(&field(text, "param_table"));
        let is_replicated = table == Some(Table::Replicated);
        let replicated: ArrayRef = Arc::new(BooleanArray::from(vec![is_replicated]));
        let knows_tokens = table.is_some_and(Table::knows_tokens);
        let window = if knows_tokens { model.window as u64 } else { 0 };
        let window: ArrayRef = Arc::new(UInt64Array::from(vec![window]));
        let row = RecordBatch::try_from_iter([("replicated", replicated), ("window", window)]);
        return Ok(vec![row.unwrap()]);
    }
    if text.contains("system.query_log") {
        let unknown = || exception(60, "Unknown table system.query_log");
        return model
            .log
            .then(|| count(model.finished(server, &field(text, "param_attempts"))))
            .ok_or_else(unknown);
    }
    if text.contains("system.processes") {
        return Ok(count(model.running(server, &field(text, "param_attempts"))));
    }
    if text.contains("sorting_key") {
        return Ok(one("s", Arc::new(StringArray::from(vec!["n"]))));
    }
    if text.contains("`readings`") {
        let rows: Vec<_> = READINGS.collect();
        return Ok(rows.chunks(20).flat_map(|chunk| numbers(chunk.to_vec())).collect());
    }
    let name = text.split("FROM `").nth(1).and_then(|rest| rest.split('`').next());
    let table = name.and_then(Table::named).ok_or_else(|| exception(60, "Unknown table"))?;
    Ok(numbers(if text.ends_with("WHERE 0") { Vec::new() } else { model.rows_of(server, table) }))
}

/// A field of a multipart form.
pub(crate) fn field(form: &str, name: &str) -> String {
    let value = form.split(&format!("name=\"{name}\"")).nth(1);
    let value = value.and_then(|rest| rest.split("\r\n\r\n").nth(1));
    value.and_then(|rest| rest.split("\r\n").next()).unwrap_or_default().to_owned()
}
