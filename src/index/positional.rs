//! Words whose places matter: phrases, words near each other, and either inside (or outside) a
//! section or a stretch of which something is said.
//!
//! One scorer for all: it goes through the documents that have every word, rarest first, and
//! looks at places only there. A place counts when it lies inside one stretch of each group of
//! [`Stretches::inside`] and touches none of [`Stretches::outside`].

use super::heads::DocumentsScorer;
use super::marks::{holds, touches};
use super::open::{OpenWord, Standing, with_one_there};
use super::places::{FieldWords, Places};
use super::room::Room;
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

/// Words at certain places.
#[derive(Clone, Debug)]
pub(super) struct Positional {
    /// The words, in one field; one at least, with `open`.
    pub words: Vec<Term>,
    /// The beginning of a last word.
    pub open: Option<Term>,
    pub order: Order,
    pub stretches: Stretches,
    /// Whether documents are scored by it.
    pub scored: bool,
}

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
        if let (true, Some(open)) = (query.words.is_empty(), &query.open) {
            let documents = with_one_there(reader, &field, open, stretches)?;
            return Ok(Box::new(DocumentsScorer::of(documents)));
        }
        let Some(mut scorer) = self.words(&field)? else {
            return Ok(Box::new(EmptyScorer));
        };
        if let Some(open) = &query.open {
            let room = scorer.room_behind(reader.max_doc());
            let open = OpenWord::gather(&field, open, &room, reader.max_doc())?;
            scorer = PositionalScorer::of(
                vec![Word {
                    ahead: query.words.len() as u32,
                    postings: Standing::Any(open),
                    places: Vec::new(),
                }],
                query.words.len() as u32 + 1,
                query.order,
            );
        }
        if !stretches.are_anywhere() {
            let marks_of = Marks::open(reader, stretches)?;
            for group in &stretches.inside {
                scorer.inside.push(marks_of.of(group)?);
            }
            if scorer.inside.iter().any(Vec::is_empty) {
                return Ok(Box::new(EmptyScorer));
            }
            scorer.outside = marks_of.of(&stretches.outside)?;
        }
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
        Ok(Some(PositionalScorer::of(words, length, self.query.order)))
    }
}

/// The marks that stretches are made of.
struct Marks(Option<FieldWords>);

impl Marks {
    fn open(reader: &SegmentReader, stretches: &Stretches) -> tantivy::Result<Self> {
        let mut all = stretches.inside.iter().flatten().chain(&stretches.outside);
        let field = all
            .next()
            .map(|mark| FieldWords::open(reader, mark.field()));
        Ok(Self(field.transpose()?))
    }

    /// Those of a group that there are.
    fn of(&self, group: &[Term]) -> tantivy::Result<Vec<Mark>> {
        let mut out = Vec::new();
        for mark in group {
            let Some(field) = &self.0 else { continue };
            out.extend(field.word(mark)?.map(|postings| Mark {
                postings,
                pairs: Vec::new(),
            }));
        }
        Ok(out)
    }
}

/// A word of the query.
struct Word {
    /// How many words stand before it in the query.
    ahead: u32,
    postings: Standing,
    places: Vec<u32>,
}

/// A mark and its stretches in the document at hand.
struct Mark {
    postings: Places,
    pairs: Vec<u32>,
}

impl Mark {
    fn go(&mut self, doc: DocId) {
        self.pairs.clear();
        if self.postings.doc() < doc {
            self.postings.seek(doc);
        }
        if self.postings.doc() == doc {
            self.postings.positions_with_offset(0, &mut self.pairs);
        }
    }
}

struct PositionalScorer {
    /// Rarest first.
    words: Vec<Word>,
    /// How many words the query has.
    length: u32,
    order: Order,
    inside: Vec<Vec<Mark>>,
    outside: Vec<Mark>,
    similarity: Option<Bm25Weight>,
    /// Asked only where there is a similarity.
    norms: FieldNormReader,
    /// Where the words stand in the document at hand: first place and the place after the last.
    found: Vec<(u32, u32)>,
    times: u32,
    doc: DocId,
}

impl PositionalScorer {
    /// Unscored, and the words may stand anywhere.
    fn of(words: Vec<Word>, length: u32, order: Order) -> Self {
        Self {
            words,
            length,
            order,
            inside: Vec::new(),
            outside: Vec::new(),
            similarity: None,
            norms: FieldNormReader::constant(0, 1),
            found: Vec::new(),
            times: 0,
            doc: 0,
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
        'documents: while self.doc != TERMINATED {
            for i in 1..self.words.len() {
                let postings = &mut self.words[i].postings;
                let at = match postings.doc() {
                    at if at < self.doc => postings.seek(self.doc),
                    at => at,
                };
                if at != self.doc {
                    self.doc = match at {
                        TERMINATED => TERMINATED,
                        _ => self.words[0].postings.seek(at),
                    };
                    continue 'documents;
                }
            }
            if self.fits() {
                break;
            }
            self.doc = self.words[0].postings.advance();
        }
        self.doc
    }

    /// Whether the words stand as they must in the document at hand.
    fn fits(&mut self) -> bool {
        self.found.clear();
        match self.order {
            Order::Adjacent => self.adjacent(),
            Order::Near(gap) => self.near(gap),
        }
        let anywhere = self.inside.is_empty() && self.outside.is_empty();
        if !anywhere && !self.found.is_empty() {
            self.keep_inside();
        }
        self.times = self.found.len() as u32;
        self.times > 0
    }

    fn adjacent(&mut self) {
        let length = self.length;
        let Some((first, others)) = self.words.split_first_mut() else {
            return;
        };
        // Places count from the first word of the phrase: those of the second word less one, and
        // so on; `length` is added so that none falls below 0.
        let starts = &mut first.places;
        first
            .postings
            .positions_with_offset(length - first.ahead, starts);
        for word in others {
            if starts.is_empty() {
                return;
            }
            let offset = length - word.ahead;
            word.postings
                .positions_with_offset(offset, &mut word.places);
            keep_common(starts, &word.places);
        }
        let found = starts.iter().map(|&start| (start - length, start));
        self.found.extend(found);
    }

    fn near(&mut self, gap: u32) {
        for word in &mut self.words {
            word.postings.positions_with_offset(0, &mut word.places);
        }
        let width = self.length + gap;
        let mut at = vec![0usize; self.words.len()];
        loop {
            let (mut least, mut low, mut high) = (0, u32::MAX, 0);
            for (i, word) in self.words.iter().enumerate() {
                let Some(&place) = word.places.get(at[i]) else {
                    return;
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

    /// Keeps the places that lie where they must.
    fn keep_inside(&mut self) {
        let doc = self.doc;
        let outside = &mut self.outside;
        outside.iter_mut().for_each(|mark| mark.go(doc));
        for group in &mut self.inside {
            group.iter_mut().for_each(|mark| mark.go(doc));
        }
        let (inside, outside) = (&self.inside, &self.outside);
        self.found.retain(|&(from, to)| {
            inside
                .iter()
                .all(|group| group.iter().any(|mark| holds(&mark.pairs, from, to)))
                && !outside.iter().any(|mark| touches(&mark.pairs, from, to))
        });
    }
}

/// Whether no two words stand at one place (a word asked for twice must stand twice).
fn distinct(words: &[Word], at: &[usize]) -> bool {
    let place = |i: usize| words[i].places.get(at[i]);
    (0..words.len()).all(|i| (0..i).all(|j| place(i) != place(j)))
}

/// Keeps of two ascending lists what stands in both, in the first.
fn keep_common(list: &mut Vec<u32>, other: &[u32]) {
    let (mut kept, mut at) = (0, 0);
    for i in 0..list.len() {
        let value = list[i];
        while at < other.len() && other[at] < value {
            at += 1;
        }
        if at == other.len() {
            break;
        }
        if other[at] == value {
            list[kept] = value;
            kept += 1;
        }
    }
    list.truncate(kept);
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
