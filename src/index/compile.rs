//! Makes tantivy's query objects from a parsed query. Which field a part of a query reaches is
//! decided here and nowhere else; typed text becomes terms only.

use super::access::{exactly, unscored};
use super::exclusion::Excluded;
use super::reader::SearchContext;
use super::schema::{Fields, day_number, whole};
use crate::domain::document::DocumentKind;
use crate::domain::time::Instant;
use crate::grammar::Days;
use crate::grammar::ast::{Field, Node, NodeKind, Query as Parsed, Value};
use crate::grammar::terms::{folded, terms};
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, EmptyQuery, InvertedIndexRangeQuery, Occur, PhrasePrefixQuery,
    PhraseQuery, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field as Column, IndexRecordOption};

/// A character after every one that a term can hold.
const AFTER_ALL: char = char::MAX;
/// Terms a prefix at the end of a phrase (`x-ra*`) may stand for; each is read with all its
/// positions, so without a limit one query could take all memory.
const MAX_PHRASE_EXPANSIONS: u32 = 4_096;

/// The query as tantivy's.
pub(super) fn compile(
    query: &Parsed,
    fields: &Fields,
    context: &SearchContext<'_>,
) -> Box<dyn Query> {
    Compiler { fields, context }.node(&query.root)
}

/// Whether tantivy finds the best of a query's documents without looking at each: only for
/// plain words joined by AND or OR. For everything else one pass that counts as well is cheaper
/// than two.
pub(super) fn finds_best_without_all(query: &Parsed) -> bool {
    fn plain(node: &Node) -> bool {
        match &node.kind {
            NodeKind::Word(word) => terms(word.raw()).nth(1).is_none(),
            NodeKind::All(parts) | NodeKind::Any(parts) => parts.iter().all(plain),
            NodeKind::Group(inner) => plain(inner),
            _ => false,
        }
    }
    plain(&query.root)
}

struct Compiler<'a> {
    fields: &'a Fields,
    context: &'a SearchContext<'a>,
}

impl Compiler<'_> {
    fn node(&self, node: &Node) -> Box<dyn Query> {
        let text = self.fields.text;
        match &node.kind {
            NodeKind::All(parts) => self.all(parts),
            NodeKind::Any(parts) => any(parts.iter().map(|part| self.node(part)).collect()),
            NodeKind::Not(_) => self.all(std::slice::from_ref(node)),
            NodeKind::Group(inner) => self.node(inner),
            NodeKind::Word(word) | NodeKind::Phrase(word) => words(text, word.raw(), true),
            NodeKind::Prefix(word) => prefix(text, word.raw()),
            NodeKind::Near { .. } | NodeKind::Fuzzy { .. } => Box::new(EmptyQuery),
            NodeKind::Field { field, value, .. } => unscored(self.field(*field, value)),
        }
    }

    /// Everything must hold. Negations alone are taken from all documents.
    fn all(&self, parts: &[Node]) -> Box<dyn Query> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::with_capacity(parts.len() + 1);
        let mut positive = false;
        for part in parts {
            if let NodeKind::Not(inner) = &part.kind {
                clauses.push((Occur::MustNot, Box::new(Excluded(self.node(inner)))));
            } else {
                positive = true;
                clauses.push((Occur::Must, self.node(part)));
            }
        }
        if !positive {
            clauses.push((Occur::Must, unscored(Box::new(AllQuery))));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    fn field(&self, field: Field, value: &Value) -> Box<dyn Query> {
        let fields = self.fields;
        match (field, value) {
            (Field::Type, Value::Text(text)) => self.kind(text.raw(), false),
            (Field::Type, Value::Prefix(text)) => self.kind(text.raw(), true),
            (Field::Author, Value::Text(text)) => words(fields.author, text.raw(), false),
            (Field::Author, Value::Prefix(text)) => prefix(fields.author, text.raw()),
            (Field::Name, Value::Text(text)) => words(fields.name, text.raw(), false),
            (Field::Name, Value::Prefix(text)) => prefix(fields.name, text.raw()),
            (Field::Mrn, Value::Text(text)) => number(fields.mrn, text.raw()),
            (Field::Mrn, Value::Prefix(text)) => starting(fields.mrn, &whole(text.raw())),
            (Field::Visit, Value::Text(text)) => number(fields.visit, text.raw()),
            (Field::Visit, Value::Prefix(text)) => starting(fields.visit, &whole(text.raw())),
            (Field::Service, Value::Text(text) | Value::Prefix(text)) => self.service(text.raw()),
            (Field::Date, Value::Days(days)) => self.days(days),
            // Fields of the queue do not come out of the parser of searches.
            _ => Box::new(EmptyQuery),
        }
    }

    /// Documents of the kinds meant, and those whose own title has the words.
    fn kind(&self, typed: &str, open: bool) -> Box<dyn Query> {
        let wanted = folded(typed);
        let title = self.fields.title;
        let mut parts = vec![if open {
            prefix(title, typed)
        } else {
            words(title, typed, false)
        }];
        for &kind in DocumentKind::ALL {
            if kind_is_meant(kind, &wanted) {
                let term = Term::from_field_text(self.fields.kind, kind.name());
                parts.push(exactly(term));
            }
        }
        any(parts)
    }

    /// Documents of services whose names have all the words, or words that begin like them.
    fn service(&self, typed: &str) -> Box<dyn Query> {
        let wanted = folded(typed);
        let meant = self.context.services.iter().filter(|service| {
            let name = folded(service.name.raw());
            wanted
                .iter()
                .all(|word| name.iter().any(|part| part.starts_with(word.as_str())))
        });
        let parts = meant
            .map(|service| exactly(Term::from_field_i64(self.fields.service, service.id.0)))
            .collect();
        any(parts)
    }

    /// Documents dated in these days: instants by the facility's clock, dates as they are.
    fn days(&self, days: &Days) -> Box<dyn Query> {
        let zone = self.context.zone;
        let from = days.from.map(|day| Instant::start_of(day, zone).0);
        let to = days.to.map(|day| Instant::end_of(day, zone).0);
        let instants = range(self.fields.instant, from, to);
        let dates = range(
            self.fields.day,
            days.from.map(day_number),
            days.to.map(day_number),
        );
        any(vec![instants, dates])
    }
}

/// Whether typed words mean a kind: its stable name or its title begins with them, the last one
/// perhaps unfinished. "And" counts for nothing: `h&p` means `h_and_p`.
fn kind_is_meant(kind: DocumentKind, wanted: &[String]) -> bool {
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
fn any(mut parts: Vec<Box<dyn Query>>) -> Box<dyn Query> {
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

/// The words of a text, in this order and adjacent.
fn words(column: Column, text: &str, scored: bool) -> Box<dyn Query> {
    let mut terms: Vec<Term> = folded(text)
        .iter()
        .map(|word| Term::from_field_text(column, word))
        .collect();
    match (terms.pop(), terms.is_empty()) {
        (None, _) => Box::new(EmptyQuery),
        (Some(only), true) => {
            let record = if scored {
                IndexRecordOption::WithFreqs
            } else {
                IndexRecordOption::Basic
            };
            Box::new(TermQuery::new(only, record))
        }
        (Some(last), false) => {
            terms.push(last);
            Box::new(PhraseQuery::new(terms))
        }
    }
}

/// The words of a text, the last one perhaps unfinished.
fn prefix(column: Column, text: &str) -> Box<dyn Query> {
    let folded = folded(text);
    match folded.as_slice() {
        [] => Box::new(EmptyQuery),
        [only] => starting(column, only),
        several => {
            let terms = several
                .iter()
                .map(|word| Term::from_field_text(column, word));
            let mut query = PhrasePrefixQuery::new(terms.collect());
            query.set_max_expansions(MAX_PHRASE_EXPANSIONS);
            Box::new(query)
        }
    }
}

/// Terms that start like this.
fn starting(column: Column, start: &str) -> Box<dyn Query> {
    let mut end = start.to_owned();
    end.push(AFTER_ALL);
    Box::new(InvertedIndexRangeQuery::new(
        Bound::Included(Term::from_field_text(column, start)),
        Bound::Excluded(Term::from_field_text(column, &end)),
    ))
}

/// A record or visit number, whole.
fn number(column: Column, text: &str) -> Box<dyn Query> {
    exactly(Term::from_field_text(column, &whole(text)))
}

/// Values from one to another, both included.
fn range(column: Column, from: Option<i64>, to: Option<i64>) -> Box<dyn Query> {
    let bound = |end: Option<i64>| {
        end.map_or(Bound::Unbounded, |end| {
            Bound::Included(Term::from_field_i64(column, end))
        })
    };
    match (from, to) {
        (None, None) => Box::new(EmptyQuery),
        _ => Box::new(RangeQuery::new(bound(from), bound(to))),
    }
}
