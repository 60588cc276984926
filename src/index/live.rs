//! A generation that takes changes: adding, deleting, committing, merging.

use super::error::IndexError;
use super::generation::{self, Generation};
use super::position::{Payload, Position};
use super::schema::{DOCUMENT, to_tantivy};
use super::stored::{LEARN_FROM, Packer, learn};
use super::writer::Change;
use crate::domain::ids::DocumentId;
use crate::domain::search::IndexedDocument;
use crate::vault::SealKey;
use tantivy::indexer::IndexWriterOptions;
use tantivy::{IndexWriter, ReloadPolicy, TantivyError, Term};

/// Memory for one segment before it is written out. On two cores one thread is enough.
pub(super) const BUDGET_BYTES: usize = 64_000_000;
/// The same during a rebuild, when nothing else is to be done: fewer segments, less merging.
pub(super) const REBUILD_BUDGET_BYTES: usize = 256_000_000;

/// Documents that a table of words is learnt from, where there are so many.
const LEARN_FROM_MANY: usize = 4_000;

/// A generation that takes changes.
pub(super) struct Live {
    pub generation: Generation,
    pub writer: IndexWriter,
    pub payload: Payload,
    /// Whether `current` names this generation.
    pub published: bool,
    /// No document with a higher id has ever been put in: those need no delete first.
    pub highest: i64,
    pub packer: Packer,
    /// Changes that wait for a table of words to be learnt from them.
    pub waiting: Vec<Change>,
}

impl Live {
    /// Takes changes in. While the generation has no table of words they wait until there are
    /// enough of them to learn one from, or until they are to be committed.
    pub(super) fn add(&mut self, key: &SealKey, changes: Vec<Change>) -> Result<(), IndexError> {
        if self.packer.has_words() {
            return changes
                .into_iter()
                .try_for_each(|change| self.change(change));
        }
        self.waiting.extend(changes);
        if self.waiting.len() < LEARN_FROM_MANY {
            return Ok(());
        }
        self.add_waiting(key)
    }

    pub(super) fn add_waiting(&mut self, key: &SealKey) -> Result<(), IndexError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.learn(key, &waiting)?;
        waiting
            .into_iter()
            .try_for_each(|change| self.change(change))
    }

    /// Learns a table of words, if the generation has none and the changes teach one: from then
    /// on texts take half the room.
    fn learn(&mut self, key: &SealKey, changes: &[Change]) -> Result<(), IndexError> {
        if self.packer.has_words() || changes.len() < LEARN_FROM {
            return Ok(());
        }
        let documents: Vec<&IndexedDocument> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Put(document) => Some(&**document),
                Change::Remove(_) => None,
            })
            .filter(|document| !document.text.raw().is_empty())
            .collect();
        let Some(dictionary) = learn(&documents) else {
            return Ok(());
        };
        generation::keep_dictionary(&self.generation, key, &dictionary)?;
        self.packer = packer(&self.generation, key)?;
        Ok(())
    }

    fn change(&mut self, change: Change) -> Result<(), IndexError> {
        match change {
            Change::Put(document) if !document.retracted => {
                self.delete(document.document);
                self.highest = self.highest.max(document.document.0);
                let done = to_tantivy(&self.generation.fields, &mut self.packer, &document)
                    .map_err(TantivyError::from)
                    .and_then(|document| self.writer.add_document(document));
                match done {
                    Ok(_) => Ok(()),
                    Err(e) => Err(self.roll_back(e)),
                }
            }
            Change::Put(document) => {
                self.delete(document.document);
                Ok(())
            }
            Change::Remove(document) => {
                self.delete(document);
                Ok(())
            }
        }
    }

    fn delete(&mut self, document: DocumentId) {
        if document.0 <= self.highest {
            let term = Term::from_field_i64(self.generation.fields.document, document.0);
            self.writer.delete_term(term);
        }
    }

    pub(super) fn commit(&mut self, position: Position, complete: bool) -> Result<(), IndexError> {
        let payload = Payload { position, complete };
        let done = serde_json::to_string(&payload)
            .map_err(|_| TantivyError::InternalError("payload".to_owned()))
            .and_then(|text| {
                let mut prepared = self.writer.prepare_commit()?;
                prepared.set_payload(&text);
                prepared.commit()
            });
        match done {
            Ok(_) => {
                self.payload = payload;
                Ok(())
            }
            Err(e) => Err(self.roll_back(e)),
        }
    }

    /// Merges all segments into one: everything found from it costs one look instead of several.
    pub(super) fn merge_all(&mut self) -> Result<(), IndexError> {
        let done =
            self.generation
                .index
                .searchable_segment_ids()
                .and_then(|segments| match segments.len() {
                    0 | 1 => Ok(()),
                    _ => self.writer.merge(&segments).wait().map(|_| ()),
                });
        done.map_err(|e| IndexError::writing(&self.generation.path, e))
    }

    /// Forgets everything since the last commit. `highest` may stay too high: that only costs
    /// deletes of documents that are not there.
    fn roll_back(&mut self, error: TantivyError) -> IndexError {
        self.waiting.clear();
        let path = self.generation.path.clone();
        match self.writer.rollback() {
            Ok(_) => IndexError::writing(&path, error),
            Err(second) => IndexError::writing(&path, second),
        }
    }
}

/// What packs the documents of a generation.
pub(super) fn packer(generation: &Generation, key: &SealKey) -> Result<Packer, IndexError> {
    let words = generation::words(generation, key)?;
    Packer::new(words).map_err(|e| IndexError::io(&generation.path, e))
}

/// tantivy's writer, with one thread to index and one to merge.
pub(super) fn writer(generation: &Generation, budget: usize) -> tantivy::Result<IndexWriter> {
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .num_merge_threads(1)
        .memory_budget_per_thread(budget)
        .build();
    generation.index.writer_with_options(options)
}

/// The highest document id in a generation.
pub(super) fn highest(generation: &Generation) -> Result<i64, IndexError> {
    let read = || -> tantivy::Result<i64> {
        let reader = generation
            .index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let mut highest = i64::MIN;
        for segment in reader.searcher().segment_readers() {
            highest = highest.max(segment.fast_fields().i64(DOCUMENT)?.max_value());
        }
        Ok(highest)
    };
    read().map_err(|e| IndexError::opening(&generation.path, e))
}
