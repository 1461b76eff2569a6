//! Values and text as ClickHouse parses them.

use crate::value::Value;

/// The text that ClickHouse parses as the type of the value's placeholder: escaped as in
/// tab-separated files on the outside, quoted inside arrays.
#[must_use]
pub fn parameter_text(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// The length in bytes of [`parameter_text`].
pub(crate) fn parameter_text_bytes(value: &Value) -> usize {
    let mut bytes = Length(0);
    write(value, &mut bytes);
    bytes.0
}

/// What takes a value's text piece by piece.
trait Out {
    fn push(&mut self, character: char);
    fn push_str(&mut self, text: &str);
}

impl Out for String {
    fn push(&mut self, character: char) {
        self.push(character);
    }

    fn push_str(&mut self, text: &str) {
        self.push_str(text);
    }
}

/// Counts the bytes and keeps none.
struct Length(usize);

impl Out for Length {
    fn push(&mut self, character: char) {
        self.0 += character.len_utf8();
    }

    fn push_str(&mut self, text: &str) {
        self.0 += text.len();
    }
}

fn write(value: &Value, out: &mut impl Out) {
    match value {
        Value::Null => out.push_str("\\N"),
        Value::String(string) => escape(string, out),
        value => element(value, out),
    }
}

/// `text` as an SQL string literal, for what an adapter writes itself. A value of a caller goes
/// through [`Statement::bind`](crate::Statement::bind).
#[must_use]
pub fn string_literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(text, &mut out);
    out
}

/// `name` as a quoted identifier, for names that the database itself has given.
#[must_use]
pub fn quoted_identifier(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}

fn element(value: &Value, out: &mut impl Out) {
    match value {
        Value::Null => out.push_str("NULL"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::UInt(number) => out.push_str(&number.to_string()),
        Value::Float(number) if number.is_nan() => out.push_str("nan"),
        Value::Float(number) => out.push_str(&format!("{number:?}")),
        Value::String(string) => quote(string, out),
        Value::Array(values) => {
            out.push('[');
            for (position, value) in values.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                element(value, out);
            }
            out.push(']');
        }
    }
}

fn quote(text: &str, out: &mut impl Out) {
    out.push('\'');
    escape(text, out);
    out.push('\'');
}

fn escape(text: &str, out: &mut impl Out) {
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
        parameter_text(&value.into())
    }

    #[test]
    fn quotes_and_backslashes_cannot_end_a_string() {
        assert_eq!(string_literal(r"a'b\"), r"'a\'b\\'");
        assert_eq!(string_literal("\n\r\t\0"), r"'\n\r\t\0'");
    }

    #[test]
    fn backticks_and_backslashes_cannot_end_an_identifier() {
        assert_eq!(quoted_identifier(r"a`b\"), r"`a\`b\\`");
    }

    #[test]
    fn text_is_escaped_outside_arrays_and_quoted_inside() {
        assert_eq!(text("it's a \\ \t\n\r\0 {x} ? é"), r"it\'s a \\ \t\n\r\0 {x} ? é");
        assert_eq!(text(vec!["it's", "\\", ""]), r"['it\'s','\\','']");
    }

    #[test]
    fn the_length_is_that_of_the_text() {
        for value in [
            Value::Null,
            true.into(),
            i64::MIN.into(),
            f64::MIN_POSITIVE.into(),
            "it's \\ \t\n\r\0 é \u{1F600}".into(),
            vec![Some("it's"), None].into(),
            vec![vec![1_i64, -2], vec![]].into(),
        ] {
            assert_eq!(parameter_text_bytes(&value), parameter_text(&value).len(), "{value:?}");
        }
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
