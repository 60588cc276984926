//! What notes say of the findings that rules know.
//!
//! Owns the search for their names (one pass for all of them) and what the sentence says of each:
//! affirmed, denied, past, somebody else's. A note without a name of ours is not read any
//! further. Start at [`Notes::read`].

use super::concepts::{Concepts, Named};
use crate::domain::document::{Document, DocumentKind, DocumentStatus, SignatureState};
use crate::domain::ids::DocumentId;
use crate::domain::opportunity::Evidence;
use crate::domain::query::IndicatorKind;
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;
use crate::language::{Assertion, Language, Polarity, Span, Time, Who};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

/// Bytes of a sentence that are shown as evidence.
const SENTENCE_BYTES: usize = 240;

/// A text of the chart.
#[derive(Clone, Copy, Debug)]
pub struct Note<'s> {
    /// The document.
    pub document: &'s Document,
    /// Its text.
    pub text: &'s Untrusted,
}

impl Note<'_> {
    /// Whether anything stands in it.
    fn has_words(&self) -> bool {
        !self.text.raw().trim().is_empty()
    }

    /// Whether a diagnosis stated in it counts: it stands, has words, and was not written by
    /// those who do not diagnose.
    pub fn may_diagnose(&self) -> bool {
        let facts = &self.document.facts;
        let gone = matches!(facts.status, DocumentStatus::Retracted)
            || facts.signature == SignatureState::Retracted;
        !gone && self.has_words() && !is_nursing(facts.kind)
    }
}

/// A name found in a note.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// Place of the finding among the concepts; `usize::MAX` for a stated value.
    pub finding: usize,
    pub document: DocumentId,
    pub kind: DocumentKind,
    pub author: Option<crate::domain::ids::ProviderId>,
    pub at: Option<Moment>,
    pub span: Span,
    pub assertion: Assertion,
    pub sentence: String,
    /// Analyte and number of a stated value.
    pub value: Option<(String, f64)>,
    title: String,
}

impl Said {
    /// Affirmed, now, of the patient.
    pub fn plain(&self) -> bool {
        let a = &self.assertion;
        a.polarity == Polarity::Affirmed && a.time == Time::Current && a.who == Who::Patient
    }

    /// Affirmed of the patient, now or before.
    pub fn known(&self) -> bool {
        let a = &self.assertion;
        a.polarity == Polarity::Affirmed && a.time != Time::Hypothetical && a.who == Who::Patient
    }

    /// Denied of the patient, now.
    pub fn denied(&self) -> bool {
        let a = &self.assertion;
        a.polarity == Polarity::Negated && a.time == Time::Current && a.who == Who::Patient
    }

    /// As evidence.
    pub fn evidence(&self, name: &str) -> Evidence {
        Evidence {
            kind: IndicatorKind::Document,
            name: Untrusted::new(name),
            value: None,
            text: Untrusted::new(self.sentence.as_str()),
            unit: Untrusted::default(),
            at: self.at,
            document: Some(self.document),
            start: self.span.start,
            end: self.span.end,
            line: 0,
            source: self.title.clone(),
            prior: false,
        }
    }
}

/// Names of findings, compiled.
#[derive(Clone, Debug)]
pub(super) struct Notes {
    names: AhoCorasick,
    /// For each pattern: finding, and how it counts.
    of: Vec<(usize, Counts)>,
    allowed: Vec<Allowed>,
    /// Analytes whose stated values count.
    stated: Vec<String>,
}

/// How a name counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    Always,
    InCapitals,
    /// Names within it mean something else.
    Not,
}

#[derive(Clone, Debug)]
struct Allowed {
    anyone: bool,
    kinds: Vec<DocumentKind>,
}

impl Notes {
    /// Compiles the names of findings.
    pub fn new(concepts: &Concepts) -> Result<Self, String> {
        let mut patterns = Vec::new();
        let mut of = Vec::new();
        for (n, finding) in concepts.findings.iter().enumerate() {
            for word in &finding.words {
                let counts = if word.chars().any(|c| c.is_lowercase()) {
                    Counts::Always
                } else {
                    Counts::InCapitals
                };
                patterns.push(word.to_lowercase().replace('-', " "));
                of.push((n, counts));
            }
            for word in &finding.except {
                patterns.push(word.to_lowercase().replace('-', " "));
                of.push((n, Counts::Not));
            }
        }
        let names = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .map_err(|e| e.to_string())?;
        let allowed = |f: &Named| -> Result<Allowed, String> {
            let kinds = f.kinds.iter().map(|k| {
                DocumentKind::from_name(k).ok_or_else(|| format!("no document kind `{k}`"))
            });
            Ok(Allowed {
                anyone: f.anyone,
                kinds: kinds.collect::<Result<_, _>>()?,
            })
        };
        Ok(Self {
            names,
            of,
            allowed: concepts
                .findings
                .iter()
                .map(allowed)
                .collect::<Result<_, _>>()?,
            stated: concepts
                .measures
                .iter()
                .filter_map(|m| m.stated.clone())
                .collect(),
        })
    }

    /// Adds what a note says.
    pub fn read(&self, language: &Language, note: &Note<'_>, out: &mut Vec<Said>) {
        let facts = &note.document.facts;
        let gone = matches!(facts.status, DocumentStatus::Retracted)
            || facts.signature == SignatureState::Retracted;
        if gone || !note.has_words() {
            return;
        }
        let text = note.text.raw();
        let flat = flat(text);
        let nurse = is_nursing(facts.kind);
        let mut found: Vec<(usize, Span)> = Vec::new();
        let mut otherwise: Vec<(usize, Span)> = Vec::new();
        for m in self.names.find_overlapping_iter(&flat) {
            let Some((finding, counts)) = self.of.get(m.pattern().as_usize()) else {
                continue;
            };
            let allowed = &self.allowed[*finding];
            let fits = (!nurse || allowed.anyone)
                && (allowed.kinds.is_empty() || allowed.kinds.contains(&facts.kind));
            let written = &text[m.range()];
            let in_capitals = !written.chars().any(|c| c.is_lowercase());
            if !fits || !whole(&flat, m.start(), m.end()) {
                continue;
            }
            let one = (*finding, Span::new(m.start(), m.end()));
            match counts {
                Counts::Not => otherwise.push(one),
                Counts::InCapitals if !in_capitals => {}
                _ => found.push(one),
            }
        }
        found.retain(|(n, s)| {
            let within = |(m, o): &(usize, Span)| m == n && o.start <= s.start && s.end <= o.end;
            !otherwise.iter().any(within)
        });
        let values = self.may_state(&flat);
        if found.is_empty() && !values {
            return;
        }
        let reading = language.read(text);
        let sentences: Vec<Span> = reading.sentences().collect();
        let mut push = |finding: usize, span: Span, value: Option<(String, f64)>| {
            out.push(Said {
                finding,
                document: note.document.id,
                kind: facts.kind,
                author: note.document.author,
                at: facts.at,
                span,
                assertion: reading.assert(span),
                sentence: sentence(text, &sentences, span),
                value,
                title: facts.kind.title().to_owned(),
            });
        };
        for (finding, span) in found {
            push(finding, span, None);
        }
        if values {
            for m in reading.measurements() {
                if self.stated.iter().any(|s| **s == *m.analyte) {
                    push(usize::MAX, m.span, Some((m.analyte.to_string(), m.value)));
                }
            }
        }
    }

    fn may_state(&self, flat: &str) -> bool {
        !self.stated.is_empty() && (flat.contains("jection fraction") || flat.contains("EF"))
    }
}

/// Notes of people who do not diagnose; and queries, which ask.
fn is_nursing(kind: DocumentKind) -> bool {
    matches!(
        kind,
        DocumentKind::Nursing
            | DocumentKind::CarePlan
            | DocumentKind::Consent
            | DocumentKind::Query
    )
}

/// The text with every white space a blank: the same length, so that places stay.
fn flat(text: &str) -> String {
    let blank = |c: char| {
        if matches!(c, '\n' | '\r' | '\t' | '-') {
            ' '
        } else {
            c
        }
    };
    text.chars().map(blank).collect()
}

fn whole(text: &str, start: usize, end: usize) -> bool {
    let word = |c: char| c.is_alphanumeric();
    !text[..start].chars().next_back().is_some_and(word)
        && !text[end..].chars().next().is_some_and(word)
}

/// The sentence around a place, cut to what fits a line of evidence.
fn sentence(text: &str, sentences: &[Span], span: Span) -> String {
    let at = sentences.partition_point(|s| s.end <= span.start);
    let around = sentences.get(at).copied().unwrap_or(span);
    let (mut start, mut end) = (around.start.min(span.start), around.end.max(span.end));
    if end - start > SENTENCE_BYTES {
        start = start.max(span.start.saturating_sub(SENTENCE_BYTES / 2));
        end = end.min(span.end + SENTENCE_BYTES / 2);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        while !text.is_char_boundary(end) {
            end -= 1;
        }
    }
    text[start..end].trim().to_owned()
}
