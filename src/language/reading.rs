//! A text that has been read.
//!
//! Owns the results of one pass over a text and answers questions about it without looking at
//! the text again. Start reading at [`Reading::assert`].

use super::Language;
use super::assertion::{Assertion, Context, Reason, Sentence};
use super::matcher::Found;
use super::measure::Measurement;
use super::section::{Heading, START, Section};
use super::sentence::sentences;
use super::token::{Span, Tokens};
use serde::Serialize;
use std::sync::Arc;

/// A problem named in a text, and what the text says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where it is named.
    pub span: Span,
    /// The full names it may stand for (`synonyms.toml`); more than one if it is ambiguous.
    pub meanings: Vec<Arc<str>>,
    /// What the text says of it.
    pub assertion: Assertion,
}

/// A text with its sections, sentences and triggers.
pub struct Reading<'a> {
    language: &'a Language,
    text: &'a str,
    pub(super) tokens: Tokens,
    headings: Vec<Heading>,
    pub(super) sentences: Vec<(usize, usize)>,
    pub(super) marks: Vec<Found>,
}

impl std::fmt::Debug for Reading<'_> {
    /// Patient text stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reading of {} bytes", self.text.len())
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(language: &'a Language, text: &'a str) -> Self {
        let tokens = Tokens::of(text);
        let headings = language.sections.headings(&tokens);
        let sentences = sentences(&tokens, &headings, &language.abbreviations);
        let marks = language.rules.marks(&tokens);
        Self {
            language,
            text,
            tokens,
            headings,
            sentences,
            marks,
        }
    }

    /// The sections: they cover the text, in order, without overlap.
    pub fn sections(&self) -> Vec<Section> {
        let sections = &self.language.sections;
        sections.find(self.text, &self.tokens, &self.headings)
    }

    /// The sentences, in order.
    pub fn sentences(&self) -> impl Iterator<Item = Span> {
        self.sentences.iter().map(|&(from, to)| self.span(from, to))
    }

    /// The problems named in it, from left to right, each with what the text says of it.
    pub fn findings(&self) -> Vec<Finding> {
        let named = self.language.synonyms.named(self.text, &self.tokens);
        let finding = |n: super::synonyms::Named| Finding {
            span: n.span,
            meanings: n.meanings,
            assertion: self.assert(n.span),
        };
        named.into_iter().map(finding).collect()
    }

    /// The values stated in it, from left to right.
    pub fn measurements(&self) -> Vec<Measurement> {
        self.language.units.find(self.text, &self.tokens)
    }

    /// Where a concept stands: in capitals first (as annotated corpora mark it), then as written,
    /// then in any case; white space does not count, whole words do.
    pub fn locate(&self, concept: &str) -> Option<Span> {
        super::locate::locate(self.text, concept)
    }

    /// What the text says of a finding at this place. A place outside the text, or without a
    /// word, is plainly affirmed.
    pub fn assert(&self, finding: Span) -> Assertion {
        let found = self.tokens.covering(finding);
        if found.0 >= found.1 {
            return Assertion::default();
        }
        let at = self.sentences.partition_point(|s| s.1 <= found.0);
        let Some(&(from, to)) = self.sentences.get(at) else {
            return Assertion::default();
        };
        let sentence = Sentence { from, to };
        let context = Context {
            tokens: &self.tokens,
            marks: &self.marks,
            headings: &self.headings,
        };
        let rules = &self.language.rules;
        let mut assertion = rules.assert(context, sentence, found);
        let heading = self.heading_over(found.0);
        self.bear(&mut assertion, heading, sentence);
        let settled = heading.is_some_and(|h| &*h.kind != START) || assertion.time_by.is_some();
        if !settled && let Some((rule, time)) = rules.standing(&self.tokens, sentence, found) {
            let place = self.span(found.0, found.1);
            assertion.time = time;
            assertion.time_by = Some(Reason {
                rule,
                trigger: place,
                scope: place,
                ended_by: None,
            });
        }
        assertion
    }

    /// What the section says, where the sentence says nothing.
    fn bear(&self, assertion: &mut Assertion, heading: Option<&Heading>, sentence: Sentence) {
        let Some(heading) = heading else { return };
        let bearing = self.language.sections.bearing(&heading.kind);
        let reason = || Reason {
            rule: format!("section.{}", heading.kind).into(),
            trigger: self.span(heading.from, heading.to),
            scope: self.span(heading.from, self.end_of(heading)),
            ended_by: None,
        };
        let rules = &self.language.rules;
        let open = |by: &Reason| rules.yields(&self.marks, sentence, by);
        if assertion.time_by.as_ref().is_none_or(open)
            && let Some(time) = bearing.time
        {
            assertion.time = time;
            assertion.time_by = Some(reason());
        }
        if assertion.who_by.is_none()
            && let Some(who) = bearing.who
        {
            assertion.who = who;
            assertion.who_by = Some(reason());
        }
    }

    /// Whether the heading over a token says something of the statements under it.
    pub(super) fn is_borne(&self, token: usize) -> bool {
        self.heading_over(token).is_some_and(|heading| {
            let bearing = self.language.sections.bearing(&heading.kind);
            bearing.time.is_some() || bearing.who.is_some()
        })
    }

    /// The heading under which a token stands.
    fn heading_over(&self, token: usize) -> Option<&Heading> {
        let next = self.headings.partition_point(|h| h.body <= token);
        next.checked_sub(1).and_then(|i| self.headings.get(i))
    }

    fn end_of(&self, heading: &Heading) -> usize {
        let next = self.headings.partition_point(|h| h.from <= heading.from);
        self.headings
            .get(next)
            .map_or(self.tokens.len(), |h| h.from)
    }

    fn span(&self, from: usize, to: usize) -> Span {
        let list = &self.tokens.list;
        match (list.get(from), list.get(to.wrapping_sub(1))) {
            (Some(first), Some(last)) if from < to => Span::new(first.span.start, last.span.end),
            _ => Span::default(),
        }
    }
}
