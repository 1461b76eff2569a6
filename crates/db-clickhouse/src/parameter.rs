use db_port::{DbError, Result, Value};

/// The text of the parameter `name`, which the server parses as the type of the placeholder:
/// escaped as in tab-separated files, with quoted strings inside arrays.
pub(crate) fn encode(name: &str, value: &Value) -> Result<String> {
    let mut text = String::new();
    match value {
        Value::Null => text.push_str("\\N"),
        Value::String(string) => escape(string, &mut text),
        value => element(name, value, &mut text)?,
    }
    Ok(text)
}

fn element(name: &str, value: &Value, out: &mut String) -> Result<()> {
    match value {
        Value::Null => out.push_str("NULL"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::UInt(number) => out.push_str(&number.to_string()),
        Value::Float(number) if number.is_nan() => out.push_str("nan"),
        Value::Float(number) => out.push_str(&format!("{number:?}")),
        Value::String(string) => {
            out.push('\'');
            escape(string, out);
            out.push('\'');
        }
        Value::Array(values) => {
            out.push('[');
            for (position, value) in values.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                element(name, value, out)?;
            }
            out.push(']');
        }
        _ => {
            return Err(DbError::InvalidInput {
                what: format!("parameter {name}"),
                reason: "this adapter cannot send a value of its kind".into(),
            });
        }
    }
    Ok(())
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            character => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: impl Into<Value>) -> String {
        encode("p", &value.into()).unwrap()
    }

    #[test]
    fn text_is_escaped_outside_arrays_and_quoted_inside() {
        assert_eq!(text("it's a \\ \t\n\r\0 {x} ? é"), r"it\'s a \\ \t\n\r\0 {x} ? é");
        assert_eq!(text(vec!["it's", "\\", ""]), r"['it\'s','\\','']");
    }

    #[test]
    fn text_that_looks_like_null_is_text() {
        assert_eq!(text("\\N"), r"\\N");
        assert_eq!(text(Value::Null), r"\N");
        assert_eq!(text(vec![Some("NULL"), None]), "['NULL',NULL]");
    }

    #[test]
    fn numbers_keep_every_digit() {
        assert_eq!(text(i64::MIN), "-9223372036854775808");
        assert_eq!(text(u64::MAX), "18446744073709551615");
        assert_eq!(text(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(text(5e-324), "5e-324");
        assert_eq!(text(-0.0), "-0.0");
        let special = vec![f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -f64::NAN];
        assert_eq!(text(special), "[inf,-inf,nan,nan]");
    }

    #[test]
    fn booleans_are_words_because_arrays_of_them_take_nothing_else() {
        assert_eq!(text(true), "true");
        assert_eq!(text(vec![true, false]), "[true,false]");
    }

    #[test]
    fn arrays_nest_and_may_be_empty() {
        assert_eq!(text(vec![vec![1_i64, -2], vec![]]), "[[1,-2],[]]");
    }
}
