//! Makes tantivy's query objects from a parsed query. Which field a part of a query reaches is
//! decided here and nowhere else; typed text becomes terms only.

use super::access::{exactly, unscored};
use super::exclusion::Excluded;
use super::heads::{AllHeads, Beginning};
use super::marks;
use super::positional::{Order, Positional, Stretches};
use super::reader::SearchContext;
use super::schema::{Fields, When, day_number, whole, whole_code};
use super::spelling;
use super::widen::{Widened, Widener, same_words};
use crate::domain::annotation::Said;
use crate::domain::document::DocumentKind;
use crate::domain::search::{ExpansionKind, QueryExpansion, Widening};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::{Field, Node, NodeKind, Query as Parsed, Value};
use crate::grammar::terms::{folded, terms};
use crate::grammar::{Days, choice_is_meant};
use std::ops::Bound;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, EmptyQuery, Occur, PhrasePrefixQuery, Query, RangeQuery,
    TermQuery, TermSetQuery,
};
use tantivy::schema::{Field as Column, IndexRecordOption};
use tantivy::{Searcher, Term};

/// Terms a prefix whose places matter (`x-ra*`, `in:plan warf*`) may stand for; each is read
/// with all its positions, so without a limit one query could take all memory.
const MAX_EXPANSIONS: usize = 4_096;
/// Weight of another name beside the words typed.
const OTHER_NAME: f32 = 0.7;

/// What a query is compiled over.
pub(super) struct Ground<'a> {
    pub fields: &'a Fields,
    pub context: &'a SearchContext<'a>,
    pub searcher: &'a Searcher,
    pub heads: &'a AllHeads,
    pub widening: Widening,
}

/// A query as tantivy's, and what became of it on the way.
pub(super) struct Compiled {
    pub query: Box<dyn Query>,
    /// What it was or could be widened by.
    pub expansions: Vec<QueryExpansion>,
    /// Phrases and words that are marked in texts beside those typed.
    pub marked: Vec<String>,
    /// Whether it orders documents by anything.
    pub scored: bool,
}

/// The query as tantivy's.
pub(super) fn compile(query: &Parsed, ground: &Ground<'_>) -> tantivy::Result<Compiled> {
    let mut compiler = Compiler {
        ground,
        fields: ground.fields,
        widener: Widener::new(ground.context.language, ground.widening),
        spelt: Vec::new(),
        marked: Vec::new(),
        scored: false,
    };
    let made = compiler.node(&query.root, &Stretches::default())?;
    let mut expansions = compiler.widener.told();
    expansions.extend(compiler.spelt);
    Ok(Compiled {
        query: made,
        expansions,
        marked: compiler.marked,
        scored: compiler.scored,
    })
}

/// The documents in which something is said of words: for the facet of assertion. `None` stands
/// for plainly stated.
pub(super) fn said_of(words: &str, said: Option<Said>, fields: &Fields) -> Box<dyn Query> {
    let mut stretches = Stretches::default();
    say(&mut stretches, said, fields);
    Box::new(Positional {
        words: text_terms(fields.text, words),
        order: Order::Adjacent,
        stretches,
        scored: false,
    })
}

fn say(stretches: &mut Stretches, said: Option<Said>, fields: &Fields) {
    let mark = |said| Term::from_field_text(fields.marks, &marks::of_said(said));
    match said {
        Some(said) => stretches.inside.push(vec![mark(said)]),
        None => stretches
            .outside
            .extend(Said::ALL.iter().map(|said| mark(*said))),
    }
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

type Made = tantivy::Result<Box<dyn Query>>;

struct Compiler<'a> {
    ground: &'a Ground<'a>,
    fields: &'a Fields,
    widener: Widener<'a>,
    spelt: Vec<QueryExpansion>,
    marked: Vec<String>,
    scored: bool,
}

impl Compiler<'_> {
    fn node(&mut self, node: &Node, places: &Stretches) -> Made {
        Ok(match &node.kind {
            NodeKind::All(parts) => self.all(parts, places)?,
            NodeKind::Any(parts) => {
                let mut any_of = Vec::with_capacity(parts.len());
                for part in parts {
                    any_of.push(self.all(std::slice::from_ref(part), places)?);
                }
                any(any_of)
            }
            NodeKind::Not(_) => self.all(std::slice::from_ref(node), places)?,
            NodeKind::Group(inner) => self.node(inner, places)?,
            NodeKind::Word(_) | NodeKind::Phrase(_) => {
                let parts = [node];
                match self.widener.widen(&parts) {
                    Some(widened) => self.widened(&parts, widened, places)?,
                    None => self.typed(node, places),
                }
            }
            NodeKind::Near { words, gap } => {
                self.scored = true;
                let order = Order::Near(*gap);
                positional(self.fields.text, words.raw(), order, places, true)
            }
            NodeKind::Prefix(word) => self.prefix(word.raw(), places)?,
            NodeKind::Fuzzy { word, edits } => self.fuzzy(word.raw(), *edits, places)?,
            NodeKind::Field { field, value, .. } => unscored(self.field(*field, value, places)?),
        })
    }

    /// A word or phrase as typed.
    fn typed(&mut self, node: &Node, places: &Stretches) -> Box<dyn Query> {
        self.scored = true;
        match &node.kind {
            NodeKind::Word(word) | NodeKind::Phrase(word) => {
                words_at(self.fields.text, word.raw(), places, true)
            }
            _ => Box::new(EmptyQuery),
        }
    }

    /// Everything must hold. Negations alone are taken from all documents.
    fn all(&mut self, parts: &[Node], places: &Stretches) -> Made {
        let (scopes, parts): (Vec<&Node>, Vec<&Node>) =
            parts.iter().partition(|part| is_scope(part));
        let mut inner = places.clone();
        for scope in &scopes {
            inner.inside.push(self.sections(scope));
        }
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::with_capacity(parts.len() + 1);
        let mut positive = false;
        let mut at = 0;
        while let Some(&part) = parts.get(at) {
            if let NodeKind::Not(negated) = &part.kind {
                let scored = self.scored;
                let marked = self.marked.len();
                let excluded = self.node(negated, &inner)?;
                (self.scored, _) = (scored, self.marked.truncate(marked));
                clauses.push((Occur::MustNot, Box::new(Excluded(excluded))));
                at += 1;
                continue;
            }
            positive = true;
            match self.widener.widen(&parts[at..]) {
                Some(widened) => {
                    let covered = &parts[at..at + widened.parts];
                    at += widened.parts;
                    clauses.push((Occur::Must, self.widened(covered, widened, &inner)?));
                }
                None => {
                    at += 1;
                    clauses.push((Occur::Must, self.node(part, &inner)?));
                }
            }
        }
        // A section without words to stand in it is asked for itself.
        if !scopes.is_empty() && !parts.iter().any(|part| has_words(part)) {
            for scope in &scopes {
                positive = true;
                clauses.push((Occur::Must, unscored(one_of(self.sections(scope)))));
            }
        }
        if !positive {
            clauses.push((Occur::Must, unscored(Box::new(AllQuery))));
        }
        if clauses.len() == 1
            && let Some((Occur::Must, only)) = clauses.pop()
        {
            return Ok(only);
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    /// Words as typed, or one of what they were widened by.
    fn widened(&mut self, parts: &[&Node], widened: Widened, places: &Stretches) -> Made {
        let text = self.fields.text;
        let mut typed: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for part in parts {
            typed.push((Occur::Must, self.typed(part, places)));
        }
        let typed: Box<dyn Query> = match typed.pop() {
            Some((_, only)) if typed.is_empty() => only,
            last => {
                typed.extend(last);
                Box::new(BooleanQuery::new(typed))
            }
        };
        let mut any_of = vec![typed];
        for phrase in widened.phrases {
            let other = words_at(text, &phrase, places, true);
            any_of.push(Box::new(BoostQuery::new(other, OTHER_NAME)));
            self.marked.push(phrase);
        }
        if let Some(value) = widened.value.filter(|_| places.are_anywhere()) {
            any_of.push(unscored(number(self.fields.values, &value)));
        }
        Ok(any(any_of))
    }

    /// The marks of the sections that `in:` or `section:` means.
    fn sections(&self, node: &Node) -> Vec<Term> {
        let NodeKind::Field { value, .. } = &node.kind else {
            return Vec::new();
        };
        let (Value::Text(typed) | Value::Prefix(typed)) = value else {
            return Vec::new();
        };
        self.section_terms(typed.raw())
    }

    fn section_terms(&self, typed: &str) -> Vec<Term> {
        let term = |kind: &str| Term::from_field_text(self.fields.marks, &marks::of_section(kind));
        match self.ground.context.language {
            Some(language) => language
                .section_kinds()
                .filter(|kind| marks::section_is_meant(kind, typed))
                .map(term)
                .collect(),
            None => vec![term(&folded(typed).join("_"))],
        }
    }

    fn prefix(&mut self, typed: &str, places: &Stretches) -> Made {
        let text = self.fields.text;
        let words = folded(typed);
        let Some((last, before)) = words.split_last() else {
            return Ok(Box::new(EmptyQuery));
        };
        if places.are_anywhere() {
            return Ok(if before.is_empty() {
                Box::new(Beginning::of_text(self.fields, last, self.ground.heads))
            } else {
                self.scored = true;
                prefix(text, typed)
            });
        }
        let ends = terms_beginning(self.ground.searcher, text, last)?;
        let phrase = |end: &String| {
            let mut words = before.to_vec();
            words.push(end.clone());
            words_at(text, &words.join(" "), places, false)
        };
        Ok(unscored(any(ends.iter().map(phrase).collect())))
    }

    fn fuzzy(&mut self, typed: &str, edits: Option<u8>, places: &Stretches) -> Made {
        let text = self.fields.text;
        let Some(word) = folded(typed).into_iter().next() else {
            return Ok(Box::new(EmptyQuery));
        };
        let edits = edits.unwrap_or_else(|| spelling::usual_edits(&word));
        let found = spelling::alike(self.ground.searcher, text, &word, edits)?;
        for alike in &found {
            self.marked.push(alike.word.clone());
        }
        let other = found.iter().filter(|alike| alike.word != word);
        self.spelt.extend(other.map(|alike| QueryExpansion {
            typed: Untrusted::new(typed),
            other: Untrusted::new(alike.word.as_str()),
            kind: ExpansionKind::Spelling,
            why: match alike.edits {
                1 => "one letter differs".to_owned(),
                edits => format!("{edits} letters differ"),
            },
            applied: true,
        }));
        if !places.are_anywhere() {
            let at = |alike: &spelling::Alike| words_at(text, &alike.word, places, false);
            return Ok(unscored(any(found.iter().map(at).collect())));
        }
        self.scored = true;
        let scored = |alike: &spelling::Alike| -> Box<dyn Query> {
            let nearness = 1.0 / (1.0 + f32::from(alike.edits));
            Box::new(BoostQuery::new(
                words_at(text, &alike.word, places, true),
                nearness,
            ))
        };
        Ok(any(found.iter().map(scored).collect()))
    }

    fn field(&mut self, field: Field, value: &Value, places: &Stretches) -> Made {
        let fields = self.fields;
        let said = field.said();
        if field == Field::Affirmed || said.is_some() {
            let mut inner = places.clone();
            say(&mut inner, said, fields);
            return self.stated(value, &inner);
        }
        Ok(match (field, value) {
            (Field::Type, Value::Text(text)) => self.kind(text.raw(), false),
            (Field::Type, Value::Prefix(text)) => self.kind(text.raw(), true),
            (Field::Author, Value::Text(text)) => words(fields.author, text.raw()),
            (Field::Author, Value::Prefix(text)) => prefix(fields.author, text.raw()),
            (Field::Name, Value::Text(text)) => words(fields.name, text.raw()),
            (Field::Name, Value::Prefix(text)) => prefix(fields.name, text.raw()),
            (Field::Mrn, Value::Text(text)) => number(fields.mrn, &whole(text.raw())),
            (Field::Mrn, Value::Prefix(text)) => starting(fields.mrn, &whole(text.raw())),
            (Field::Visit, Value::Text(text)) => number(fields.visit, &whole(text.raw())),
            (Field::Visit, Value::Prefix(text)) => starting(fields.visit, &whole(text.raw())),
            (Field::Code, Value::Text(text)) => number(fields.codes, &whole_code(text.raw())),
            (Field::Code, Value::Prefix(text)) => starting(fields.codes, &whole_code(text.raw())),
            (Field::Service, Value::Text(text) | Value::Prefix(text)) => self.service(text.raw()),
            (Field::Facility, Value::Text(text) | Value::Prefix(text)) => self.facility(text.raw()),
            (Field::Class, Value::Text(text) | Value::Prefix(text)) => {
                choice(fields.class, field, text.raw())
            }
            (Field::Sex, Value::Text(text) | Value::Prefix(text)) => {
                choice(fields.sex, field, text.raw())
            }
            (Field::Status, Value::Text(text) | Value::Prefix(text)) => {
                choice(fields.status, field, text.raw())
            }
            (Field::Section | Field::In, Value::Text(text) | Value::Prefix(text)) => {
                one_of(self.section_terms(text.raw()))
            }
            (Field::Date, Value::Days(days)) => self.days(fields.at, days),
            (Field::Admitted, Value::Days(days)) => self.days(fields.admitted, days),
            (Field::Discharged, Value::Days(days)) => self.days(fields.discharged, days),
            (Field::Age, Value::Numbers(numbers)) => range(fields.age, numbers.from, numbers.to),
            // Fields of the queue do not come out of the parser of searches.
            _ => Box::new(EmptyQuery),
        })
    }

    /// Words of which something is said, under any of their names.
    fn stated(&mut self, value: &Value, places: &Stretches) -> Made {
        let text = self.fields.text;
        Ok(match value {
            Value::Text(typed) => {
                let mut any_of = vec![words_at(text, typed.raw(), places, false)];
                self.marked.push(typed.raw().to_owned());
                for phrase in self
                    .widener
                    .term(typed.raw(), 1)
                    .map_or(Vec::new(), |w| w.phrases)
                {
                    if !same_words(&phrase, typed.raw()) {
                        any_of.push(words_at(text, &phrase, places, false));
                        self.marked.push(phrase);
                    }
                }
                any(any_of)
            }
            Value::Prefix(typed) => {
                self.marked.push(format!("{}*", typed.raw()));
                self.prefix(typed.raw(), places)?
            }
            Value::Near(typed, gap) => {
                self.marked.extend(folded(typed.raw()));
                positional(text, typed.raw(), Order::Near(*gap), places, false)
            }
            _ => Box::new(EmptyQuery),
        })
    }

    /// Documents of the kinds meant, and those whose own title has the words.
    fn kind(&self, typed: &str, open: bool) -> Box<dyn Query> {
        if let Some(name) = typed.strip_prefix('=') {
            return exactly(Term::from_field_text(self.fields.kind, name.trim()));
        }
        let wanted = folded(typed);
        let title = self.fields.title;
        let mut parts = vec![if open {
            prefix(title, typed)
        } else {
            words(title, typed)
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
        let named = self.ground.context.services.iter();
        let meant = named.filter(|service| is_named(service.name.raw(), typed));
        let query = |id| exactly(Term::from_field_i64(self.fields.service, id));
        any(meant.map(|service| query(service.id.0)).collect())
    }

    /// The same of facilities.
    fn facility(&self, typed: &str) -> Box<dyn Query> {
        let named = self.ground.context.facilities.iter();
        let meant = named.filter(|facility| is_named(facility.name.raw(), typed));
        let query = |id| exactly(Term::from_field_i64(self.fields.facility, id));
        any(meant.map(|facility| query(facility.id.0)).collect())
    }

    /// Documents dated in these days: instants by the facility's clock, dates as they are.
    fn days(&self, when: When, days: &Days) -> Box<dyn Query> {
        let zone = self.ground.context.zone;
        let from = days.from.map(|day| Instant::start_of(day, zone).0);
        let to = days.to.map(|day| Instant::end_of(day, zone).0);
        let instants = range(when.instant, from, to);
        let dates = range(when.day, days.from.map(day_number), days.to.map(day_number));
        any(vec![instants, dates])
    }
}

fn is_scope(node: &Node) -> bool {
    matches!(
        &node.kind,
        NodeKind::Field {
            field: Field::In,
            ..
        }
    )
}

/// Whether words of the text are asked for, negated or not.
fn has_words(node: &Node) -> bool {
    match &node.kind {
        NodeKind::All(parts) | NodeKind::Any(parts) => parts.iter().any(has_words),
        NodeKind::Not(inner) | NodeKind::Group(inner) => has_words(inner),
        NodeKind::Field { field, .. } => *field == Field::Affirmed || field.said().is_some(),
        _ => true,
    }
}

/// Whether a name has all the words typed, or words that begin like them; with `=` in front
/// whether it is just these words.
pub(super) fn is_named(name: &str, typed: &str) -> bool {
    let name = folded(name);
    let wanted = folded(typed);
    if typed.trim_start().starts_with('=') {
        return name == wanted;
    }
    wanted
        .iter()
        .all(|word| name.iter().any(|part| part.starts_with(word.as_str())))
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

/// Documents with one of these terms.
fn one_of(terms: Vec<Term>) -> Box<dyn Query> {
    Box::new(TermSetQuery::new(terms))
}

fn text_terms(column: Column, text: &str) -> Vec<Term> {
    let words = folded(text);
    let term = |word: &String| Term::from_field_text(column, word);
    words.iter().map(term).collect()
}

fn positional(
    column: Column,
    text: &str,
    order: Order,
    places: &Stretches,
    scored: bool,
) -> Box<dyn Query> {
    let words = text_terms(column, text);
    if words.is_empty() {
        return Box::new(EmptyQuery);
    }
    Box::new(Positional {
        words,
        order,
        stretches: places.clone(),
        scored,
    })
}

/// The words of a text, in this order and adjacent, at these places.
fn words_at(column: Column, text: &str, places: &Stretches, scored: bool) -> Box<dyn Query> {
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
        _ => positional(column, text, Order::Adjacent, places, scored),
    }
}

/// The words of a text, in this order and adjacent, without a say in the score.
fn words(column: Column, text: &str) -> Box<dyn Query> {
    words_at(column, text, &Stretches::default(), false)
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
            query.set_max_expansions(MAX_EXPANSIONS as u32);
            Box::new(query)
        }
    }
}

/// Terms that start like this.
fn starting(column: Column, start: &str) -> Box<dyn Query> {
    Box::new(Beginning::of(column, start))
}

/// The words of a field that begin like this.
fn terms_beginning(
    searcher: &Searcher,
    column: Column,
    start: &str,
) -> tantivy::Result<Vec<String>> {
    let mut out = std::collections::BTreeSet::new();
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(column)?;
        let mut terms = inverted.terms().range().ge(start).into_stream()?;
        while terms.advance() && terms.key().starts_with(start.as_bytes()) {
            if let Ok(word) = std::str::from_utf8(terms.key()) {
                out.insert(word.to_owned());
            }
            if out.len() >= MAX_EXPANSIONS {
                break;
            }
        }
    }
    Ok(out.into_iter().collect())
}

/// One of the few values of a field.
fn choice(column: Column, field: Field, typed: &str) -> Box<dyn Query> {
    let term = |name| Term::from_field_text(column, name);
    one_of(choice_is_meant(field, typed).map(term).collect())
}

/// A number, whole.
fn number(column: Column, whole: &str) -> Box<dyn Query> {
    exactly(Term::from_field_text(column, whole))
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
