//! Cuts typed text into tokens, in one pass.

use super::Span;
use super::ast::Field;
use super::error::{GrammarError, Problem};

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub span: Span,
    pub kind: TokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Open,
    Close,
    /// A minus sign right before something.
    Minus,
    And,
    Or,
    Not,
    /// Text: a word, or words in quotes.
    Text(Text),
    /// A field and its value.
    Field(Field, Text),
}

/// Text as typed, without its quotes, star or tilde.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub span: Span,
    pub quoted: bool,
    pub star: bool,
    /// The tilde behind it with its number.
    pub tilde: Option<Span>,
}

/// The tokens of `text`; `fields` are those that may be named.
pub(super) fn lex(text: &str, fields: &'static [Field]) -> Result<Vec<Token>, GrammarError> {
    if text.len() > super::MAX_QUERY_BYTES {
        let mut end = super::MAX_QUERY_BYTES;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let span = Span::new(end, text.len());
        return Err(GrammarError::new(Problem::TooLong, span));
    }
    let mut lexer = Lexer {
        text,
        at: 0,
        fields,
    };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    fields: &'static [Field],
}

/// Straight quotes, and those a word processor makes of them.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}')
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self, c: char) {
        self.at += c.len_utf8();
    }

    fn token(&mut self) -> Result<Option<Token>, GrammarError> {
        while let Some(c) = self.peek().filter(|c| c.is_whitespace()) {
            self.bump(c);
        }
        let start = self.at;
        let Some(c) = self.peek() else {
            return Ok(None);
        };
        let kind = match c {
            '(' => {
                self.bump(c);
                TokenKind::Open
            }
            ')' => {
                self.bump(c);
                TokenKind::Close
            }
            '-' => {
                self.bump(c);
                if self.peek().is_none_or(char::is_whitespace) {
                    let problem = Problem::MissingOperand("-", "right after it");
                    return Err(GrammarError::new(problem, Span::new(start, self.at)));
                }
                TokenKind::Minus
            }
            c if is_quote(c) => TokenKind::Text(self.quoted()?),
            _ => self.word()?,
        };
        let span = Span::new(start, self.at);
        Ok(Some(Token { span, kind }))
    }

    /// Text in quotes; the opening quote comes next.
    fn quoted(&mut self) -> Result<Text, GrammarError> {
        let open = self.at;
        if let Some(c) = self.peek() {
            self.bump(c);
        }
        let start = self.at;
        while let Some(c) = self.peek() {
            if is_quote(c) {
                let span = Span::new(start, self.at);
                self.bump(c);
                return Ok(Text {
                    span,
                    quoted: true,
                    star: false,
                    tilde: self.tilde(),
                });
            }
            self.bump(c);
        }
        let span = Span::new(open, start);
        Err(GrammarError::new(Problem::UnclosedQuote, span))
    }

    /// A tilde right behind a quotation, with the digits after it.
    fn tilde(&mut self) -> Option<Span> {
        let start = self.at;
        let rest = self.text[start..].strip_prefix('~')?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        self.at += 1 + digits;
        Some(Span::new(start, self.at))
    }

    /// A word, an operator, or a field with its value.
    fn word(&mut self) -> Result<TokenKind, GrammarError> {
        let start = self.at;
        // A field's name is letters up to the first colon; `10:30` and `a.b:c` are words.
        let letters = self.text[start..]
            .bytes()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        if letters > 0 && self.text[start + letters..].starts_with(':') {
            return self.field(Span::new(start, start + letters));
        }
        let text = self.bare()?;
        if !text.star && text.tilde.is_none() {
            match text.span.of(self.text) {
                "AND" => return Ok(TokenKind::And),
                "OR" => return Ok(TokenKind::Or),
                "NOT" => return Ok(TokenKind::Not),
                _ => {}
            }
        }
        Ok(TokenKind::Text(text))
    }

    fn field(&mut self, name: Span) -> Result<TokenKind, GrammarError> {
        let typed = name.of(self.text);
        let known = self.fields.iter().copied();
        let Some(field) = known
            .into_iter()
            .find(|f| typed.eq_ignore_ascii_case(f.name()))
        else {
            let all = Field::SEARCH.iter().chain(Field::QUEUE);
            let mut all = all.chain(Field::REVIEW).copied();
            let elsewhere = all.find(|f| typed.eq_ignore_ascii_case(f.name()));
            let problem = match elsewhere {
                Some(field) => Problem::NotHere {
                    field,
                    there: self.fields,
                },
                None => Problem::UnknownField(self.fields),
            };
            return Err(GrammarError::new(problem, name));
        };
        self.at = name.end + 1;
        let value = match self.peek() {
            Some(c) if is_quote(c) => self.quoted()?,
            _ => self.bare()?,
        };
        if value.span.of(self.text).trim().is_empty() {
            let span = Span::new(name.start, name.end + 1);
            return Err(GrammarError::new(Problem::MissingValue(field), span));
        }
        Ok(TokenKind::Field(field, value))
    }

    /// Text up to space, a quote, or a parenthesis that it did not open itself, as `fracture(s)`
    /// does.
    fn bare(&mut self) -> Result<Text, GrammarError> {
        let start = self.at;
        let mut open = 0usize;
        let mut star = None;
        while let Some(c) = self.peek() {
            match c {
                c if c.is_whitespace() || is_quote(c) => break,
                '(' => open += 1,
                ')' if open == 0 => break,
                ')' => open -= 1,
                _ => {}
            }
            if let Some(at) = star {
                let span = Span::new(at, at + 1);
                return Err(GrammarError::new(Problem::StarInside, span));
            }
            if c == '*' {
                star = Some(self.at);
            }
            self.bump(c);
        }
        let end = star.unwrap_or(self.at);
        let tilde = match star {
            None => tilde_of(self.text, Span::new(start, end)),
            Some(_) => None,
        };
        Ok(Text {
            span: Span::new(start, tilde.map_or(end, |tilde| tilde.start)),
            quoted: false,
            star: star.is_some(),
            tilde,
        })
    }
}

/// The tilde that ends a word, with the digits after it; a tilde that begins one (`~5`) is only
/// a sign for "about".
fn tilde_of(text: &str, word: Span) -> Option<Span> {
    let typed = word.of(text);
    let before = typed.trim_end_matches(|c: char| c.is_ascii_digit());
    let stem = before.strip_suffix('~')?;
    let after_word = stem.chars().next_back().is_some_and(char::is_alphanumeric);
    after_word.then(|| Span::new(word.start + stem.len(), word.end))
}
