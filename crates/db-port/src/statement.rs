//! A statement: text, parameters, settings, and what the caller promises about it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use crate::adapter::{check_settings, parameter_text_bytes};
use crate::error::{DbError, Result};
use crate::identifier::Identifier;
use crate::placeholders::placeholders;
use crate::value::Value;

/// A statement to run: text, parameters, settings, and what the caller promises about it.
///
/// Text is written by programmers, values come from anywhere. So the text is a `&'static str`, and
/// values are bound to `{name:Type}` placeholders that the database itself fills in:
///
/// ```
/// use db_port::Statement;
/// let statement = Statement::new("SELECT count() FROM candles WHERE symbol = {symbol:String}")
///     .bind("symbol", "AAPL")
///     .idempotent();
/// statement.check().unwrap();
/// ```
///
/// Text put together at run time does not compile:
///
/// ```compile_fail
/// let table = String::from("candles");
/// db_port::Statement::new(&format!("SELECT * FROM {table}"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    sql: Cow<'static, str>,
    parameters: Vec<(Cow<'static, str>, Value)>,
    settings: Vec<(Cow<'static, str>, String)>,
    idempotent: bool,
    timeout: Option<Duration>,
}

impl Statement {
    /// The longest parameter, in bytes of the [`parameter_text`](crate::adapter::parameter_text) that
    /// is sent for it: what is escaped there counts twice, and the quotes, commas and brackets of an
    /// array count.
    ///
    /// ClickHouse's HTTP interface takes no longer one by default, and a request cannot change that.
    /// Many values belong into a table that the statement reads, or into several statements.
    pub const MAX_PARAMETER_BYTES: usize = 131_072;

    /// A statement whose text was written in the program.
    #[must_use]
    pub const fn new(sql: &'static str) -> Self {
        Self::from_text(Cow::Borrowed(sql))
    }

    /// A statement whose text was put together at run time.
    ///
    /// The caller vouches that no part of it came from outside except through [`Identifier`].
    /// This is the only way for such text to reach a database: search for this name to audit it.
    #[must_use]
    pub const fn from_audited_text(sql: String) -> Self {
        Self::from_text(Cow::Owned(sql))
    }

    const fn from_text(sql: Cow<'static, str>) -> Self {
        Self { sql, parameters: Vec::new(), settings: Vec::new(), idempotent: false, timeout: None }
    }

    /// Gives the placeholder `{name:Type}` its value.
    #[must_use]
    pub fn bind(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Sets a setting of the engine for this statement only.
    #[must_use]
    pub fn with_setting(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl ToString,
    ) -> Self {
        self.settings.push((name.into(), value.to_string()));
        self
    }

    /// Promises that running the statement twice leaves what running it once leaves, so that an
    /// adapter may repeat it after a failure whose outcome it does not know. Reads are idempotent
    /// without saying so.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Ends the statement, on the database too, when it has run for this long. For a query the
    /// time runs until the stream has ended.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The text.
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The bound parameters, in the order of binding.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.parameters.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// The value bound to `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Value> {
        self.parameters().find_map(|(bound, value)| (bound == name).then_some(value))
    }

    /// Whether the caller called [`Statement::idempotent`].
    #[must_use]
    pub const fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// The time limit, if there is one.
    #[must_use]
    pub const fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// The settings, in the order they were given.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings.iter().map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    /// Checks what can be checked without a database. Adapters call this before anything else.
    ///
    /// # Errors
    /// [`DbError::InvalidInput`] when the text is blank, a name is not an [`Identifier`], a
    /// placeholder has no value, a value has no placeholder, a parameter is bound twice, or one is
    /// longer than [`Statement::MAX_PARAMETER_BYTES`].
    pub fn check(&self) -> Result<()> {
        if self.sql.trim().is_empty() {
            return Err(invalid("statement", "its text is empty".into()));
        }
        check_settings(self.settings())?;
        let wanted = placeholders(&self.sql);
        let mut given = BTreeSet::new();
        for (name, value) in self.parameters() {
            Identifier::new(name.to_owned())?;
            if !wanted.contains(name) {
                let reason = format!("the statement has no placeholder {{{name}:Type}}");
                return Err(invalid(&format!("parameter {name}"), reason));
            }
            if !given.insert(name) {
                return Err(invalid(&format!("parameter {name}"), "it is bound twice".into()));
            }
            check_length(name, value)?;
        }
        match wanted.iter().find(|name| !given.contains(name.as_ref())) {
            Some(name) => {
                Err(invalid(&format!("parameter {name}"), "it has no value: bind one".into()))
            }
            None => Ok(()),
        }
    }
}

fn invalid(what: &str, reason: String) -> DbError {
    DbError::InvalidInput { what: what.to_owned(), reason }
}

fn check_length(name: &str, value: &Value) -> Result<()> {
    const LIMIT: usize = Statement::MAX_PARAMETER_BYTES;
    let bytes = match value {
        // No byte becomes more than two.
        Value::String(text) if text.len() <= LIMIT / 2 => return Ok(()),
        value => parameter_text_bytes(value),
    };
    if bytes <= LIMIT {
        return Ok(());
    }
    let reason = format!(
        "it has {bytes} bytes as it is sent, and {LIMIT} are the most: put many values into a table, \
         or use several statements"
    );
    Err(invalid(&format!("parameter {name}"), reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(statement: &Statement) -> String {
        statement.check().unwrap_err().to_string()
    }

    #[test]
    fn what_was_asked_for_is_what_an_adapter_reads() {
        let plain = Statement::new("SELECT {a:Int64}");
        assert_eq!((plain.sql(), plain.is_idempotent()), ("SELECT {a:Int64}", false));
        assert_eq!((plain.timeout(), plain.parameters().count()), (None, 0));
        let asked = plain
            .bind("a", 1)
            .idempotent()
            .with_timeout(Duration::from_secs(2))
            .with_setting("max_threads", 1);
        assert_eq!((asked.is_idempotent(), asked.timeout()), (true, Some(Duration::from_secs(2))));
        assert_eq!(asked.parameters().collect::<Vec<_>>(), [("a", &Value::from(1))]);
        assert_eq!((asked.parameter("a"), asked.parameter("b")), (Some(&Value::from(1)), None));
        assert_eq!(asked.settings().collect::<Vec<_>>(), [("max_threads", "1")]);
    }

    #[test]
    fn a_missing_parameter_is_named() {
        let error = refusal(&Statement::new("SELECT {a:Int64}, {b:String}").bind("a", 1));
        assert!(error.contains("parameter b") && error.contains("no value"), "{error}");
    }

    #[test]
    fn an_extra_parameter_is_named() {
        let error = refusal(&Statement::new("SELECT 1").bind("a", 1));
        assert!(error.contains("parameter a") && error.contains("no placeholder"), "{error}");
    }

    #[test]
    fn a_parameter_bound_twice_is_refused() {
        let error = refusal(&Statement::new("SELECT {a:Int64}").bind("a", 1).bind("a", 2));
        assert!(error.contains("bound twice"), "{error}");
    }

    #[test]
    fn a_parameter_is_as_long_as_its_escaped_text() {
        let limit = Statement::MAX_PARAMETER_BYTES;
        let check = |value: Value| Statement::new("SELECT {a:String}").bind("a", value).check();
        // An array adds brackets, quotes and a comma.
        let array = |text: usize| Value::from(vec!["x".repeat(text), String::new()]);
        for longest in ["x".repeat(limit).into(), "'".repeat(limit / 2).into(), array(limit - 7)] {
            check(longest).unwrap();
        }
        for longer in
            ["x".repeat(limit + 1), "'".repeat(limit / 2) + "x", "x".repeat(limit - 1) + "\\"]
        {
            let error = check(longer.into()).unwrap_err().to_string();
            let size = (limit + 1).to_string();
            assert!(error.contains("parameter a") && error.contains(&size), "{error}");
            assert!(error.contains("131072"), "{error}");
        }
        check(array(limit - 6)).unwrap_err();
    }

    #[test]
    fn blank_text_is_refused() {
        assert!(refusal(&Statement::new(" \n")).contains("empty"));
    }

    #[test]
    fn a_setting_name_cannot_smuggle_text() {
        let error = refusal(&Statement::new("SELECT 1").with_setting("a=1, b", 2));
        assert!(error.contains("identifier"), "{error}");
    }
}
