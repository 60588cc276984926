//! The places of words that begin alike, as if they were one word: for the last, unfinished word
//! of a phrase (`x-ra*`), and for a beginning that must stand in a section (`in:plan warf*`).
//!
//! Thousands of words may begin so. Instead of opening all of them side by side, each is gone
//! through once, and only what stands in documents that can be found at all is kept: those that
//! have the other words, and stretches of the wanted kinds. So no beginning has too many words,
//! and what is found never depends on words of other documents.

use super::heads::Documents;
use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

/// Going to a document costs as much as going over so many.
const SEEK_COST: u32 = 16;

/// Places of words that begin alike.
pub(super) struct OpenWord {
    docs: Vec<DocId>,
    /// Where the places of each document begin; one more for the end.
    starts: Vec<usize>,
    places: Vec<u32>,
    at: usize,
}

impl OpenWord {
    /// The words that begin like a term, in documents of `candidates` alone.
    pub(super) fn gather(
        reader: &SegmentReader,
        start: &Term,
        candidates: &Documents,
    ) -> tantivy::Result<Self> {
        let start_bytes = start.serialized_value_bytes();
        let inverted = reader.inverted_index(start.field())?;
        let option = IndexRecordOption::WithFreqsAndPositions;
        let few = candidates.count();
        let mut found: Vec<(DocId, u32)> = Vec::new();
        let mut places = Vec::new();
        let mut terms = inverted.terms().range().ge(start_bytes).into_stream()?;
        while terms.advance() && terms.key().starts_with(start_bytes) {
            let mut postings = inverted.read_postings_from_terminfo(terms.value(), option)?;
            let seeking = postings.doc_freq() / SEEK_COST > few;
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if candidates.has(doc) {
                    postings.positions(&mut places);
                    found.extend(places.iter().map(|place| (doc, *place)));
                }
                doc = match seeking {
                    false => postings.advance(),
                    true => match candidates.next_from(doc + 1) {
                        TERMINATED => TERMINATED,
                        next => postings.seek(next),
                    },
                };
            }
        }
        found.sort_unstable();
        let mut out = Self {
            docs: Vec::new(),
            starts: Vec::new(),
            places: Vec::with_capacity(found.len()),
            at: 0,
        };
        for (doc, place) in found {
            if out.docs.last() != Some(&doc) {
                out.docs.push(doc);
                out.starts.push(out.places.len());
            }
            out.places.push(place);
        }
        out.starts.push(out.places.len());
        Ok(out)
    }

    pub(super) fn doc(&self) -> DocId {
        self.docs.get(self.at).copied().unwrap_or(TERMINATED)
    }

    pub(super) fn advance(&mut self) -> DocId {
        self.at = (self.at + 1).min(self.docs.len());
        self.doc()
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        let rest = self.docs.get(self.at..).unwrap_or_default();
        self.at += rest.partition_point(|doc| *doc < target);
        self.doc()
    }

    pub(super) fn doc_freq(&self) -> u32 {
        self.docs.len() as u32
    }

    /// The places in the document at hand, each with `offset` added.
    pub(super) fn positions_with_offset(&self, offset: u32, out: &mut Vec<u32>) {
        out.clear();
        let range = self.starts.get(self.at).zip(self.starts.get(self.at + 1));
        let places = range.and_then(|(from, to)| self.places.get(*from..*to));
        out.extend(
            places
                .unwrap_or_default()
                .iter()
                .map(|place| place + offset),
        );
    }
}

/// The documents that have all these terms and of each group one.
pub(super) fn with_all(
    reader: &SegmentReader,
    terms: &[Term],
    groups: &[Vec<Term>],
) -> tantivy::Result<Documents> {
    let mut out: Option<Documents> = None;
    let alone = terms.iter().map(std::slice::from_ref);
    for group in alone.chain(groups.iter().map(Vec::as_slice)) {
        let mut one = Documents::none(reader.max_doc());
        for term in group {
            let inverted = reader.inverted_index(term.field())?;
            if let Some(block) = inverted.read_block_postings(term, IndexRecordOption::Basic)? {
                add(&mut one, block);
            }
        }
        match &mut out {
            Some(out) => out.keep(&one),
            None => out = Some(one),
        }
    }
    Ok(out.unwrap_or_else(|| Documents::all(reader.max_doc())))
}

fn add(to: &mut Documents, mut block: BlockSegmentPostings) {
    while !block.docs().is_empty() {
        block.docs().iter().for_each(|&doc| to.insert(doc));
        block.advance();
    }
}

/// Where a word stands, or words that begin alike.
pub(super) enum Standing {
    One(Box<SegmentPostings>),
    Any(OpenWord),
}

impl Standing {
    pub(super) fn doc(&self) -> DocId {
        match self {
            Self::One(postings) => postings.doc(),
            Self::Any(open) => open.doc(),
        }
    }

    pub(super) fn advance(&mut self) -> DocId {
        match self {
            Self::One(postings) => postings.advance(),
            Self::Any(open) => open.advance(),
        }
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::One(postings) => postings.seek(target),
            Self::Any(open) => open.seek(target),
        }
    }

    pub(super) fn doc_freq(&self) -> u32 {
        match self {
            Self::One(postings) => postings.doc_freq(),
            Self::Any(open) => open.doc_freq(),
        }
    }

    pub(super) fn positions_with_offset(&mut self, offset: u32, out: &mut Vec<u32>) {
        match self {
            Self::One(postings) => postings.positions_with_offset(offset, out),
            Self::Any(open) => open.positions_with_offset(offset, out),
        }
    }
}
