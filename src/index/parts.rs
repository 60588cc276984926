//! The pieces that queries are made of: tantivy's query objects for words, beginnings, ranges.

use super::access::exactly;
use super::bound::{Bound, SharedBound};
use super::heads::Beginning;
use super::open::Kept;
use super::positional::{Order, Positional};
use super::spans::{Span, Spans};
use super::stretches::Stretches;
use crate::domain::document::DocumentKind;
use crate::grammar::ast::{Field, Node, NodeKind};
use crate::grammar::choice_is_meant;
use crate::grammar::terms::folded;
use tantivy::Term;
use tantivy::query::{BooleanQuery, EmptyQuery, Occur, Query, TermQuery, TermSetQuery};
use tantivy::schema::{Field as Column, IndexRecordOption};

pub(super) fn is_scope(node: &Node) -> bool {
    matches!(
        &node.kind,
        NodeKind::Field {
            field: Field::In,
            ..
        }
    )
}

/// Whether words of the text are asked for, negated or not.
pub(super) fn has_words(node: &Node) -> bool {
    match &node.kind {
        NodeKind::All(parts) | NodeKind::Any(parts) => parts.iter().any(has_words),
        NodeKind::Not(inner) | NodeKind::Group(inner) => has_words(inner),
        NodeKind::Field { field, .. } => *field == Field::Affirmed || field.said().is_some(),
        _ => true,
    }
}

/// Whether typed words mean a kind: its stable name or its title begins with them, the last one
/// perhaps unfinished. "And" counts for nothing: `h&p` means `h_and_p`.
pub(super) fn kind_is_meant(kind: DocumentKind, wanted: &[String]) -> bool {
    let solid = |words: Vec<String>| -> Vec<String> {
        words.into_iter().filter(|word| word != "and").collect()
    };
    let wanted = solid(wanted.to_vec());
    let Some((last, whole)) = wanted.split_last() else {
        return false;
    };
    [kind.name(), kind.title()].into_iter().any(|name| {
        let name = solid(folded(name));
        name.len() >= wanted.len()
            && name[..whole.len()] == *whole
            && name[whole.len()].starts_with(last.as_str())
    })
}

/// At least one of them; nothing if there is none.
pub(super) fn any(mut parts: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match (parts.pop(), parts.is_empty()) {
        (None, _) => Box::new(EmptyQuery),
        (Some(only), true) => only,
        (Some(last), false) => {
            parts.push(last);
            let clauses = parts.into_iter().map(|part| (Occur::Should, part));
            Box::new(BooleanQuery::new(clauses.collect()))
        }
    }
}

/// Documents with one of these terms.
pub(super) fn one_of(terms: Vec<Term>) -> Box<dyn Query> {
    Box::new(TermSetQuery::new(terms))
}

pub(super) fn text_terms(column: Column, text: &str) -> Vec<Term> {
    let words = folded(text);
    let term = |word: &String| Term::from_field_text(column, word);
    words.iter().map(term).collect()
}

pub(super) fn positional(
    column: Column,
    text: &str,
    order: Order,
    places: &Stretches,
    scored: bool,
    bound: &SharedBound,
) -> Box<dyn Query> {
    let words = text_terms(column, text);
    if words.is_empty() {
        return Box::new(EmptyQuery);
    }
    Box::new(Positional {
        words,
        open: None,
        kept: Kept::default(),
        order,
        stretches: places.clone(),
        scored,
        bound: bound.clone(),
    })
}

/// The words of a text, in this order and adjacent, at these places.
pub(super) fn words_at(
    column: Column,
    text: &str,
    places: &Stretches,
    scored: bool,
    bound: &SharedBound,
) -> Box<dyn Query> {
    let mut terms = text_terms(column, text);
    match (terms.pop(), terms.is_empty()) {
        (None, _) => Box::new(EmptyQuery),
        (Some(only), true) if places.are_anywhere() => {
            let record = if scored {
                IndexRecordOption::WithFreqs
            } else {
                IndexRecordOption::Basic
            };
            Box::new(TermQuery::new(only, record))
        }
        _ => positional(column, text, Order::Adjacent, places, scored, bound),
    }
}

/// The words of a text, in this order and adjacent, without a say in the score.
pub(super) fn words(column: Column, text: &str) -> Box<dyn Query> {
    words_at(column, text, &Stretches::default(), false, &Bound::none())
}

/// The words of a text, the last one perhaps unfinished.
pub(super) fn prefix(column: Column, text: &str) -> Box<dyn Query> {
    let folded = folded(text);
    match folded.as_slice() {
        [] => Box::new(EmptyQuery),
        [only] => starting(column, only),
        _ => open_ended(column, text, &Stretches::default(), false, &Bound::none()),
    }
}

/// Words in this order and adjacent, of which the last may go on, at these places.
pub(super) fn open_ended(
    column: Column,
    text: &str,
    places: &Stretches,
    scored: bool,
    bound: &SharedBound,
) -> Box<dyn Query> {
    let mut words = text_terms(column, text);
    match words.pop() {
        None => Box::new(EmptyQuery),
        last => Box::new(Positional {
            words,
            open: last,
            kept: Kept::default(),
            order: Order::Adjacent,
            stretches: places.clone(),
            scored,
            bound: bound.clone(),
        }),
    }
}

/// Terms that start like this.
pub(super) fn starting(column: Column, start: &str) -> Box<dyn Query> {
    Box::new(Beginning::of(column, start))
}

/// One of the few values of a field.
pub(super) fn choice(column: Column, field: Field, typed: &str) -> Box<dyn Query> {
    let term = |name| Term::from_field_text(column, name);
    one_of(choice_is_meant(field, typed).map(term).collect())
}

/// A number, whole.
pub(super) fn number(column: Column, whole: &str) -> Box<dyn Query> {
    exactly(Term::from_field_text(column, whole))
}

/// Values from one to another, both included, of one column or another.
pub(super) fn within(spans: Vec<Span>, bound: SharedBound) -> Box<dyn Query> {
    Box::new(Spans { spans, bound })
}

/// A span; `None` when it has no end at all.
pub(super) fn span(column: Column, from: Option<i64>, to: Option<i64>) -> Option<Span> {
    let open = from.is_none() && to.is_none();
    (!open).then(|| Span {
        column,
        values: from.unwrap_or(i64::MIN)..=to.unwrap_or(i64::MAX),
    })
}
