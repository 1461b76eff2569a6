//! The text of a statement as tokens, as ClickHouse's own lexer reads it.

use std::borrow::Cow;

/// A token. Blanks and comments are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A keyword or a name.
    Word(&'a str),
    /// A name in quotes, without them.
    Quoted(Cow<'a, str>),
    /// A number or a string.
    Literal,
    Symbol(char),
}

impl<'a> Token<'a> {
    /// Whether it is this keyword, in any case. A quoted name is none.
    pub(crate) const fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    pub(crate) const fn is_name(&self) -> bool {
        matches!(self, Self::Word(_) | Self::Quoted(_))
    }

    /// The name, if it can be one.
    pub(crate) fn name(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Word(name) => Some(name.into()),
            Self::Quoted(name) => Some(name),
            Self::Literal | Self::Symbol(_) => None,
        }
    }
}

/// The tokens of `sql`. What is not finished ends with the text.
pub(crate) const fn tokens(sql: &str) -> Tokens<'_> {
    Tokens { rest: sql }
}

pub(crate) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while let Some(length) = blanks(self.rest) {
            self.take(length);
        }
        let first = self.rest.chars().next()?;
        if let Some(length) = literal(self.rest, first) {
            self.take(length);
            return Some(Token::Literal);
        }
        Some(match first {
            '"' | '`' => {
                let text = self.take(quoted(self.rest, first));
                Token::Quoted(unescaped(inside(text, first, first), first))
            }
            '“' => Token::Quoted(inside(self.take(until(self.rest, "”")), first, '”').into()),
            _ if is_of_word(first) => Token::Word(self.take(span(self.rest, is_of_word))),
            _ => {
                self.take(first.len_utf8());
                Token::Symbol(first)
            }
        })
    }
}

impl<'a> Tokens<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (token, rest) = self.rest.split_at(length);
        self.rest = rest;
        token
    }
}

/// The length of the blanks or the comment that `text` begins with.
fn blanks(text: &str) -> Option<usize> {
    if ["--", "//", "#!", "# "].iter().any(|mark| text.starts_with(mark)) {
        return Some(until(text, "\n"));
    }
    if text.starts_with("/*") {
        return Some(comment(text));
    }
    // Of the characters beyond ASCII ClickHouse takes many for blanks, and the others for errors.
    let is_blank = |c| matches!(c, '\0'..=' ' | '\u{7f}'..) && !matches!(c, '‘' | '“');
    Some(span(text, is_blank)).filter(|&length| length > 0)
}

/// The length of a comment with all those that it holds.
fn comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        depth = match &text.as_bytes()[at..] {
            [b'/', b'*', ..] => depth + 1,
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => depth - 1,
            _ => {
                at += 1;
                continue;
            }
        };
        at += 2;
    }
    text.len()
}

/// The length of the number or the string that `text` begins with.
fn literal(text: &str, first: char) -> Option<usize> {
    match first {
        '\'' => Some(quoted(text, first)),
        '‘' => Some(until(text, "’")),
        '0'..='9' => Some(number(text)),
        '.' if text[1..].starts_with(|c: char| c.is_ascii_digit()) => Some(number(text)),
        '$' => {
            let tag = &text[..text[1..].find('$')? + 2];
            let end = text[tag.len()..].find(tag)?;
            Some(end + 2 * tag.len())
        }
        _ => None,
    }
}

fn number(text: &str) -> usize {
    let mut before = '0';
    span(text, |c| {
        let is_sign_of_exponent = matches!(c, '+' | '-') && matches!(before, 'e' | 'E' | 'p' | 'P');
        before = c;
        c == '.' || is_of_word(c) || is_sign_of_exponent
    })
}

/// The length of a text in quotes, which are doubled or escaped inside it.
fn quoted(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c == '\\' {
            characters.next();
        } else if c == quote && characters.next_if(|&(_, next)| next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

fn inside(text: &str, opening: char, closing: char) -> &str {
    let text = text.strip_prefix(opening).unwrap_or(text);
    text.strip_suffix(closing).unwrap_or(text)
}

/// A name as it is meant. Of escaped characters only those given by their code can be letters.
fn unescaped(name: &str, quote: char) -> Cow<'_, str> {
    if !name.contains([quote, '\\']) {
        return name.into();
    }
    let mut plain = String::new();
    let mut rest = name;
    while let Some(at) = rest.find([quote, '\\']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let code = rest.strip_prefix('x').and_then(|code| code.get(..2));
        if let Some(code) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            plain.push(char::from(code));
            rest = &rest[3..];
        } else if let Some(c) = rest.chars().next() {
            plain.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    (plain + rest).into()
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$')
}

/// The length of what `text` begins with, as long as `belongs` says so.
fn span(text: &str, belongs: impl FnMut(char) -> bool) -> usize {
    text.len() - text.trim_start_matches(belongs).len()
}

/// The length up to the end of `mark`.
fn until(text: &str, mark: &str) -> usize {
    text.find(mark).map_or(text.len(), |at| at + mark.len())
}
