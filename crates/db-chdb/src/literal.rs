use db_port::Value;

/// `text` as a quoted SQL string.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", escaped(text))
}

/// A parameter's value in the text form that ClickHouse parses for the placeholder's type: escaped
/// as in tab-separated files on the outside, quoted inside arrays.
pub(crate) fn parameter(value: &Value) -> String {
    match value {
        Value::Null => "\\N".into(),
        Value::String(text) => escaped(text),
        other => element(other),
    }
}

fn element(value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) if number.is_nan() => "nan".into(),
        Value::Float(number) => format!("{number:?}"),
        Value::String(text) => quoted(text),
        Value::Array(values) => {
            let elements: Vec<_> = values.iter().map(element).collect();
            format!("[{}]", elements.join(","))
        }
        _ => "NULL".into(),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_cannot_end_a_string() {
        assert_eq!(quoted(r"a'b\"), r"'a\'b\\'");
        assert_eq!(quoted("\n\r\t\0"), r"'\n\r\t\0'");
    }

    #[test]
    fn arrays_quote_their_elements_and_keep_null() {
        let value = Value::from(vec![Some("it's"), None]);
        assert_eq!(parameter(&value), r"['it\'s',NULL]");
        assert_eq!(parameter(&Value::from(vec![vec![1_i64, -2], vec![]])), "[[1,-2],[]]");
    }

    #[test]
    fn numbers_keep_every_digit() {
        assert_eq!(parameter(&Value::Float(0.1 + 0.2)), "0.30000000000000004");
        assert_eq!(parameter(&Value::Float(f64::NEG_INFINITY)), "-inf");
        assert_eq!(parameter(&Value::Float(-f64::NAN)), "nan");
        assert_eq!(parameter(&Value::UInt(u64::MAX)), "18446744073709551615");
        assert_eq!(parameter(&Value::Null), "\\N");
    }
}
