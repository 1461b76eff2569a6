//! The settings that a statement's own text assigns.

use std::collections::BTreeSet;
use std::iter::Peekable;

use crate::sql_tokens::{Token, Tokens, tokens};

/// The names of the settings that the text of a statement assigns itself: in `SETTINGS` clauses, also
/// those of subqueries, and in `SET` statements. The text has the last word, so whoever relies on a
/// setting looks here too.
///
/// The text is not parsed, only its tokens are read: strings, comments and names in quotes hold no
/// clause. Where a clause can be one of a table, a backup or a subquery, its names count as well, and
/// the word behind a column named `settings` does. What `CREATE` and `ALTER` give to users, roles
/// and profiles does not count, nor does `MODIFY SETTING`.
#[must_use]
pub fn text_settings(sql: &str) -> BTreeSet<String> {
    let mut tokens = tokens(sql).peekable();
    let mut names = BTreeSet::new();
    let mut before = Token::Symbol(';');
    while let Some(token) = tokens.next() {
        let is_first = before == Token::Symbol(';');
        if is_first && is_about_access(&token, tokens.peek()) {
            while tokens.next_if(|next| *next != Token::Symbol(';')).is_some() {}
        } else if is_first && token.is_keyword("SET")
            || before != Token::Symbol('.') && token.is_keyword("SETTINGS")
        {
            assignments(&mut tokens, &mut names);
        }
        before = token;
    }
    names
}

fn is_about_access(first: &Token<'_>, second: Option<&Token<'_>>) -> bool {
    ["CREATE", "ALTER", "ATTACH", "DROP", "SHOW"].iter().any(|verb| first.is_keyword(verb))
        && ["USER", "ROLE", "SETTINGS", "PROFILE"]
            .iter()
            .any(|noun| second.is_some_and(|second| second.is_keyword(noun)))
}

/// Reads `name [= value], ...`.
fn assignments(tokens: &mut Peekable<Tokens<'_>>, names: &mut BTreeSet<String>) {
    while let Some(name) = name(tokens) {
        names.insert(name);
        if is_next(tokens, '=') {
            skip_value(tokens);
        }
        if !is_next(tokens, ',') {
            return;
        }
    }
}

/// Reads a name, whose parts have dots between them.
fn name(tokens: &mut Peekable<Tokens<'_>>) -> Option<String> {
    let part = |tokens: &mut Peekable<_>| tokens.next_if(Token::is_name).and_then(Token::name);
    let mut name = part(tokens)?.into_owned();
    while is_next(tokens, '.') {
        name.push('.');
        name.extend(part(tokens));
    }
    Some(name)
}

/// Reads a literal, a collection of them, a placeholder, a name, or `disk(...)`.
fn skip_value(tokens: &mut Peekable<Tokens<'_>>) {
    while is_next(tokens, '=') || is_next(tokens, '-') || is_next(tokens, '+') {}
    if tokens.next_if_eq(&Token::Literal).is_some() {
        return;
    }
    let name = name(tokens);
    if name.is_none_or(|name| name.eq_ignore_ascii_case("disk")) {
        skip_brackets(tokens);
    }
}

fn skip_brackets(tokens: &mut Peekable<Tokens<'_>>) {
    let mut depth = 0;
    while let Some(token) = tokens.next_if(|token| match token {
        Token::Symbol('(' | '[' | '{') => true,
        _ => depth > 0,
    }) {
        match token {
            Token::Symbol('(' | '[' | '{') => depth += 1,
            Token::Symbol(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

fn is_next(tokens: &mut Peekable<Tokens<'_>>, symbol: char) -> bool {
    tokens.next_if_eq(&Token::Symbol(symbol)).is_some()
}
