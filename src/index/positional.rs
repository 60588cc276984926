//! Words whose places matter: phrases, words near each other, and either inside (or outside) a
//! section or a stretch of which something is said.
//!
//! One scorer for all: it goes through the documents that have every word, rarest first, and
//! looks at places only there. A place counts when it lies inside one stretch of each group of
//! [`Stretches::inside`] and touches none of [`Stretches::outside`].

use super::bound::SharedBound;
use super::heads::DocumentsScorer;
use super::open::{Gathered, Kept, OpenPlaces, OpenWord, with_one_there};
use super::places::FieldWords;
use super::room::Room;
use super::standing::Standing;
use super::stretches::{Stood, Stretches};
use std::sync::Arc;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

/// How words must stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// One right after the other.
    Adjacent,
    /// In any order, with at most so many words between them in all.
    Near(u32),
}

/// Words at certain places.
#[derive(Clone, Debug)]
pub(super) struct Positional {
    /// The words, in one field; one at least, with `open`.
    pub words: Vec<Term>,
    /// The beginning of a last word, and what was gathered of it.
    pub open: Option<Term>,
    pub kept: Kept,
    pub order: Order,
    pub stretches: Stretches,
    /// Whether documents are scored by it.
    pub scored: bool,
    /// When it ends, wherever it stands.
    pub bound: SharedBound,
}

/// Documents looked at between two looks at the clock.
const PATIENCE: u32 = 256;

impl Query for Positional {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let similarity = match scoring {
            EnableScoring::Enabled {
                statistics_provider,
                ..
            } if self.scored && !self.words.is_empty() => {
                Some(Bm25Weight::for_terms(statistics_provider, &self.words)?)
            }
            _ => None,
        };
        Ok(Box::new(PositionalWeight {
            query: self.clone(),
            similarity,
        }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.words.iter().for_each(|word| visitor(word, true));
    }
}

struct PositionalWeight {
    query: Positional,
    similarity: Option<Bm25Weight>,
}

impl Weight for PositionalWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let query = &self.query;
        let stretches = &query.stretches;
        let Some(first) = query.words.first().or(query.open.as_ref()) else {
            return Ok(Box::new(EmptyScorer));
        };
        let field = FieldWords::open(reader, first.field())?;
        let scorer = match &query.open {
            None => self.words(&field)?,
            Some(open) => {
                let segment = reader.segment_id();
                let gathered = query
                    .kept
                    .or_make(segment, || self.gather(reader, &field, open))?;
                match gathered {
                    Gathered::Documents(documents) => {
                        return Ok(Box::new(DocumentsScorer::of(documents)));
                    }
                    Gathered::Places(places) => Some(self.open(places)),
                }
            }
        };
        let Some(mut scorer) = scorer else {
            return Ok(Box::new(EmptyScorer));
        };
        let Some(stood) = Stood::open(reader, stretches)? else {
            return Ok(Box::new(EmptyScorer));
        };
        scorer.stood = stood;
        if let Some(weight) = &self.similarity {
            scorer.similarity = Some(weight.boost_by(boost));
            scorer.norms = reader.get_fieldnorms_reader(first.field())?;
        }
        scorer.begin();
        Ok(Box::new(scorer))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("words at places", 0.0))
    }
}

impl PositionalWeight {
    /// Goes through the words that the unfinished one may be.
    fn gather(
        &self,
        reader: &SegmentReader,
        field: &FieldWords,
        open: &Term,
    ) -> tantivy::Result<Gathered> {
        let query = &self.query;
        if query.words.is_empty() {
            let documents = with_one_there(reader, field, open, &query.stretches, &query.bound)?;
            return Ok(Gathered::Documents(Arc::new(documents)));
        }
        let max_doc = reader.max_doc();
        let room = match self.words(field)? {
            Some(mut words) => words.room_behind(max_doc),
            None => Room::new(max_doc),
        };
        let places = OpenPlaces::gather(field, open, &room, max_doc, &query.bound)?;
        Ok(Gathered::Places(Arc::new(places)))
    }

    /// The unfinished word alone: it was looked for right behind the others.
    fn open(&self, places: Arc<OpenPlaces>) -> PositionalScorer {
        let ahead = self.query.words.len() as u32;
        let word = Word {
            ahead,
            postings: Standing::Any(OpenWord::of(places)),
            places: Vec::new(),
        };
        self.scorer_of(vec![word], ahead + 1)
    }

    /// The whole words; `None` if there is one that no document has.
    fn words(&self, field: &FieldWords) -> tantivy::Result<Option<PositionalScorer>> {
        let mut words = Vec::with_capacity(self.query.words.len());
        for (ahead, word) in self.query.words.iter().enumerate() {
            let Some(places) = field.word(word)? else {
                return Ok(None);
            };
            words.push(Word {
                ahead: ahead as u32,
                postings: Standing::One(Box::new(places)),
                places: Vec::new(),
            });
        }
        words.sort_by_key(|word| word.postings.doc_freq());
        let length = words.len() as u32;
        Ok(Some(self.scorer_of(words, length)))
    }

    fn scorer_of(&self, words: Vec<Word>, length: u32) -> PositionalScorer {
        let query = &self.query;
        PositionalScorer::of(words, length, query.order, query.bound.clone())
    }
}

/// A word of the query.
struct Word {
    /// How many words stand before it in the query.
    ahead: u32,
    postings: Standing,
    places: Vec<u32>,
}

/// What became of a document.
enum Fit {
    /// All words are in it, perhaps at the places found.
    Places,
    /// It does not fit.
    None,
    /// Nor does any before this one.
    NotBefore(DocId),
}

struct PositionalScorer {
    /// Rarest first.
    words: Vec<Word>,
    /// How many words the query has.
    length: u32,
    order: Order,
    stood: Stood,
    similarity: Option<Bm25Weight>,
    /// Asked only where there is a similarity.
    norms: FieldNormReader,
    /// Where the words stand in the document at hand: first place and the place after the last.
    found: Vec<(u32, u32)>,
    times: u32,
    doc: DocId,
    bound: SharedBound,
    looked: u32,
}

impl PositionalScorer {
    /// Unscored, and the words may stand anywhere.
    fn of(words: Vec<Word>, length: u32, order: Order, bound: SharedBound) -> Self {
        Self {
            words,
            length,
            order,
            stood: Stood::default(),
            similarity: None,
            norms: FieldNormReader::constant(0, 1),
            found: Vec::new(),
            times: 0,
            doc: 0,
            bound,
            looked: 0,
        }
    }

    /// Goes to the first document that fits.
    fn begin(&mut self) {
        self.doc = match self.words.first() {
            Some(word) => word.postings.doc(),
            None => TERMINATED,
        };
        self.settle();
    }

    /// Goes through all documents, for the places right behind the words.
    fn room_behind(&mut self, max_doc: DocId) -> Room {
        let mut room = Room::new(max_doc);
        self.begin();
        while self.doc != TERMINATED {
            room.add(
                self.doc,
                self.found.iter().map(|found| found.1..found.1 + 1),
            );
            self.advance();
        }
        room
    }

    /// Moves on from `doc`, which the rarest word has, to one that fits.
    fn settle(&mut self) -> DocId {
        while self.doc != TERMINATED {
            self.looked = self.looked.wrapping_add(1);
            if self.looked.is_multiple_of(PATIENCE) && self.bound.is_over() {
                self.doc = TERMINATED;
                break;
            }
            let next = match self.order {
                Order::Adjacent => self.adjacent(),
                Order::Near(gap) => self.near(gap),
            };
            match next {
                Fit::Places if self.are_inside() => break,
                Fit::Places | Fit::None => self.doc = self.words[0].postings.advance(),
                Fit::NotBefore(TERMINATED) => self.doc = TERMINATED,
                Fit::NotBefore(doc) => self.doc = self.words[0].postings.seek(doc),
            }
        }
        self.doc
    }

    /// Whether places found are where they must be.
    fn are_inside(&mut self) -> bool {
        self.stood.keep(self.doc, &mut self.found);
        self.times = self.found.len() as u32;
        self.times > 0
    }

    /// Looks for the words one right after the other. A word is gone to only while those before
    /// it are where they must be: the rarest are asked first.
    fn adjacent(&mut self) -> Fit {
        let (doc, length) = (self.doc, self.length);
        self.found.clear();
        let Some((first, others)) = self.words.split_first_mut() else {
            return Fit::None;
        };
        // Places count from the first word of the phrase: those of the second word less one, and
        // so on; `length` is added so that none falls below 0.
        let starts = &mut first.places;
        starts.clear();
        for word in others {
            let at = word.postings.go_to(doc);
            if at != doc {
                return Fit::NotBefore(at);
            }
            if starts.is_empty() {
                let offset = length - first.ahead;
                first.postings.positions_with_offset(offset, starts);
            }
            word.postings.keep_common(length - word.ahead, starts);
            if starts.is_empty() {
                return Fit::None;
            }
        }
        if starts.is_empty() {
            let offset = length - first.ahead;
            first.postings.positions_with_offset(offset, starts);
        }
        let found = starts.iter().map(|&start| (start - length, start));
        self.found.extend(found);
        Fit::Places
    }

    fn near(&mut self, gap: u32) -> Fit {
        self.found.clear();
        for word in &mut self.words[1..] {
            let at = word.postings.go_to(self.doc);
            if at != self.doc {
                return Fit::NotBefore(at);
            }
        }
        for word in &mut self.words {
            word.postings.positions_with_offset(0, &mut word.places);
        }
        let width = self.length + gap;
        let mut at = vec![0usize; self.words.len()];
        loop {
            let (mut least, mut low, mut high) = (0, u32::MAX, 0);
            for (i, word) in self.words.iter().enumerate() {
                let Some(&place) = word.places.get(at[i]) else {
                    return Fit::Places;
                };
                if place < low {
                    (least, low) = (i, place);
                }
                high = high.max(place);
            }
            if high - low < width && distinct(&self.words, &at) {
                self.found.push((low, high + 1));
            }
            at[least] += 1;
        }
    }
}

/// Whether no two words stand at one place (a word asked for twice must stand twice).
fn distinct(words: &[Word], at: &[usize]) -> bool {
    let place = |i: usize| words[i].places.get(at[i]);
    (0..words.len()).all(|i| (0..i).all(|j| place(i) != place(j)))
}

impl DocSet for PositionalScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        self.doc = self.words[0].postings.advance();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        self.doc = self.words[0].postings.seek(target);
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.words[0].postings.doc_freq() / 4
    }

    fn cost(&self) -> u64 {
        // Looking at places costs more than going through documents.
        u64::from(self.words[0].postings.doc_freq()) * 4
    }
}

impl Scorer for PositionalScorer {
    fn score(&mut self) -> Score {
        match &self.similarity {
            Some(weight) => weight.score(self.norms.fieldnorm_id(self.doc), self.times),
            None => 0.0,
        }
    }
}
