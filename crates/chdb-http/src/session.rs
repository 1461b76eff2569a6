use crate::engine::Engine;
use crate::exception::Exception;
use crate::ffi::Connection;
use crate::request::Request;

/// The setting that holds a request's query id, because the engine takes none. It changes nothing
/// while the query cache is off, which it is unless a request turns it on.
const QUERY_ID: &str = "query_cache_tag";

/// The expression over `system.processes` that is a request's query id.
pub(crate) fn query_id_expression() -> String {
    format!("Settings['{QUERY_ID}']")
}

/// A connection with the database and the settings of one request.
pub(crate) fn open(
    engine: &Engine,
    request: &Request,
    query_id: &str,
) -> Result<Connection, Exception> {
    let mut connection = engine.connect().ok_or_else(|| {
        Exception::new(210, "NETWORK_ERROR", "The engine opened no further connection")
    })?;
    if let Some(database) = request.database.as_deref().filter(|name| !name.is_empty()) {
        execute(&mut connection, &format!("USE {}", quoted(database, '`')))?;
    }
    let others = request.settings.iter().filter(|(name, _)| name != "readonly");
    let others = others.map(|(name, value)| assignment(name, value));
    let own = [assignment(QUERY_ID, query_id)];
    let all: Vec<_> = others.chain(own).collect::<Result<_, _>>()?;
    execute(&mut connection, &format!("SET {}", all.join(", ")))?;
    // Behind all others, which it forbids to change.
    if request.read_only {
        execute(&mut connection, "SET readonly = 2")?;
    }
    if let Some(value) = request.setting("readonly") {
        execute(&mut connection, &format!("SET {}", assignment("readonly", value)?))?;
    }
    Ok(connection)
}

pub(crate) fn execute(connection: &mut Connection, sql: &str) -> Result<(), Exception> {
    let done = connection.run(sql.as_bytes(), "TabSeparated", &[]);
    done.map(drop).map_err(|error| Exception::from_engine(&error.0))
}

fn assignment(name: &str, value: &str) -> Result<String, Exception> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(plain) {
        let message = format!(
            "Setting {name} is neither a builtin setting nor started with the prefix 'SQL_' registered for user-defined settings"
        );
        return Err(Exception::new(115, "UNKNOWN_SETTING", &message));
    }
    Ok(format!("{name} = {}", quoted(value, '\'')))
}

/// A text or a name as SQL writes it.
pub(crate) fn quoted(text: &str, quote: char) -> String {
    let mut quoted = String::from(quote);
    for c in text.chars() {
        if c == '\\' || c == quote {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push(quote);
    quoted
}
