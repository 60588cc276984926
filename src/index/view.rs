//! One snapshot of the index, with everything opened that searches need of it.

use super::error::{IndexError, RebuildReason};
use super::generation::Generation;
use super::heads::{AllHeads, SegmentHeads};
use super::position::Payload;
use super::sight::{Sight, Sights};
use super::stored::Unpacker;
use super::texts::SegmentTexts;
use super::words::Words;
use crate::domain::search::SearchAccess;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::directory::OwnedBytes;
use tantivy::{DocAddress, IndexReader, Searcher, SegmentReader, TantivyError};

/// Unpackers kept for the next search: as many as may search at once without making one.
const MAX_IDLE: usize = 8;

/// One snapshot of the index.
pub(super) struct View {
    pub(super) generation: Arc<Generation>,
    pub(super) reader: IndexReader,
    pub(super) searcher: Searcher,
    pub(super) payload: Payload,
    /// Packed documents, segment by segment.
    texts: Vec<Arc<SegmentTexts>>,
    pub(super) heads: AllHeads,
    pub(super) words: Option<Arc<Words>>,
    /// Unpackers nobody uses just now.
    idle: Mutex<Vec<Unpacker>>,
    sights: Sights,
}

impl View {
    /// How much damage of the index was met so far, by anybody.
    pub(super) fn damage(&self) -> u64 {
        self.generation.damage.seen()
    }

    /// Refuses what was read while a block of the index did not open.
    pub(super) fn is_sound_since(&self, before: u64) -> Result<(), IndexError> {
        match self.damage() == before {
            true => Ok(()),
            false => Err(IndexError::NeedsRebuild(RebuildReason::Corrupt)),
        }
    }

    /// What a searcher sees; `None` for who sees everything.
    pub(super) fn sight(&self, access: &SearchAccess) -> tantivy::Result<Option<Arc<Sight>>> {
        self.sights
            .of(&self.searcher, access, &self.generation.fields)
    }

    /// The packed form of a document.
    pub(super) fn packed(&self, at: DocAddress) -> tantivy::Result<OwnedBytes> {
        let texts = self.texts.get(at.segment_ord as usize);
        let texts = texts.ok_or_else(|| TantivyError::InternalError("segment".to_owned()))?;
        texts.packed(at.doc_id)
    }

    /// Something to unpack documents with; [`View::give_back`] when done.
    pub(super) fn unpacker(&self) -> tantivy::Result<Unpacker> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match idle {
            Some(unpacker) => Ok(unpacker),
            None => Ok(Unpacker::new(self.words.clone())?),
        }
    }

    pub(super) fn give_back(&self, unpacker: Unpacker) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(unpacker);
        }
    }

    /// A snapshot of what a reader of tantivy sees; parts of segments that `old` has open
    /// already are taken from it.
    pub(super) fn over(
        generation: Arc<Generation>,
        reader: IndexReader,
        payload: Payload,
        words: Option<Arc<Words>>,
        old: Option<&Self>,
    ) -> tantivy::Result<Self> {
        let searcher = reader.searcher();
        let mut texts = Vec::new();
        let mut heads = HashMap::new();
        for segment in searcher.segment_readers() {
            let id = segment.segment_id();
            let known = old.and_then(|old| {
                let place = old.searcher.segment_readers().iter();
                let place = place
                    .map(SegmentReader::segment_id)
                    .position(|of| of == id)?;
                Some((old.texts.get(place)?.clone(), old.heads.get(&id)?.clone()))
            });
            let (text, head) = match known {
                Some(known) => known,
                None => (
                    Arc::new(SegmentTexts::open(segment)?),
                    Arc::new(SegmentHeads::open(segment)?),
                ),
            };
            texts.push(text);
            heads.insert(id, head);
        }
        Ok(Self {
            generation,
            reader,
            searcher,
            payload,
            texts,
            heads: Arc::new(heads),
            words,
            idle: Mutex::new(Vec::new()),
            sights: Sights::default(),
        })
    }
}
