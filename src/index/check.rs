//! What an index really holds, for whoever compares it with the store: which documents, what it says
//! of each, and whether every block of its files opens. All of one snapshot, and without the lock of
//! the writer, who goes on meanwhile.

use super::error::{IndexError, RebuildReason, outside};
use super::position::Position;
use super::reader::Reader;
use super::schema::DOCUMENT;
use super::view::View;
use crate::domain::ids::DocumentId;
use crate::domain::search::IndexedDocument;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tantivy::directory::error::OpenReadError;
use tantivy::{Directory, DocAddress};

/// Bytes of a file read at once: so many that they pass the cache by.
const READ_AT_ONCE: usize = 1 << 20;

/// What one snapshot of an index holds.
pub struct Inventory {
    view: Arc<View>,
    /// Every document and where it stands, by document.
    places: Vec<(DocumentId, DocAddress)>,
}

impl std::fmt::Debug for Inventory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inventory")
            .field("documents", &self.places.len())
            .finish()
    }
}

impl Reader {
    /// What the snapshot holds that this reader answers from.
    ///
    /// # Errors
    /// [`IndexError::NeedsRebuild`], [`IndexError::Io`].
    pub fn inventory(&self) -> Result<Inventory, IndexError> {
        let view = self.view()?;
        let read = || -> tantivy::Result<Vec<(DocumentId, DocAddress)>> {
            let mut places = Vec::with_capacity(view.searcher.num_docs() as usize);
            for (segment, reader) in (0..).zip(view.searcher.segment_readers()) {
                let ids = reader.fast_fields().i64(DOCUMENT)?;
                let there = reader.doc_ids_alive().filter_map(|doc| {
                    let id = DocumentId(ids.first(doc)?);
                    Some((id, DocAddress::new(segment, doc)))
                });
                places.extend(there);
            }
            Ok(places)
        };
        let mut places = read().map_err(|e| IndexError::opening(&view.generation.path, e))?;
        places.sort_unstable_by_key(|(id, _)| *id);
        Ok(Inventory { view, places })
    }
}

impl Inventory {
    /// The number of the generation: how often the index was made.
    pub fn generation(&self) -> u32 {
        self.view.generation.number.0
    }

    /// How far it has come; `None` while it is being made.
    pub fn position(&self) -> Option<&Position> {
        let payload = &self.view.payload;
        payload.complete.then_some(&payload.position)
    }

    /// Its documents, in the order of their ids; one that is there twice comes twice.
    pub fn documents(&self) -> impl Iterator<Item = DocumentId> {
        self.places.iter().map(|(id, _)| *id)
    }

    /// Whether it says of a document what the store says: its patient, visit, kind, date, names and
    /// numbers, and its text. A document that it does not hold is not told of here.
    ///
    /// # Errors
    /// [`IndexError::NeedsRebuild`] when what it says does not open, [`IndexError::Io`].
    pub fn agrees(&self, document: &IndexedDocument) -> Result<bool, IndexError> {
        let Ok(at) = self
            .places
            .binary_search_by_key(&document.document, |(id, _)| *id)
        else {
            return Ok(true);
        };
        let read = || -> tantivy::Result<bool> {
            let packed = self.view.packed(self.places[at].1)?;
            let mut unpacker = self.view.unpacker()?;
            let said = unpacker.open(packed.as_slice())?.whole()?;
            let same = said.is_of(document);
            self.view.give_back(unpacker);
            Ok(same)
        };
        read().map_err(|e| match e {
            tantivy::TantivyError::IoError(e) if !outside(&e) => {
                IndexError::NeedsRebuild(RebuildReason::Corrupt)
            }
            e => IndexError::opening(&self.view.generation.path, e),
        })
    }

    /// Opens every block of every file that belongs to this snapshot; gives the names of those that are
    /// damaged. `progress` hears how many bytes of how many were read; when it says no, that is all.
    ///
    /// # Errors
    /// [`IndexError::Io`].
    pub fn damaged_files(
        &self,
        progress: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Vec<String>, IndexError> {
        let files = self.files()?;
        let all = files.iter().map(|(_, bytes)| bytes).sum();
        let mut damaged = Vec::new();
        let mut done = 0;
        for (file, bytes) in files {
            let whole = self.opens(&file, &mut |read| progress(done + read.min(bytes), all));
            match whole {
                Ok(true) => {}
                Ok(false) => damaged.push(file.display().to_string()),
                Err(e) => return Err(IndexError::io(&self.view.generation.path.join(file), e)),
            }
            done += bytes;
            if !progress(done, all) {
                break;
            }
        }
        Ok(damaged)
    }

    /// The files of the segments, with their lengths.
    fn files(&self) -> Result<Vec<(PathBuf, u64)>, IndexError> {
        let folder = &self.view.generation.path;
        let wrap = |e| IndexError::io(folder, e);
        let segments = self.view.searcher.segment_readers().iter();
        let segments: Vec<String> = segments.map(|s| s.segment_id().uuid_string()).collect();
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(wrap)? {
            let entry = entry.map_err(wrap)?;
            let name = PathBuf::from(entry.file_name());
            let stem = name.to_str().and_then(|n| n.split('.').next());
            // One that the writer has just merged away is gone before it is asked.
            if let Ok(data) = entry.metadata()
                && stem.is_some_and(|stem| segments.iter().any(|s| s == stem))
            {
                files.push((name, data.len()));
            }
        }
        files.sort();
        Ok(files)
    }

    /// Whether every block of a file opens; one that is gone meanwhile does.
    fn opens(
        &self,
        file: &Path,
        progress: &mut dyn FnMut(u64) -> bool,
    ) -> Result<bool, std::io::Error> {
        let handle = match self.view.generation.index.directory().get_file_handle(file) {
            Ok(handle) => handle,
            Err(OpenReadError::FileDoesNotExist(_)) => return Ok(true),
            Err(OpenReadError::IoError { io_error, .. }) if outside(&io_error) => {
                return Err(io_error.kind().into());
            }
            Err(_) => return Ok(false),
        };
        let mut from = 0;
        while from < handle.len() {
            let to = (from + READ_AT_ONCE).min(handle.len());
            match handle.read_bytes(from..to) {
                Ok(_) => {}
                Err(e) if outside(&e) => return Err(e),
                Err(_) => return Ok(false),
            }
            from = to;
            if !progress(from as u64) {
                break;
            }
        }
        Ok(true)
    }
}
