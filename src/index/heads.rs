//! Documents that have a word that begins like this: search as somebody types.
//!
//! Short beginnings have thousands of words, and going through all their documents for every key
//! would take longer than typing it. So each large segment carries, for the beginnings that
//! would cost most, the set of their documents; all others are collected from the words.

use super::bound::{Bound, SharedBound};
use super::schema::Fields;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::index::{SegmentComponent, SegmentId};
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, HasLen, Score, SegmentReader, TERMINATED, Term};

/// Extension of the file of sets.
pub(super) const HEADS: &str = "heads";

pub(super) fn component() -> SegmentComponent {
    SegmentComponent::Custom(HEADS.to_owned())
}

/// A set of documents of a segment.
#[derive(Clone, Debug, Default)]
pub(super) struct Documents {
    pub words: Vec<u64>,
}

impl Documents {
    pub(super) fn none(max_doc: DocId) -> Self {
        Self {
            words: vec![0; (max_doc as usize).div_ceil(64)],
        }
    }

    pub(super) fn all(max_doc: DocId) -> Self {
        let mut out = Self::none(max_doc);
        (0..max_doc).for_each(|doc| out.insert(doc));
        out
    }

    pub(super) fn insert(&mut self, doc: DocId) {
        self.words[doc as usize / 64] |= 1 << (doc % 64);
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    pub(super) fn clear(&mut self) {
        self.words.fill(0);
    }

    pub(super) fn has(&self, doc: DocId) -> bool {
        let word = self.words.get(doc as usize / 64);
        word.is_some_and(|word| word >> (doc % 64) & 1 == 1)
    }

    /// Keeps what is in the other set, too.
    pub(super) fn keep(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// The last so many, the very last first.
    pub(super) fn last(&self, most: usize) -> Vec<DocId> {
        let words = self.words.iter().enumerate().rev();
        let bits = words.flat_map(|(at, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = rest.checked_ilog2()?;
                rest ^= 1 << bit;
                Some(at as u32 * 64 + bit)
            })
        });
        bits.take(most).collect()
    }

    pub(super) fn next_from(&self, doc: DocId) -> DocId {
        let at = doc as usize / 64;
        let Some(&word) = self.words.get(at) else {
            return TERMINATED;
        };
        let rest = word & (u64::MAX << (doc % 64));
        if rest != 0 {
            return at as u32 * 64 + rest.trailing_zeros();
        }
        let later = self.words[at + 1..].iter().position(|word| *word != 0);
        later.map_or(TERMINATED, |skip| {
            let at = at + 1 + skip;
            at as u32 * 64 + self.words[at].trailing_zeros()
        })
    }
}

/// The sets of a segment.
pub(super) struct SegmentHeads {
    file: FileSlice,
    max_doc: DocId,
    places: HashMap<Vec<u8>, u64>,
}

impl SegmentHeads {
    pub(super) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let file = reader.open_read(component())?;
        let size = file.len();
        let end = size.checked_sub(8).ok_or_else(damaged)?;
        let start = number(&file.read_bytes_slice(end..size)?)?;
        let start = usize::try_from(start).ok().filter(|start| *start <= end);
        let directory = file.read_bytes_slice(start.ok_or_else(damaged)?..end)?;
        let mut rest = directory.as_slice();
        let mut places = HashMap::new();
        while let Some((&length, after)) = rest.split_first() {
            let length = length as usize;
            let entry = after.get(..length + 8).ok_or_else(damaged)?;
            places.insert(entry[..length].to_vec(), number(&entry[length..])?);
            rest = &after[length + 8..];
        }
        Ok(Self {
            file,
            max_doc: reader.max_doc(),
            places,
        })
    }

    fn get(&self, start: &[u8]) -> tantivy::Result<Option<Documents>> {
        let Some(&at) = self.places.get(start) else {
            return Ok(None);
        };
        let bytes = Documents::none(self.max_doc).words.len() * 8;
        let at = at as usize;
        let set: Range<usize> = at..at + bytes;
        if set.end > self.file.len() {
            return Err(damaged());
        }
        let bytes: OwnedBytes = self.file.read_bytes_slice(set)?;
        let (words, _) = bytes.as_slice().as_chunks::<8>();
        Ok(Some(Documents {
            words: words.iter().map(|word| u64::from_le_bytes(*word)).collect(),
        }))
    }
}

fn number(bytes: &[u8]) -> tantivy::Result<u64> {
    let bytes: [u8; 8] = bytes.try_into().map_err(|_| damaged())?;
    Ok(u64::from_le_bytes(bytes))
}

fn damaged() -> tantivy::TantivyError {
    tantivy::TantivyError::DataCorruption(tantivy::error::DataCorruption::comment_only(
        "sets of beginnings do not fit",
    ))
}

/// The sets of every segment of a snapshot.
pub(super) type AllHeads = Arc<HashMap<SegmentId, Arc<SegmentHeads>>>;

/// Documents with a word that begins like this; unscored.
#[derive(Clone)]
pub(super) struct Beginning {
    field: Field,
    start: String,
    heads: Option<AllHeads>,
    bound: SharedBound,
}

impl std::fmt::Debug for Beginning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Beginning").field(&self.field).finish()
    }
}

impl Beginning {
    /// Of a word of the text.
    pub(super) fn of_text(
        fields: &Fields,
        start: &str,
        heads: &AllHeads,
        bound: SharedBound,
    ) -> Self {
        Self {
            field: fields.text,
            start: start.to_owned(),
            heads: Some(heads.clone()),
            bound,
        }
    }

    /// Of a word of another field.
    pub(super) fn of(field: Field, start: &str) -> Self {
        Self {
            field,
            start: start.to_owned(),
            heads: None,
            bound: Bound::none(),
        }
    }

    fn documents(&self, reader: &SegmentReader) -> tantivy::Result<Documents> {
        let start = self.start.as_bytes();
        let heads = self
            .heads
            .as_ref()
            .and_then(|all| all.get(&reader.segment_id()));
        if let Some(documents) = heads.map(|heads| heads.get(start)).transpose()?.flatten() {
            return Ok(documents);
        }
        let mut documents = Documents::none(reader.max_doc());
        let inverted = reader.inverted_index(self.field)?;
        let mut terms = inverted.terms().range().ge(start).into_stream()?;
        while terms.advance() && terms.key().starts_with(start) {
            let basic = IndexRecordOption::Basic;
            let mut block = inverted.read_block_postings_from_terminfo(terms.value(), basic)?;
            while !block.docs().is_empty() {
                block.docs().iter().for_each(|&doc| documents.insert(doc));
                if self.bound.is_over() {
                    return Ok(documents);
                }
                block.advance();
            }
        }
        Ok(documents)
    }
}

impl Query for Beginning {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }

    fn query_terms<'a>(&'a self, _: &mut dyn FnMut(&'a Term, bool)) {}
}

impl Weight for Beginning {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(DocumentsScorer::of(Arc::new(
            self.documents(reader)?,
        ))))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("a word that begins so", 0.0))
    }
}

/// A set of documents as tantivy goes through one; unscored.
pub(super) struct DocumentsScorer {
    documents: Arc<Documents>,
    count: u32,
    doc: DocId,
}

impl DocumentsScorer {
    pub(super) fn of(documents: Arc<Documents>) -> Self {
        Self {
            count: documents.count(),
            doc: documents.next_from(0),
            documents,
        }
    }

    /// All of them.
    pub(super) fn documents(&self) -> &Documents {
        &self.documents
    }
}

impl DocSet for DocumentsScorer {
    fn advance(&mut self) -> DocId {
        if self.doc != TERMINATED {
            self.doc = self.documents.next_from(self.doc + 1);
        }
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            self.doc = self.documents.next_from(target);
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.count
    }

    fn count_including_deleted(&mut self) -> u32 {
        if self.doc == self.documents.next_from(0) {
            self.doc = TERMINATED;
            return self.count;
        }
        let mut count = 0;
        while self.doc != TERMINATED {
            count += 1;
            self.advance();
        }
        count
    }
}

impl Scorer for DocumentsScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_gone_through_in_order() {
        let mut documents = Documents::none(200);
        for doc in [0, 63, 64, 130, 199] {
            documents.insert(doc);
        }
        assert_eq!(documents.count(), 5);
        assert_eq!(documents.last(3), [199, 130, 64]);
        assert_eq!(documents.last(9), [199, 130, 64, 63, 0]);
        let mut scorer = DocumentsScorer::of(Arc::new(documents));
        assert_eq!((scorer.doc(), scorer.advance()), (0, 63));
        assert_eq!((scorer.seek(64), scorer.seek(65)), (64, 130));
        assert_eq!((scorer.advance(), scorer.advance()), (199, TERMINATED));
        assert_eq!(scorer.advance(), TERMINATED);
        let none = DocumentsScorer::of(Arc::new(Documents::none(0)));
        assert_eq!(none.doc(), TERMINATED);
    }
}
