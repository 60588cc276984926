//! Makes tantivy's query objects from a parsed query. Which field a part of a query reaches is
//! decided here and nowhere else; typed text becomes terms only.

use super::access::unscored;
use super::bound::{Bound, SharedBound};
use super::confined::Confinement;
use super::exclusion::Excluded;
use super::heads::{AllHeads, Beginning};
use super::marks;
use super::open::Kept;
use super::parts::{
    any, has_words, is_scope, number, one_of, open_ended, positional, text_terms, words_at,
};
use super::positional::{Order, Positional};
use super::reader::SearchContext;
use super::schema::Fields;
use super::sight::Sight;
use super::spelling;
use super::stretches::Stretches;
use super::widen::{Widened, Widener};
use crate::domain::annotation::Said;
use crate::domain::search::{ExpansionKind, QueryExpansion, Widening};
use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::{Node, NodeKind, Query as Parsed, Value};
use crate::grammar::terms::{folded, terms};
use tantivy::query::{AllQuery, BooleanQuery, BoostQuery, EmptyQuery, Occur, Query};
use tantivy::{Searcher, Term};

/// Weight of another name beside the words typed.
const OTHER_NAME: f32 = 0.7;

/// What a query is compiled over.
pub(super) struct Ground<'a> {
    pub fields: &'a Fields,
    pub context: &'a SearchContext<'a>,
    pub searcher: &'a Searcher,
    pub heads: &'a AllHeads,
    pub widening: Widening,
    /// What the searcher sees, if not everything.
    pub sight: Option<&'a Sight>,
    /// When it must be answered.
    pub bound: &'a SharedBound,
}

/// A query as tantivy's, and what became of it on the way.
pub(super) struct Compiled {
    pub query: Box<dyn Query>,
    /// What it was or could be widened by.
    pub expansions: Vec<QueryExpansion>,
    /// Phrases and words that are marked in texts beside those typed.
    pub marked: Vec<String>,
    /// Where words of it must stand.
    pub confinement: Confinement,
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
        confinement: Confinement::default(),
        excluding: false,
        scored: false,
    };
    let made = compiler.node(&query.root, &Stretches::default())?;
    let mut expansions = compiler.widener.told();
    expansions.extend(compiler.spelt);
    Ok(Compiled {
        query: made,
        expansions,
        marked: compiler.marked,
        confinement: compiler.confinement,
        scored: compiler.scored,
    })
}

/// The documents in which something is said of words: for the facet of assertion. `None` stands
/// for plainly stated.
pub(super) fn said_of(
    words: &str,
    said: Option<Said>,
    fields: &Fields,
    bound: &SharedBound,
) -> Box<dyn Query> {
    let mut stretches = Stretches::default();
    say(&mut stretches, said, fields);
    Box::new(Positional {
        words: text_terms(fields.text, words),
        open: None,
        kept: Kept::default(),
        order: Order::Adjacent,
        stretches,
        scored: false,
        bound: bound.clone(),
    })
}

pub(super) fn say(stretches: &mut Stretches, said: Option<Said>, fields: &Fields) {
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

pub(super) type Made = tantivy::Result<Box<dyn Query>>;

pub(super) struct Compiler<'a> {
    pub ground: &'a Ground<'a>,
    pub fields: &'a Fields,
    pub widener: Widener<'a>,
    spelt: Vec<QueryExpansion>,
    pub marked: Vec<String>,
    confinement: Confinement,
    /// What is compiled is to be left out: nothing of it is marked.
    excluding: bool,
    scored: bool,
}

impl Compiler<'_> {
    /// Words are asked for at places: snippets mark them there.
    pub(super) fn asked(&mut self, words: &str, open: bool, places: &Stretches) {
        if !self.excluding {
            self.confinement.add(words, open, places);
        }
    }

    /// What is left out has no bound: see [`super::bound`].
    pub(super) fn bound(&self) -> SharedBound {
        match self.excluding {
            true => Bound::none(),
            false => self.ground.bound.clone(),
        }
    }

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
                for word in folded(words.raw()) {
                    self.asked(&word, false, places);
                }
                let order = Order::Near(*gap);
                positional(
                    self.fields.text,
                    words.raw(),
                    order,
                    places,
                    true,
                    &self.bound(),
                )
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
                self.asked(word.raw(), false, places);
                words_at(self.fields.text, word.raw(), places, true, &self.bound())
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
                let excluding = std::mem::replace(&mut self.excluding, true);
                let excluded = self.node(negated, &inner)?;
                (self.scored, self.excluding) = (scored, excluding);
                self.marked.truncate(marked);
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
            let other = words_at(text, &phrase, places, true, &self.bound());
            any_of.push(Box::new(BoostQuery::new(other, OTHER_NAME)));
            self.asked(&phrase, false, places);
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

    pub(super) fn section_terms(&self, typed: &str) -> Vec<Term> {
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

    pub(super) fn prefix(&mut self, typed: &str, places: &Stretches) -> Made {
        self.asked(typed, true, places);
        let words = folded(typed);
        let (text, bound) = (self.fields.text, self.bound());
        Ok(match words.as_slice() {
            [] => Box::new(EmptyQuery),
            [only] if places.are_anywhere() => Box::new(Beginning::of_text(
                self.fields,
                only,
                self.ground.heads,
                bound,
            )),
            [_] => unscored(open_ended(text, typed, places, false, &bound)),
            _ if places.are_anywhere() => {
                self.scored = true;
                open_ended(text, typed, places, true, &bound)
            }
            _ => unscored(open_ended(text, typed, places, false, &bound)),
        })
    }

    fn fuzzy(&mut self, typed: &str, edits: Option<u8>, places: &Stretches) -> Made {
        let text = self.fields.text;
        let Some(word) = folded(typed).into_iter().next() else {
            return Ok(Box::new(EmptyQuery));
        };
        let edits = edits.unwrap_or_else(|| spelling::usual_edits(&word));
        // A word of forbidden charts alone would tell of them by being listed.
        let Ground {
            searcher, sight, ..
        } = *self.ground;
        let bound = self.bound();
        let found = spelling::alike(searcher, sight, text, &word, edits, &bound)?;
        for alike in &found {
            self.asked(&alike.word, false, places);
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
            let at = |alike: &spelling::Alike| words_at(text, &alike.word, places, false, &bound);
            return Ok(unscored(any(found.iter().map(at).collect())));
        }
        self.scored = true;
        let scored = |alike: &spelling::Alike| -> Box<dyn Query> {
            let nearness = 1.0 / (1.0 + f32::from(alike.edits));
            Box::new(BoostQuery::new(
                words_at(text, &alike.word, places, true, &bound),
                nearness,
            ))
        };
        Ok(any(found.iter().map(scored).collect()))
    }
}
