//! Making the sets of [`super::heads`], when a segment is written and when some are merged.
//!
//! ```text
//! .heads   sets, one bit a document | directory: beginning and place of each | its place, u64 LE
//! ```

use super::heads::{Documents, HEADS, component};
use std::any::Any;
use std::io::Write;
use std::sync::Arc;
use tantivy::directory::{TerminatingWrite, WritePtr};
use tantivy::index::InvertedIndexReader;
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::schema::document::ErasedDocument;
use tantivy::schema::{IndexRecordOption, Schema};
use tantivy::{DocId, Segment, SegmentReader};

/// Longest beginning with a set, in bytes.
const LONGEST: usize = 4;
/// A word costs as much as so many of its documents: it must be found and opened.
const WORD_COST: u64 = 60;
/// Segments of fewer documents have no sets: their words are gone through in no time.
const LARGE: DocId = 2_000;
/// Beginnings whose words cost more than all documents of the segment have a set.
const WORTH: u64 = 1;

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
