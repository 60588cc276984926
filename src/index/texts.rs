//! Texts of documents beside tantivy's own files of a segment: what hits show and snippets are
//! cut from.
//!
//! tantivy's document store unpacks a block of documents for one of them and cannot use a
//! table of words. Here each document is packed by itself ([`super::stored`]) before it reaches a
//! segment; segments only carry the packed bytes, so merging copies them. Two files a segment:
//!
//! ```text
//! .text   packed documents, one after the other
//! .place  where each begins (u64 LE), and where the last one ends
//! ```

use std::any::Any;
use std::io::{self, Write};
use std::path::Path;
use tantivy::directory::{FileSlice, OwnedBytes, TerminatingWrite, WritePtr};
use tantivy::index::SegmentComponent;
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::schema::document::ErasedDocument;
use tantivy::schema::{Field, Schema, Value};
use tantivy::{DocId, HasLen, Segment, SegmentReader, TantivyDocument, TantivyError};

/// Extension of the file of packed documents.
const TEXT: &str = "text";
/// Extension of the file of places.
const PLACE: &str = "place";
/// Bytes of a place.
const PLACE_BYTES: usize = 8;
/// Bytes copied at once when segments are merged.
const COPIED_AT_ONCE: usize = 1 << 20;

/// Name of the field that carries packed documents to the plugin.
pub(super) const FIELD: &str = "packed";
/// Name of its type.
pub(super) const FIELD_TYPE: &str = "chart_text";

/// Whether a file is one of packed documents.
pub(super) fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|ext| ext == TEXT)
}

fn component(extension: &str) -> SegmentComponent {
    SegmentComponent::Custom(extension.to_owned())
}

/// The part of tantivy that writes and merges the two files.
pub(super) struct Texts;

impl SegmentPlugin for Texts {
    fn extensions(&self) -> &[&str] {
        &[TEXT, PLACE]
    }

    fn create_writer(
        &self,
        context: &PluginWriterContext<'_>,
    ) -> tantivy::Result<Box<dyn PluginWriter>> {
        let field = context.segment.schema().get_field(FIELD)?;
        Ok(Box::new(TextWriter {
            field,
            out: Out::new(context.segment)?,
        }))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        let mut out = Out::new(context.target_segment)?;
        // Neither sorted nor mapped by hand: documents keep their order, deleted ones are left out.
        for reader in context.readers {
            let from = SegmentTexts::open(reader)?;
            from.copy_alive(reader, &mut out)?;
        }
        out.finish(context.target_segment)
    }
}

/// The files being written.
struct Out {
    text: WritePtr,
    at: u64,
    places: Vec<u64>,
}

impl Out {
    fn new(segment: &Segment) -> tantivy::Result<Self> {
        Ok(Self {
            text: segment.open_write(component(TEXT))?,
            at: 0,
            places: Vec::new(),
        })
    }

    fn add(&mut self, packed: &[u8]) -> io::Result<()> {
        self.places.push(self.at);
        self.at += packed.len() as u64;
        self.text.write_all(packed)
    }

    fn finish(self, segment: &Segment) -> tantivy::Result<()> {
        self.text.terminate()?;
        let mut place = segment.open_write(component(PLACE))?;
        for at in self.places.iter().chain([&self.at]) {
            place.write_all(&at.to_le_bytes())?;
        }
        Ok(place.terminate()?)
    }
}

struct TextWriter {
    field: Field,
    out: Out,
}

impl PluginWriter for TextWriter {
    fn add_document(
        &mut self,
        _: DocId,
        document: &dyn ErasedDocument,
        _: &Schema,
    ) -> tantivy::Result<()> {
        let document = document.as_any().downcast_ref::<TantivyDocument>();
        let packed = document.and_then(|d| d.get_first(self.field));
        let bytes = packed
            .and_then(|value| value.as_custom())
            .unwrap_or_default();
        Ok(self.out.add(bytes)?)
    }

    fn serialize(
        self: Box<Self>,
        segment: &Segment,
        _: Option<&tantivy::indexer::doc_id_mapping::DocIdMapping>,
    ) -> tantivy::Result<()> {
        self.out.finish(segment)
    }

    fn mem_usage(&self) -> usize {
        self.out.places.capacity() * PLACE_BYTES
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The packed documents of a segment.
pub(super) struct SegmentTexts {
    text: FileSlice,
    place: FileSlice,
}

impl SegmentTexts {
    pub(super) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let out = Self {
            text: reader.open_read(component(TEXT))?,
            place: reader.open_read(component(PLACE))?,
        };
        let places = reader.max_doc() as usize + 1;
        if out.place.len() != places * PLACE_BYTES {
            return Err(damaged());
        }
        Ok(out)
    }

    /// A packed document.
    pub(super) fn packed(&self, document: DocId) -> tantivy::Result<OwnedBytes> {
        let (from, to) = self.place(document)?;
        Ok(self.text.read_bytes_slice(from..to)?)
    }

    /// Where a document begins and ends.
    fn place(&self, document: DocId) -> tantivy::Result<(usize, usize)> {
        let at = document as usize * PLACE_BYTES;
        let bytes = self.place.read_bytes_slice(at..at + 2 * PLACE_BYTES)?;
        let (both, _) = bytes.as_slice().as_chunks::<PLACE_BYTES>();
        let &[from, to] = both else {
            return Err(damaged());
        };
        let (from, to) = (u64::from_le_bytes(from), u64::from_le_bytes(to));
        if from > to || to > self.text.len() as u64 {
            return Err(damaged());
        }
        Ok((from as usize, to as usize))
    }

    fn copy_alive(&self, reader: &SegmentReader, out: &mut Out) -> tantivy::Result<()> {
        let places = self.place.read_bytes()?;
        let place = |document: usize| -> tantivy::Result<usize> {
            let at = document * PLACE_BYTES;
            let bytes = places.as_slice().get(at..at + PLACE_BYTES);
            let bytes: [u8; PLACE_BYTES] =
                bytes.and_then(|b| b.try_into().ok()).ok_or_else(damaged)?;
            Ok(u64::from_le_bytes(bytes) as usize)
        };
        let mut piece = OwnedBytes::empty();
        let mut start = 0;
        for document in reader.doc_ids_alive() {
            let (from, to) = (place(document as usize)?, place(document as usize + 1)?);
            if from > to || to > self.text.len() {
                return Err(damaged());
            }
            if from < start || to > start + piece.len() {
                let end = (from + COPIED_AT_ONCE).max(to).min(self.text.len());
                piece = self.text.read_bytes_slice(from..end)?;
                start = from;
            }
            out.add(&piece[from - start..to - start])?;
        }
        Ok(())
    }
}

fn damaged() -> TantivyError {
    TantivyError::DataCorruption(tantivy::error::DataCorruption::comment_only(
        "places of texts do not fit",
    ))
}
