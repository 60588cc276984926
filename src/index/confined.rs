//! Words that count only at certain places of a text: inside a section, or where something is
//! said of them. Snippets mark them there and nowhere else.

use super::marks;
use super::needles::{Highlighter, Match, key};
use super::places::FieldWords;
use super::stretches::Stretches;
use super::view::View;
use crate::grammar::terms::terms;
use std::collections::HashMap;
use tantivy::{DocAddress, Term};

/// Where words of a query may stand, as it was compiled.
#[derive(Debug, Default)]
pub(super) struct Confinement {
    /// For words that count only somewhere: where; `None` once they count everywhere.
    words: HashMap<String, Option<Vec<Stretches>>>,
}

impl Confinement {
    /// Words are asked for at places.
    pub(super) fn add(&mut self, words: &str, open: bool, places: &Stretches) {
        let places_of = self.words.entry(key(words, open));
        let places_of = places_of.or_insert_with(|| Some(Vec::new()));
        match places_of {
            _ if places.are_anywhere() => *places_of = None,
            Some(all) => all.push(places.clone()),
            None => {}
        }
    }

    /// For each needle where it may stand, `None` if everywhere; `None` if all may.
    pub(super) fn of(&self, needles: &Highlighter) -> Option<Vec<Option<&[Stretches]>>> {
        let places = |key: String| self.words.get(&key).and_then(Option::as_deref);
        let all: Vec<Option<&[Stretches]>> = needles.keys().map(places).collect();
        all.iter().any(Option::is_some).then_some(all)
    }
}

/// Where needles may stand in one document.
pub(super) struct Allowed<'a> {
    places: &'a [Option<&'a [Stretches]>],
    /// The first and last byte of each word of the text.
    words: Vec<(usize, usize)>,
    /// The stretches of each mark, in words.
    marks: HashMap<Term, Vec<u32>>,
}

impl Allowed<'_> {
    /// Whether a match counts where it stands.
    pub(super) fn allows(&self, found: &Match) -> bool {
        let Some(Some(places)) = self.places.get(found.needle) else {
            return true;
        };
        let from = self.words.partition_point(|word| word.1 <= found.start) as u32;
        let to = self.words.partition_point(|word| word.0 < found.end) as u32;
        let stretches = |term: &Term| self.marks.get(term).map_or(&[][..], Vec::as_slice);
        places.iter().any(|places| {
            let inside = |group: &Vec<Term>| {
                let mut marks = group.iter();
                marks.any(|mark| marks::holds(stretches(mark), from, to))
            };
            let mut outside = places.outside.iter();
            places.inside.iter().all(inside)
                && !outside.any(|mark| marks::touches(stretches(mark), from, to))
        })
    }
}

impl View {
    /// Where needles may stand in a document of this text.
    pub(super) fn allowed<'a>(
        &self,
        at: DocAddress,
        text: &str,
        places: &'a [Option<&'a [Stretches]>],
    ) -> tantivy::Result<Allowed<'a>> {
        let reader = self.searcher.segment_reader(at.segment_ord);
        let marks = FieldWords::open(reader, self.generation.fields.marks)?;
        let mut stretches = HashMap::new();
        for places in places.iter().copied().flatten().flatten() {
            for mark in places.inside.iter().flatten().chain(&places.outside) {
                if stretches.contains_key(mark) {
                    continue;
                }
                let mut pairs = Vec::new();
                if let Some(mut places) = marks.word(mark)?
                    && places.seek(at.doc_id) == at.doc_id
                {
                    places.positions_with_offset(0, &mut pairs);
                }
                stretches.insert(mark.clone(), pairs);
            }
        }
        Ok(Allowed {
            places,
            words: terms(text).collect(),
            marks: stretches,
        })
    }
}
