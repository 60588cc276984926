//! Stretches of texts that words must stand inside or outside of, in the document at hand.

use super::marks::{holds, touches};
use super::places::{FieldWords, Places};
use tantivy::{DocId, SegmentReader, Term};

/// Where they must stand: marks (see [`super::marks`]).
#[derive(Clone, Debug, Default)]
pub(super) struct Stretches {
    /// Of each group, one must have them inside.
    pub inside: Vec<Vec<Term>>,
    /// None of these may have one of them inside.
    pub outside: Vec<Term>,
}

impl Stretches {
    pub(super) fn are_anywhere(&self) -> bool {
        self.inside.is_empty() && self.outside.is_empty()
    }
}

/// Stretches of a segment, gone through along with documents.
#[derive(Default)]
pub(super) struct Stood {
    inside: Vec<Vec<Mark>>,
    outside: Vec<Mark>,
}

impl Stood {
    /// `None` if nothing can stand inside, because a group has no stretch anywhere.
    pub(super) fn open(
        reader: &SegmentReader,
        stretches: &Stretches,
    ) -> tantivy::Result<Option<Self>> {
        let mut all = stretches.inside.iter().flatten().chain(&stretches.outside);
        let Some(first) = all.next() else {
            return Ok(stretches.inside.is_empty().then(Self::default));
        };
        let field = FieldWords::open(reader, first.field())?;
        let mut inside = Vec::with_capacity(stretches.inside.len());
        for group in &stretches.inside {
            let marks = marks(&field, group)?;
            if marks.is_empty() {
                return Ok(None);
            }
            inside.push(marks);
        }
        let outside = marks(&field, &stretches.outside)?;
        Ok(Some(Self { inside, outside }))
    }

    /// Keeps of places in a document those that lie where they must.
    pub(super) fn keep(&mut self, doc: DocId, places: &mut Vec<(u32, u32)>) {
        if self.inside.is_empty() && self.outside.is_empty() {
            return;
        }
        self.outside.iter_mut().for_each(|mark| mark.go(doc));
        for group in &mut self.inside {
            group.iter_mut().for_each(|mark| mark.go(doc));
        }
        places.retain(|&(from, to)| {
            let one = |group: &Vec<Mark>| group.iter().any(|mark| holds(&mark.pairs, from, to));
            let mut outside = self.outside.iter();
            self.inside.iter().all(one) && !outside.any(|mark| touches(&mark.pairs, from, to))
        });
    }
}

/// The marks of a group that there are.
fn marks(field: &FieldWords, group: &[Term]) -> tantivy::Result<Vec<Mark>> {
    let mut out = Vec::new();
    for mark in group {
        out.extend(field.word(mark)?.map(|places| Mark {
            places,
            pairs: Vec::new(),
        }));
    }
    Ok(out)
}

/// A mark and its stretches in the document at hand.
struct Mark {
    places: Places,
    pairs: Vec<u32>,
}

impl Mark {
    fn go(&mut self, doc: DocId) {
        self.pairs.clear();
        if self.places.seek(doc) == doc {
            self.places.positions_with_offset(0, &mut self.pairs);
        }
    }
}
