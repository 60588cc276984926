//! Documents that have a word that begins like this: search as somebody types.
//!
//! Short beginnings have thousands of words, and going through all their documents for every key
//! would take longer than typing it. So each large segment carries, for the beginnings that
//! would cost most, the set of their documents; all others are collected from the words.

use super::schema::Fields;
use std::any::Any;
use std::collections::HashMap;
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;
use tantivy::directory::{FileSlice, OwnedBytes, TerminatingWrite, WritePtr};
use tantivy::index::{InvertedIndexReader, SegmentComponent, SegmentId};
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::document::ErasedDocument;
use tantivy::schema::{Field, IndexRecordOption, Schema};
use tantivy::{DocId, DocSet, HasLen, Score, Segment, SegmentReader, TERMINATED, Term};

/// Extension of the file of sets.
const HEADS: &str = "heads";
/// Longest beginning with a set, in bytes.
const LONGEST: usize = 4;
/// A word costs as much as so many of its documents: it must be found and opened.
const WORD_COST: u64 = 60;
/// Segments of fewer documents have no sets: their words are gone through in no time.
const LARGE: DocId = 2_000;
/// Beginnings that cost as much as this share of a segment's documents have a set.
const WORTH: u64 = 3;

fn component() -> SegmentComponent {
    SegmentComponent::Custom(HEADS.to_owned())
}

/// A set of documents of a segment.
#[derive(Clone, Debug, Default)]
pub(super) struct Documents {
    words: Vec<u64>,
}

impl Documents {
    fn none(max_doc: DocId) -> Self {
        Self {
            words: vec![0; (max_doc as usize).div_ceil(64)],
        }
    }

    fn insert(&mut self, doc: DocId) {
        self.words[doc as usize / 64] |= 1 << (doc % 64);
    }

    fn add_all(&mut self, other: &Self) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    fn clear(&mut self) {
        self.words.fill(0);
    }

    fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    fn next_from(&self, doc: DocId) -> DocId {
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

/// The part of tantivy that makes the sets, when a segment is written and when some are merged.
pub(super) struct Heads;

impl SegmentPlugin for Heads {
    fn extensions(&self) -> &[&str] {
        &[HEADS]
    }

    fn create_writer(&self, _: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(HeadsWriter { documents: 0 }))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        let field = context.schema.get_field(super::schema::TEXT)?;
        let mut sources = Vec::with_capacity(context.readers.len());
        let mut base = 0;
        for reader in context.readers {
            let words = reader.inverted_index(field)?;
            sources.push((Source::of(reader, base), words));
            base += reader.num_docs();
        }
        make(context.target_segment, &sources, base)
    }
}

/// Makes the sets of a segment from the words of those it comes from.
fn make(
    target: &Segment,
    sources: &[(Source, Arc<InvertedIndexReader>)],
    max_doc: DocId,
) -> tantivy::Result<()> {
    let mut streams = Vec::with_capacity(sources.len());
    for (_, words) in sources {
        let mut stream = words.terms().stream()?;
        let more = stream.advance();
        streams.push(more.then_some(stream));
    }
    let mut making = Making::new(target, max_doc)?;
    let mut key = Vec::new();
    while let Some(least) = streams.iter().flatten().map(|s| s.key()).min() {
        key.clear();
        key.extend_from_slice(least);
        making.begin(&key)?;
        for ((source, words), slot) in sources.iter().zip(&mut streams) {
            let Some(stream) = slot.as_mut().filter(|stream| stream.key() == key) else {
                continue;
            };
            let basic = IndexRecordOption::Basic;
            let mut block = words.read_block_postings_from_terminfo(stream.value(), basic)?;
            while !block.docs().is_empty() {
                making.add(source, block.docs());
                block.advance();
            }
            if !stream.advance() {
                *slot = None;
            }
        }
    }
    making.finish()
}

/// Waits for the words of a segment to be written, and makes their sets if it is large.
struct HeadsWriter {
    documents: DocId,
}

impl PluginWriter for HeadsWriter {
    fn add_document(
        &mut self,
        _: DocId,
        _: &dyn ErasedDocument,
        _: &Schema,
    ) -> tantivy::Result<()> {
        self.documents += 1;
        Ok(())
    }

    fn serialize(
        self: Box<Self>,
        segment: &Segment,
        _: Option<&tantivy::indexer::doc_id_mapping::DocIdMapping>,
    ) -> tantivy::Result<()> {
        if self.documents < LARGE {
            return Making::new(segment, 0)?.finish();
        }
        // tantivy writes its own files first, and makes no file twice.
        let field = segment.schema().get_field(super::schema::TEXT)?;
        let words = SegmentReader::open(segment)?.inverted_index(field)?;
        let source = Source {
            base: 0,
            moved: Vec::new(),
        };
        make(segment, &[(source, words)], self.documents)
    }

    fn mem_usage(&self) -> usize {
        0
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Where the documents of a segment go in the merged one.
struct Source {
    base: DocId,
    /// For each document how many are deleted before it, `None` if it is itself; empty when
    /// none is deleted.
    moved: Vec<Option<DocId>>,
}

impl Source {
    fn of(reader: &SegmentReader, base: DocId) -> Self {
        let mut moved = Vec::new();
        if reader.has_deletes() {
            moved.resize(reader.max_doc() as usize, None);
            for (new, old) in (0..).zip(reader.doc_ids_alive()) {
                moved[old as usize] = Some(new);
            }
        }
        Self { base, moved }
    }

    fn new_id(&self, doc: DocId) -> Option<DocId> {
        match self.moved.get(doc as usize) {
            Some(moved) => moved.map(|new| self.base + new),
            None => Some(self.base + doc),
        }
    }
}

/// Sets being made: words come in their order, so only the beginnings of the last one are open.
struct Making {
    out: WritePtr,
    at: u64,
    directory: Vec<(Vec<u8>, u64)>,
    max_doc: DocId,
    key: Vec<u8>,
    /// The documents of words that begin like the first `i + 1` bytes of the key, and what it
    /// would cost to collect them.
    open: Vec<(Documents, u64)>,
}

impl Making {
    fn new(segment: &Segment, max_doc: DocId) -> tantivy::Result<Self> {
        Ok(Self {
            out: segment.open_write(component())?,
            at: 0,
            directory: Vec::new(),
            max_doc,
            key: Vec::new(),
            open: vec![(Documents::none(max_doc), 0); LONGEST],
        })
    }

    /// Begins the next word.
    fn begin(&mut self, key: &[u8]) -> tantivy::Result<()> {
        let common = self.key.iter().zip(key).take_while(|(a, b)| a == b).count();
        self.close(common)?;
        self.key.clear();
        self.key.extend_from_slice(key);
        for open in self.open.iter_mut().take(key.len()) {
            open.1 += WORD_COST;
        }
        Ok(())
    }

    fn add(&mut self, source: &Source, docs: &[DocId]) {
        let depth = self.key.len().min(LONGEST);
        for open in self.open.iter_mut().take(depth) {
            open.1 += docs.len() as u64;
        }
        let Some((deepest, _)) = depth.checked_sub(1).and_then(|i| self.open.get_mut(i)) else {
            return;
        };
        for &doc in docs {
            if let Some(new) = source.new_id(doc) {
                deepest.insert(new);
            }
        }
    }

    /// Closes the beginnings longer than `length`: each is part of the one before it.
    fn close(&mut self, length: usize) -> tantivy::Result<()> {
        for depth in (length + 1..=self.key.len().min(LONGEST)).rev() {
            let (shorter, longer) = self.open.split_at_mut(depth - 1);
            let (documents, cost) = &mut longer[0];
            if *cost * WORTH >= u64::from(self.max_doc) {
                self.directory.push((self.key[..depth].to_vec(), self.at));
                for word in &documents.words {
                    self.out.write_all(&word.to_le_bytes())?;
                    self.at += 8;
                }
            }
            if let Some((shorter, _)) = shorter.last_mut() {
                shorter.add_all(documents);
            }
            documents.clear();
            *cost = 0;
        }
        Ok(())
    }

    /// The directory follows the sets; its place comes last.
    fn finish(mut self) -> tantivy::Result<()> {
        self.close(0)?;
        for (key, at) in &self.directory {
            self.out.write_all(&[key.len() as u8])?;
            self.out.write_all(key)?;
            self.out.write_all(&at.to_le_bytes())?;
        }
        self.out.write_all(&self.at.to_le_bytes())?;
        Ok(self.out.terminate()?)
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
}

impl std::fmt::Debug for Beginning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Beginning").field(&self.field).finish()
    }
}

impl Beginning {
    /// Of a word of the text.
    pub(super) fn of_text(fields: &Fields, start: &str, heads: &AllHeads) -> Self {
        Self {
            field: fields.text,
            start: start.to_owned(),
            heads: Some(heads.clone()),
        }
    }

    /// Of a word of another field.
    pub(super) fn of(field: Field, start: &str) -> Self {
        Self {
            field,
            start: start.to_owned(),
            heads: None,
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
        Ok(Box::new(DocumentsScorer::of(self.documents(reader)?)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("a word that begins so", 0.0))
    }
}

/// A set of documents as tantivy goes through one; unscored.
pub(super) struct DocumentsScorer {
    documents: Documents,
    count: u32,
    doc: DocId,
}

impl DocumentsScorer {
    fn of(documents: Documents) -> Self {
        Self {
            count: documents.count(),
            doc: documents.next_from(0),
            documents,
        }
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
        let mut scorer = DocumentsScorer::of(documents);
        assert_eq!((scorer.doc(), scorer.advance()), (0, 63));
        assert_eq!((scorer.seek(64), scorer.seek(65)), (64, 130));
        assert_eq!((scorer.advance(), scorer.advance()), (199, TERMINATED));
        assert_eq!(scorer.advance(), TERMINATED);
        let none = DocumentsScorer::of(Documents::none(0));
        assert_eq!(none.doc(), TERMINATED);
    }
}
