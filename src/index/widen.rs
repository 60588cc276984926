//! What a query is widened by: other names of its terms, and measured values however they are
//! written. Every widening is told to the searcher, applied or only offered.

use crate::domain::search::{ExpansionKind, QueryExpansion, Widening};
use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::{Node, NodeKind};
use crate::grammar::terms::folded;
use crate::language::Language;

/// Most words in a row that are looked up as one term.
const MOST_WORDS: usize = 5;

/// A stretch of words and what is searched for beside them.
pub(super) struct Widened {
    /// How many parts of the conjunction it covers.
    pub parts: usize,
    /// Other phrases.
    pub phrases: Vec<String>,
    /// A measured value, as the index calls it.
    pub value: Option<String>,
}

/// Looks up words of a query.
pub(super) struct Widener<'a> {
    language: Option<&'a Language>,
    widening: Widening,
    told: Vec<QueryExpansion>,
}

impl<'a> Widener<'a> {
    pub(super) fn new(language: Option<&'a Language>, widening: Widening) -> Self {
        Self {
            language,
            widening,
            told: Vec::new(),
        }
    }

    /// What was and what could be widened.
    pub(super) fn told(self) -> Vec<QueryExpansion> {
        self.told
    }

    /// The longest term that the first of these parts begin with, if anything is to be searched
    /// for beside it.
    pub(super) fn widen(&mut self, parts: &[&Node]) -> Option<Widened> {
        let words: Vec<&str> = parts
            .iter()
            .map_while(|part| match &part.kind {
                NodeKind::Word(word) => Some(word.raw()),
                _ => None,
            })
            .take(MOST_WORDS)
            .collect();
        if words.is_empty() {
            return match parts.first().map(|part| &part.kind) {
                Some(NodeKind::Phrase(phrase)) => self.term(phrase.raw(), 1),
                _ => None,
            };
        }
        if let Some(value) = self.measured(&words) {
            return Some(value);
        }
        let lengths = (1..=words.len()).rev();
        lengths
            .filter_map(|length| self.term(&words[..length].join(" "), length))
            .next()
    }

    /// The other names of a term of so many parts.
    pub(super) fn term(&mut self, typed: &str, parts: usize) -> Option<Widened> {
        let mut phrases = Vec::new();
        for other in self.language?.expand(typed) {
            let applied = match self.widening {
                Widening::Off => false,
                Widening::Sure => !other.ambiguous,
                Widening::Every => true,
            };
            let told = QueryExpansion {
                typed: Untrusted::new(typed),
                other: Untrusted::new(other.text.as_str()),
                kind: ExpansionKind::Synonym,
                why: other.why,
                applied,
            };
            if !self.told.contains(&told) {
                self.told.push(told);
            }
            if applied {
                phrases.push(other.text);
            }
        }
        (!phrases.is_empty()).then_some(Widened {
            parts,
            phrases,
            value: None,
        })
    }

    /// `creatinine 2.1`: a name and a number right after it.
    fn measured(&mut self, words: &[&str]) -> Option<Widened> {
        let language = self.language?;
        let number = words.iter().position(|word| number(word).is_some())?;
        let name = words.get(..number).filter(|name| !name.is_empty())?;
        let analyte = language.analyte(&name.join(" "))?;
        let value = format!("{analyte} {}", number_of(words[number]));
        let applied = self.widening != Widening::Off;
        self.told.push(QueryExpansion {
            typed: Untrusted::new(words[..=number].join(" ")),
            other: Untrusted::new(value.as_str()),
            kind: ExpansionKind::Value,
            why: format!("a value of {analyte}, however its name is written"),
            applied,
        });
        applied.then_some(Widened {
            parts: number + 1,
            phrases: Vec::new(),
            value: Some(value),
        })
    }
}

fn number(word: &str) -> Option<f64> {
    let plain = word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    word.parse().ok().filter(|_| plain && word.len() < 12)
}

fn number_of(word: &str) -> String {
    number(word).map_or_else(String::new, |value: f64| value.to_string())
}

/// Whether two texts are the same words.
pub(super) fn same_words(a: &str, b: &str) -> bool {
    folded(a) == folded(b)
}
