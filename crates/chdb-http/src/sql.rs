//! Just enough of SQL's surface to tell statements apart: what the engine's C interface leaves to
//! its caller. Nothing here decides what a statement means.

use crate::lexer::Kind;
use crate::words::Words;

/// What to do with a statement.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Its rows are streamed; `end` is where `INTO OUTFILE` can stand.
    Query {
        format: Option<String>,
        end: usize,
    },
    /// It runs to its end before there is an answer.
    Statement {
        format: Option<String>,
    },
    /// An insert of the data behind it.
    Insert {
        format: String,
        statement_end: usize,
        data_start: usize,
    },
    Refused {
        code: i32,
        reason: String,
    },
}

/// Looks at a statement with the data that may follow it.
pub(crate) fn plan(text: &[u8]) -> Plan {
    let words = Words::new(text);
    let first = words.first();
    if words.is(first, "INSERT") {
        return insert(text, &words);
    }
    let tokens = &words.tokens;
    if tokens.is_empty() {
        return Plan::Refused { code: 62, reason: "Syntax error: Empty query".into() };
    }
    if let Some(end) = words.position(Kind::Symbol(b';'))
        && let Some(next) = tokens[end..].iter().find(|token| token.kind != Kind::Symbol(b';'))
    {
        return Plan::Refused {
            code: 62,
            reason: format!(
                "Syntax error (Multi-statements are not allowed): failed at position {} (end \
                     of query): {}",
                tokens[end].start + 1,
                String::from_utf8_lossy(&text[next.start..text.len().min(next.start + 100)])
            ),
        };
    }
    if words.pair("INTO", "OUTFILE").is_some() {
        return Plan::Refused { code: 358, reason: "INTO OUTFILE is not allowed".into() };
    }
    let format = words.format();
    let name = format.and_then(|position| tokens.get(position + 1));
    let format_name = name.map(|name| words.text(name).into_owned());
    let parenthesis = tokens.first().is_some_and(|token| token.kind == Kind::Symbol(b'('));
    let starts = |word: &&str| words.is(first, word);
    let inserts = tokens.iter().any(|token| words.is(Some(token), "INSERT"));
    match !inserts && (parenthesis || ["SELECT", "WITH", "FROM"].iter().any(starts)) {
        true => {
            let end = format.or_else(|| words.position(Kind::Symbol(b';')));
            let end = end.map_or(text.len(), |position| tokens[position].start);
            Plan::Query { format: format_name, end }
        }
        false => Plan::Statement { format: format_name },
    }
}

fn insert(text: &[u8], words: &Words<'_>) -> Plan {
    if words.pair("FROM", "INFILE").is_some() {
        return Plan::Refused { code: 48, reason: "FROM INFILE is not allowed".into() };
    }
    let mut depth = 0_usize;
    for (position, token) in words.tokens.iter().enumerate() {
        match token.kind {
            Kind::Symbol(b'(') => depth += 1,
            Kind::Symbol(b')') => depth = depth.saturating_sub(1),
            Kind::Word if depth == 0 => {
                if words.is(Some(token), "SELECT") || words.is(Some(token), "WITH") {
                    return select(text, words, position);
                }
                if words.is(Some(token), "VALUES") {
                    return Plan::Insert {
                        format: "Values".into(),
                        statement_end: token.start,
                        data_start: token.end,
                    };
                }
                if words.is(Some(token), "FORMAT")
                    && let Some(name) = words.tokens.get(position + 1)
                {
                    return Plan::Insert {
                        format: words.text(name).into_owned(),
                        statement_end: token.start,
                        data_start: skip_line(text, name.end),
                    };
                }
            }
            _ => {}
        }
    }
    Plan::Statement { format: None }
}

/// `INSERT ... SELECT`, which has no data behind it.
fn select(text: &[u8], words: &Words<'_>, from: usize) -> Plan {
    let tokens = &words.tokens[from..];
    let input = tokens
        .windows(2)
        .any(|pair| words.is(Some(&pair[0]), "INPUT") && pair[1].kind == Kind::Symbol(b'('));
    if input {
        return Plan::Refused {
            code: 48,
            reason: "this server has no table function input; insert the data as it is".into(),
        };
    }
    match plan(&text[tokens[0].start..]) {
        Plan::Query { .. } | Plan::Statement { .. } => Plan::Statement { format: None },
        other => other,
    }
}

/// Spaces and one line break between the name of the format and the data are no data.
fn skip_line(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | 0x0c)) {
        at += 1;
    }
    if text.get(at) == Some(&b'\r') {
        at += 1;
    }
    at + usize::from(text.get(at) == Some(&b'\n'))
}

/// `KILL QUERY` with `query_id` as the expression that holds this server's query ids; `None` for
/// any other statement.
pub(crate) fn kill_query(text: &[u8], query_id: &str) -> Option<Vec<u8>> {
    let words = Words::new(text);
    let [first, second, ..] = words.tokens.as_slice() else { return None };
    if !words.is(Some(first), "KILL") || !words.is(Some(second), "QUERY") {
        return None;
    }
    let (mut rewritten, mut copied) = (Vec::new(), 0);
    for token in words.tokens.iter().filter(|token| words.is(Some(token), "query_id")) {
        rewritten.extend_from_slice(&text[copied..token.start]);
        rewritten.extend_from_slice(query_id.as_bytes());
        copied = token.end;
    }
    rewritten.extend_from_slice(&text[copied..]);
    Some(rewritten)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> (Option<String>, &str) {
        match plan(text.as_bytes()) {
            Plan::Query { format, end } => (format, &text[..end]),
            other => panic!("{text}: {other:?}"),
        }
    }

    fn code(text: &str) -> Option<i32> {
        match plan(text.as_bytes()) {
            Plan::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    #[test]
    fn the_format_of_a_query_is_the_one_at_its_end() {
        assert_eq!(query("SELECT 1"), (None, "SELECT 1"));
        let json = Some("JSON".to_owned());
        assert_eq!(query("(SELECT 1) format JSON;"), (json.clone(), "(SELECT 1) "));
        assert_eq!(query("SELECT 1 FORMAT JSON SETTINGS a = 1"), (json, "SELECT 1 "));
        assert_eq!(query("SELECT 'FORMAT JSON' ;"), (None, "SELECT 'FORMAT JSON' "));
        let text = "WITH x AS (SELECT 1) SELECT a AS format FROM x";
        assert_eq!(query(text), (None, text));
    }

    #[test]
    fn what_a_server_refuses_is_refused() {
        assert_eq!(code(" -- nothing"), Some(62));
        assert_eq!(code("SELECT 1; SELECT 2"), Some(62));
        assert_eq!(code("DROP TABLE a; no SQL"), Some(62));
        assert_eq!(code("SELECT 1;;"), None);
        assert_eq!(code("SELECT ';' -- ; x"), None);
        assert_eq!(code("SELECT 1 INTO OUTFILE 'x'"), Some(358));
        assert_eq!(code("INSERT INTO t FROM INFILE 'x' FORMAT CSV"), Some(48));
        assert_eq!(code("INSERT INTO t SELECT * FROM input('n Int8') FORMAT CSV\n1"), Some(48));
        assert_eq!(code("INSERT INTO t SELECT 1; DROP TABLE t"), Some(62));
    }

    #[test]
    fn the_data_of_an_insert_begin_behind_one_line_break() {
        for (text, format, data) in [
            ("INSERT INTO t FORMAT RowBinary\n\n; x", "RowBinary", "\n; x"),
            ("INSERT INTO t (`FORMAT`) FORMAT CSV \r\n1", "CSV", "1"),
            ("insert into t values (1), ('; FORMAT CSV');", "Values", " (1), ('; FORMAT CSV');"),
            ("INSERT INTO t SETTINGS async_insert = 1 FORMAT TSV", "TSV", ""),
        ] {
            let Plan::Insert { format: found, statement_end, data_start } = plan(text.as_bytes())
            else {
                panic!("{text}");
            };
            assert_eq!((found.as_str(), &text[data_start..]), (format, data));
            assert!(!text[..statement_end].to_uppercase().contains("VALUES"), "{text}");
        }
        assert_eq!(plan(b"INSERT INTO t SELECT 1"), Plan::Statement { format: None });
    }

    #[test]
    fn a_kill_looks_for_the_query_id_where_it_is() {
        let rewritten = kill_query(b"kill query WHERE query_id = 'query_id' SYNC", "X");
        assert_eq!(rewritten.unwrap(), b"kill query WHERE X = 'query_id' SYNC");
        assert_eq!(kill_query(b"SELECT query_id FROM system.processes", "X"), None);
    }
}
