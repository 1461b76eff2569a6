use std::borrow::Cow;

use crate::lexer::{Kind, Token, tokens};

/// The statement's tokens up to where an insert's data can begin.
pub(crate) struct Words<'a> {
    source: &'a [u8],
    pub(crate) tokens: Vec<Token>,
}

impl<'a> Words<'a> {
    pub(crate) fn new(source: &'a [u8]) -> Self {
        let mut found: Vec<Token> = Vec::new();
        let is = |token: &Token, word: &str| {
            token.kind == Kind::Word
                && source[token.start..token.end].eq_ignore_ascii_case(word.as_bytes())
        };
        for token in tokens(source) {
            let data = found.first().is_some_and(|first| is(first, "INSERT"))
                && found.last().is_some_and(|last| is(last, "FORMAT") || is(last, "VALUES"));
            found.push(token);
            if data {
                break;
            }
        }
        Self { source, tokens: found }
    }

    pub(crate) fn text(&self, token: &Token) -> Cow<'a, str> {
        String::from_utf8_lossy(&self.source[token.start..token.end])
    }

    pub(crate) fn first(&self) -> Option<&Token> {
        self.tokens.iter().find(|token| token.kind != Kind::Symbol(b'('))
    }

    pub(crate) fn is(&self, token: Option<&Token>, word: &str) -> bool {
        token.is_some_and(|token| {
            token.kind == Kind::Word && self.text(token).eq_ignore_ascii_case(word)
        })
    }

    pub(crate) fn pair(&self, first: &str, second: &str) -> Option<usize> {
        self.tokens
            .windows(2)
            .position(|pair| self.is(Some(&pair[0]), first) && self.is(Some(&pair[1]), second))
    }

    pub(crate) fn position(&self, kind: Kind) -> Option<usize> {
        self.tokens.iter().position(|token| token.kind == kind)
    }

    /// The `FORMAT` that ends the statement, but for a semicolon and settings.
    pub(crate) fn format(&self) -> Option<usize> {
        let ends = |token: Option<&Token>| {
            token.is_none_or(|token| {
                token.kind == Kind::Symbol(b';') || self.is(Some(token), "SETTINGS")
            })
        };
        (0..self.tokens.len()).rfind(|&position| {
            let name = self.tokens.get(position + 1);
            self.is(self.tokens.get(position), "FORMAT")
                && name.is_some_and(|name| name.kind == Kind::Word)
                && ends(self.tokens.get(position + 2))
        })
    }
}
