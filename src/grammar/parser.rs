//! Builds the tree of a search from its tokens.

use super::Span;
use super::ast::{Field, Node, NodeKind, Query, Value, ValueShape};
use super::date::parse_days;
use super::error::{GrammarError, Problem};
use super::lexer::{Text, Token, TokenKind, lex};
use super::number::parse_numbers;
use super::terms::terms;
use super::values::{choice_is_meant, choices};
use crate::domain::untrusted::Untrusted;
use jiff::civil::Date;

/// How deep parentheses and negations may be nested: far more than anyone types, far less than
/// a thread's stack holds.
const MAX_DEPTH: usize = 32;
/// Letters before a star when nothing else narrows the search.
const MIN_PREFIX_CHARS: usize = 2;
/// Letters of a word that may be spelt freely.
const MIN_FUZZY_CHARS: usize = 4;
/// Words that may stand between the words of a quotation.
const MAX_GAP: u32 = 50;
/// Words that may be near each other.
const MAX_NEAR_WORDS: usize = 8;

/// The query a person typed. Takes time linear in its length.
///
/// # Errors
/// A [`GrammarError`] that points at the characters and says what to do.
pub fn parse(text: &str, today: Date) -> Result<Query, GrammarError> {
    let query = parse_with(text, today, Field::SEARCH)?;
    check_prefixes(&query.root, false)?;
    Ok(query)
}

/// The same with other fields.
pub(super) fn parse_with(
    text: &str,
    today: Date,
    fields: &'static [Field],
) -> Result<Query, GrammarError> {
    let tokens = lex(text, fields)?;
    if tokens.is_empty() {
        let span = Span::new(0, text.len());
        return Err(GrammarError::new(Problem::Blank, span));
    }
    let mut parser = Parser {
        text,
        today,
        tokens: &tokens,
        at: 0,
    };
    let root = parser.any(0)?;
    if let Some(token) = parser.peek() {
        // Only a closing parenthesis ends a query before its end.
        return Err(GrammarError::new(Problem::UnexpectedClose, token.span));
    }
    Ok(Query { root })
}

struct Parser<'a> {
    text: &'a str,
    today: Date,
    tokens: &'a [Token],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn take(&mut self, kind: TokenKind) -> Option<Token> {
        let token = self.peek().filter(|token| token.kind == kind)?;
        self.at += 1;
        Some(token)
    }

    fn any(&mut self, depth: usize) -> Result<Node, GrammarError> {
        let mut parts = vec![self.all(depth, None)?];
        while let Some(or) = self.take(TokenKind::Or) {
            parts.push(self.all(depth, Some((or, "OR")))?);
        }
        Ok(joined(parts, NodeKind::Any))
    }

    /// Parts one after the other; `after` is the operator that wants at least one.
    fn all(
        &mut self,
        depth: usize,
        after: Option<(Token, &'static str)>,
    ) -> Result<Node, GrammarError> {
        let mut parts = Vec::new();
        let mut owed = after;
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Close => break,
                TokenKind::Or | TokenKind::And if parts.is_empty() || owed.is_some() => {
                    let (token, name) = owed.unwrap_or((token, operator(token.kind)));
                    let side = if owed.is_some() {
                        "after it"
                    } else {
                        "before it"
                    };
                    return Err(missing(name, side, token.span));
                }
                TokenKind::Or => break,
                TokenKind::And => {
                    self.at += 1;
                    owed = Some((token, "AND"));
                }
                _ => {
                    parts.push(self.part(depth)?);
                    owed = None;
                }
            }
        }
        if let Some((token, name)) = owed {
            return Err(missing(name, "after it", token.span));
        }
        if parts.is_empty() {
            // An empty group, or a query that starts with a closing parenthesis.
            let problem = match self.peek() {
                Some(_) if depth == 0 => Problem::UnexpectedClose,
                _ => Problem::NothingToSearch,
            };
            let span = self.peek().map_or_else(Span::default, |token| token.span);
            return Err(GrammarError::new(problem, span));
        }
        Ok(joined(parts, NodeKind::All))
    }

    fn part(&mut self, depth: usize) -> Result<Node, GrammarError> {
        let mut negations: Vec<Token> = Vec::new();
        while let Some(token) = self
            .take(TokenKind::Minus)
            .or_else(|| self.take(TokenKind::Not))
        {
            if depth + negations.len() >= MAX_DEPTH {
                return Err(GrammarError::new(Problem::TooDeep, token.span));
            }
            negations.push(token);
        }
        let mut node = self.one(depth + negations.len(), negations.last().copied())?;
        for token in negations.into_iter().rev() {
            node = Node {
                span: token.span.to(node.span),
                kind: NodeKind::Not(Box::new(node)),
            };
        }
        Ok(node)
    }

    fn one(&mut self, depth: usize, negation: Option<Token>) -> Result<Node, GrammarError> {
        let token = match (self.peek(), negation) {
            (Some(token), _)
                if !matches!(
                    token.kind,
                    TokenKind::Close | TokenKind::And | TokenKind::Or
                ) =>
            {
                token
            }
            (_, Some(negation)) => {
                return Err(missing(operator(negation.kind), "after it", negation.span));
            }
            // Not reached: `all` calls this only before a part.
            (other, None) => {
                let span = other.map_or_else(Span::default, |token| token.span);
                return Err(GrammarError::new(Problem::NothingToSearch, span));
            }
        };
        self.at += 1;
        let kind = match token.kind {
            TokenKind::Open => return self.group(token, depth),
            TokenKind::Text(text) => self.text(text)?,
            TokenKind::Field(field, text) => NodeKind::Field {
                field,
                value_span: text.span,
                value: self.value(field, text)?,
            },
            // Not reached: the guards above leave nothing else.
            _ => return Err(GrammarError::new(Problem::NothingToSearch, token.span)),
        };
        Ok(Node {
            span: token.span,
            kind,
        })
    }

    fn group(&mut self, open: Token, depth: usize) -> Result<Node, GrammarError> {
        if depth >= MAX_DEPTH {
            return Err(GrammarError::new(Problem::TooDeep, open.span));
        }
        if self.peek().is_none() {
            return Err(GrammarError::new(Problem::UnclosedGroup, open.span));
        }
        let inner = self.any(depth + 1)?;
        let Some(close) = self.take(TokenKind::Close) else {
            return Err(GrammarError::new(Problem::UnclosedGroup, open.span));
        };
        Ok(Node {
            span: open.span.to(close.span),
            kind: NodeKind::Group(Box::new(inner)),
        })
    }

    fn text(&self, text: Text) -> Result<NodeKind, GrammarError> {
        let typed = self.searchable(text)?;
        Ok(match (text.tilde, text) {
            (Some(tilde), Text { quoted: true, .. }) => NodeKind::Near {
                gap: self.gap(text, tilde)?,
                words: typed,
            },
            (Some(tilde), _) => NodeKind::Fuzzy {
                edits: self.edits(text, tilde)?,
                word: typed,
            },
            (None, Text { quoted: true, .. }) => NodeKind::Phrase(typed),
            (None, Text { star: true, .. }) => NodeKind::Prefix(typed),
            _ => NodeKind::Word(typed),
        })
    }

    /// How many words may stand between those of a quotation.
    fn gap(&self, text: Text, tilde: Span) -> Result<u32, GrammarError> {
        let words = terms(text.span.of(self.text)).count();
        if words < 2 {
            return Err(GrammarError::new(Problem::NearOneWord, text.span));
        }
        if words > MAX_NEAR_WORDS {
            return Err(GrammarError::new(Problem::NearTooMany, text.span));
        }
        let typed = tilde.of(self.text).trim_start_matches('~');
        let gap = typed.parse().ok().filter(|gap| *gap <= MAX_GAP);
        gap.ok_or(GrammarError::new(Problem::NearGap, tilde))
    }

    /// How many letters of a word may differ, if it was said.
    fn edits(&self, text: Text, tilde: Span) -> Result<Option<u8>, GrammarError> {
        let word = text.span.of(self.text);
        if terms(word).count() > 1 {
            return Err(GrammarError::new(Problem::FuzzyOneWord, text.span));
        }
        if word.chars().filter(|c| c.is_alphanumeric()).count() < MIN_FUZZY_CHARS {
            return Err(GrammarError::new(Problem::FuzzyTooShort, text.span));
        }
        match tilde.of(self.text).trim_start_matches('~') {
            "" => Ok(None),
            "1" => Ok(Some(1)),
            "2" => Ok(Some(2)),
            _ => Err(GrammarError::new(Problem::FuzzyDistance, tilde)),
        }
    }

    fn value(&self, field: Field, text: Text) -> Result<Value, GrammarError> {
        let shape = field.shape();
        let problem = |problem| GrammarError::new(problem, text.span);
        if let Some(tilde) = text.tilde {
            if shape != ValueShape::TextWords || !text.quoted {
                return Err(GrammarError::new(Problem::TildeInField(field), tilde));
            }
            let gap = self.gap(text, tilde)?;
            return Ok(Value::Near(self.searchable(text)?, gap));
        }
        if matches!(shape, ValueShape::Days | ValueShape::Numbers) && text.star {
            return Err(problem(Problem::StarInside));
        }
        let typed = text.span.of(self.text);
        match shape {
            ValueShape::Days => parse_days(typed, self.today)
                .map(Value::Days)
                .map_err(|e| problem(e.into())),
            ValueShape::Numbers => parse_numbers(typed)
                .map(Value::Numbers)
                .map_err(|e| problem(e.into())),
            _ => {
                let typed = self.searchable(text)?;
                self.choice(field, text)?;
                Ok(if text.star {
                    Value::Prefix(typed)
                } else {
                    Value::Text(typed)
                })
            }
        }
    }

    /// Refuses a value that is none of the few a field has.
    fn choice(&self, field: Field, text: Text) -> Result<(), GrammarError> {
        let Some(all) = choices(field) else {
            return Ok(());
        };
        if choice_is_meant(field, text.span.of(self.text))
            .next()
            .is_some()
        {
            return Ok(());
        }
        let problem = Problem::BadValue {
            field,
            expected: all.join(", "),
        };
        Err(GrammarError::new(problem, text.span))
    }

    /// The text, if there is anything in it to search for. A star must follow a letter or digit
    /// directly, or it would ask for something else than it seems to.
    fn searchable(&self, text: Text) -> Result<Untrusted, GrammarError> {
        let typed = text.span.of(self.text);
        match terms(typed).last() {
            None => Err(GrammarError::new(Problem::NothingToSearch, text.span)),
            Some((_, end)) if text.star && end < typed.len() => {
                let span = Span::new(text.span.end, text.span.end + 1);
                Err(GrammarError::new(Problem::StarInside, span))
            }
            Some(_) => Ok(Untrusted::new(typed)),
        }
    }
}

fn operator(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Or => "OR",
        TokenKind::And => "AND",
        TokenKind::Not => "NOT",
        _ => "-",
    }
}

fn missing(operator: &'static str, side: &'static str, span: Span) -> GrammarError {
    GrammarError::new(Problem::MissingOperand(operator, side), span)
}

fn joined(mut parts: Vec<Node>, kind: fn(Vec<Node>) -> NodeKind) -> Node {
    match (parts.pop(), parts.first()) {
        (Some(only), None) => only,
        (last, first) => {
            let start = first.map_or_else(Span::default, |node| node.span);
            let end = last.as_ref().map_or(start, |node| node.span);
            parts.extend(last);
            Node {
                span: start.to(end),
                kind: kind(parts),
            }
        }
    }
}

/// Refuses prefixes of one letter, unless another word beside them narrows the search: then
/// they are the beginning of the next word of someone typing.
fn check_prefixes(node: &Node, narrowed: bool) -> Result<(), GrammarError> {
    match &node.kind {
        NodeKind::All(parts) => {
            let narrowing = parts.iter().any(narrows);
            parts
                .iter()
                .try_for_each(|part| check_prefixes(part, narrowed || narrowing))
        }
        NodeKind::Any(parts) => parts
            .iter()
            .try_for_each(|part| check_prefixes(part, narrowed)),
        NodeKind::Group(inner) => check_prefixes(inner, narrowed),
        NodeKind::Not(inner) => check_prefixes(inner, false),
        NodeKind::Prefix(text) if !narrowed && !long_enough(text) => {
            Err(GrammarError::new(Problem::PrefixTooShort, node.span))
        }
        _ => Ok(()),
    }
}

/// Whether a part of a conjunction narrows it enough for a short prefix beside it.
fn narrows(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Word(_) | NodeKind::Phrase(_) | NodeKind::Near { .. } => true,
        NodeKind::Prefix(text) => long_enough(text),
        NodeKind::Group(inner) => narrows(inner),
        _ => false,
    }
}

/// Whether a prefix is long enough to stand alone; with a whole term before it (`x-r*`) it is.
fn long_enough(text: &Untrusted) -> bool {
    let text = text.raw();
    let mut all = terms(text);
    match (all.next(), all.next()) {
        (Some((start, end)), None) => text[start..end].chars().count() >= MIN_PREFIX_CHARS,
        _ => true,
    }
}
