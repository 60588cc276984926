//! The places of words that begin alike, as if they were one word: for the last, unfinished word
//! of a phrase (`x-ra*`), and for a beginning that must stand in a section (`in:plan warf*`).
//!
//! Thousands of words may begin so. Instead of opening all of them side by side, each is gone
//! through once, and only places where it can be found at all are kept or looked for: those right
//! behind the other words, or inside stretches of the wanted kinds. So no beginning has too many
//! words, and what is found never depends on words of other documents.

use super::bound::Bound;
use super::heads::Documents;
use super::places::{FieldWords, Places};
use super::room::Room;
use super::stretches::Stretches;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::index::SegmentId;
use tantivy::{DocId, SegmentReader, TERMINATED, Term};

/// Going to a document costs as much as going over so many.
const SEEK_COST: u32 = 16;

/// Places are few where there is less than one for so many documents of the segment.
const FEW: usize = 16;

/// What was gathered of a query's unfinished word, by segment: a query is often asked several
/// times for one answer (for hits and for each kind of count).
#[derive(Clone, Debug, Default)]
pub(super) struct Kept(Arc<Mutex<HashMap<SegmentId, Gathered>>>);

/// Of the words that begin alike: the places, or only the documents.
#[derive(Clone, Debug)]
pub(super) enum Gathered {
    Places(Arc<OpenPlaces>),
    Documents(Arc<Documents>),
}

impl Kept {
    /// What is kept of a segment, or else is made of it.
    pub(super) fn or_make(
        &self,
        segment: SegmentId,
        make: impl FnOnce() -> tantivy::Result<Gathered>,
    ) -> tantivy::Result<Gathered> {
        // Every change is one step.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = kept.get(&segment) {
            return Ok(there.clone());
        }
        let made = make()?;
        kept.insert(segment, made.clone());
        Ok(made)
    }
}

/// Places of words that begin alike.
#[derive(Debug)]
pub(super) struct OpenPlaces {
    docs: Vec<DocId>,
    /// Where the places of each document begin; one more for the end.
    starts: Vec<usize>,
    places: Vec<u32>,
}

impl OpenPlaces {
    /// The words that begin like a term, at places of `room` alone.
    pub(super) fn gather(
        field: &FieldWords,
        start: &Term,
        room: &Room,
        max_doc: DocId,
        bound: &Bound,
    ) -> tantivy::Result<Self> {
        let candidates = room.documents();
        let few = candidates.count();
        let mut found: Vec<(DocId, u32)> = Vec::new();
        let mut places = Vec::new();
        each_word(field, start, bound, |word| {
            let seeking = word.doc_freq() / SEEK_COST > few;
            let mut doc = word.doc();
            while doc != TERMINATED {
                if candidates.has(doc) {
                    word.positions_with_offset(0, &mut places);
                    let there = places.iter().filter(|place| room.has(doc, **place));
                    found.extend(there.map(|place| (doc, *place)));
                }
                doc = match seeking {
                    false => word.advance(),
                    true => match candidates.next_from(doc + 1) {
                        TERMINATED => TERMINATED,
                        next => word.seek(next),
                    },
                };
            }
        })?;
        Ok(match found.len() < max_doc as usize / FEW {
            true => Self::sorted(found),
            false => Self::in_order(&found, max_doc),
        })
    }

    /// Puts few places into the order of documents.
    fn sorted(mut found: Vec<(DocId, u32)>) -> Self {
        found.sort_unstable();
        let mut out = Self {
            docs: Vec::new(),
            starts: Vec::new(),
            places: Vec::with_capacity(found.len()),
        };
        for (doc, place) in found {
            if out.docs.last() != Some(&doc) {
                out.docs.push(doc);
                out.starts.push(out.places.len());
            }
            out.places.push(place);
        }
        out.starts.push(out.places.len());
        out
    }

    /// Puts many places into the order of documents: by counting, because there may be millions, and
    /// each word brings its documents in order already.
    fn in_order(found: &[(DocId, u32)], max_doc: DocId) -> Self {
        let mut next = vec![0usize; max_doc as usize + 1];
        for (doc, _) in found {
            next[*doc as usize + 1] += 1;
        }
        for doc in 1..next.len() {
            next[doc] += next[doc - 1];
        }
        let mut out = Self {
            docs: Vec::new(),
            starts: Vec::new(),
            places: vec![0; found.len()],
        };
        for (doc, ends) in (0..max_doc).zip(next.windows(2)) {
            if ends[0] < ends[1] {
                out.docs.push(doc);
                out.starts.push(ends[0]);
            }
        }
        out.starts.push(found.len());
        for (doc, place) in found {
            let slot = &mut next[*doc as usize];
            out.places[*slot] = *place;
            *slot += 1;
        }
        for range in out.starts.windows(2) {
            out.places[range[0]..range[1]].sort_unstable();
        }
        out
    }
}

/// Words that begin alike, going through their documents as one.
pub(super) struct OpenWord {
    all: Arc<OpenPlaces>,
    at: usize,
}

impl OpenWord {
    pub(super) fn of(all: Arc<OpenPlaces>) -> Self {
        Self { all, at: 0 }
    }

    pub(super) fn doc(&self) -> DocId {
        self.all.docs.get(self.at).copied().unwrap_or(TERMINATED)
    }

    pub(super) fn advance(&mut self) -> DocId {
        self.at = (self.at + 1).min(self.all.docs.len());
        self.doc()
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        let rest = self.all.docs.get(self.at..).unwrap_or_default();
        self.at += rest.partition_point(|doc| *doc < target);
        self.doc()
    }

    pub(super) fn doc_freq(&self) -> u32 {
        self.all.docs.len() as u32
    }

    /// The places in the document at hand, each with `offset` added.
    pub(super) fn positions_with_offset(&self, offset: u32, out: &mut Vec<u32>) {
        out.clear();
        let starts = &self.all.starts;
        let range = starts.get(self.at).zip(starts.get(self.at + 1));
        let places = range.and_then(|(from, to)| self.all.places.get(*from..*to));
        let places = places.unwrap_or_default();
        out.extend(places.iter().map(|place| place + offset));
    }
}

/// Goes through the words that begin like a term, until the time is over.
fn each_word(
    field: &FieldWords,
    start: &Term,
    bound: &Bound,
    mut each: impl FnMut(&mut Places),
) -> tantivy::Result<()> {
    let start = start.serialized_value_bytes();
    let mut words = field.inverted().terms().range().ge(start).into_stream()?;
    let mut room: Option<Places> = None;
    while words.advance() && words.key().starts_with(start) {
        let word = match &mut room {
            Some(word) => {
                field.again(words.value(), word)?;
                word
            }
            none => none.insert(field.places(words.value())?),
        };
        each(word);
        if bound.is_over() {
            break;
        }
    }
    Ok(())
}

/// The documents in which a word that begins like a term stands where it must: each is looked at
/// until one is found.
pub(super) fn with_one_there(
    reader: &SegmentReader,
    field: &FieldWords,
    start: &Term,
    stretches: &Stretches,
    bound: &Bound,
) -> tantivy::Result<Documents> {
    let max_doc = reader.max_doc();
    let mut inside = Vec::with_capacity(stretches.inside.len());
    for group in &stretches.inside {
        inside.push(stretches_of(reader, group)?);
    }
    let outside = stretches_of(reader, &stretches.outside)?;
    let mut candidates = Documents::all(max_doc);
    inside
        .iter()
        .for_each(|room| candidates.keep(room.documents()));
    let mut found = Documents::none(max_doc);
    let mut places = Vec::new();
    each_word(field, start, bound, |word| {
        let mut doc = word.doc();
        while doc != TERMINATED {
            if candidates.has(doc) && !found.has(doc) {
                word.positions_with_offset(0, &mut places);
                let there = |place: &u32| {
                    inside.iter().all(|room| room.has(doc, *place)) && !outside.has(doc, *place)
                };
                if places.iter().any(there) {
                    found.insert(doc);
                }
            }
            doc = word.advance();
        }
    })?;
    Ok(found)
}

/// The places inside stretches of some marks.
fn stretches_of(reader: &SegmentReader, marks: &[Term]) -> tantivy::Result<Room> {
    let mut room = Room::new(reader.max_doc());
    let Some(first) = marks.first() else {
        return Ok(room);
    };
    let field = FieldWords::open(reader, first.field())?;
    let mut words = Vec::with_capacity(marks.len());
    for mark in marks {
        words.extend(field.word(mark)?);
    }
    let mut pairs = Vec::new();
    loop {
        let doc = words.iter().map(Places::doc).min().unwrap_or(TERMINATED);
        if doc == TERMINATED {
            return Ok(room);
        }
        for word in words.iter_mut().filter(|word| word.doc() == doc) {
            word.positions_with_offset(0, &mut pairs);
            room.add(doc, pairs.chunks_exact(2).map(|pair| pair[0]..pair[1]));
            word.advance();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_places_are_put_into_the_same_order() {
        let found = [(7, 3), (7, 9), (40, 1), (7, 2), (0, 5), (40, 0)];
        let (few, many) = (
            OpenPlaces::sorted(found.to_vec()),
            OpenPlaces::in_order(&found, 41),
        );
        assert_eq!((&few.docs, &few.starts), (&many.docs, &many.starts));
        assert_eq!(few.places, many.places);
        assert_eq!(few.docs, [0, 7, 40]);
        let none = OpenPlaces::sorted(Vec::new());
        assert_eq!((none.docs.len(), none.starts.as_slice()), (0, &[0][..]));
    }
}
