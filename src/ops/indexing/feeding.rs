//! What is put into the index for a change of the store: documents as they are now, and what they
//! say.

use super::{Office, Result};
use crate::domain::ids::DocumentId;
use crate::domain::search::IndexedDocument;
use crate::index::Change;
use crate::store::Change as FeedChange;
use std::collections::BTreeSet;

impl Office {
    /// The documents that changes concern, each once.
    pub(super) fn documents_of(&self, changes: &[FeedChange]) -> Result<Vec<DocumentId>> {
        let mut seen = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for change in changes {
            if seen.insert((change.kind.as_str(), change.object)) {
                if change.kind == "document" {
                    ids.insert(DocumentId(change.object));
                } else {
                    ids.extend(self.store.documents_of_change(change)?);
                }
            }
        }
        Ok(ids.into_iter().collect())
    }

    /// Documents as they are now, and what they say.
    pub(super) fn changes_of(&self, ids: &[DocumentId]) -> Result<Vec<Change>> {
        let edition = self.language()?.edition();
        let mut documents = Vec::with_capacity(ids.len());
        let mut changes = Vec::with_capacity(ids.len());
        for &id in ids {
            match self.store.document_to_index(id, edition)? {
                Some(document) => documents.push(document),
                None => changes.push(Change::Remove(id)),
            }
        }
        self.annotate(&mut documents)?;
        changes.extend(documents.into_iter().map(|d| Change::Put(Box::new(d))));
        Ok(changes)
    }

    /// Reads the texts nobody has read yet and keeps what they say, so that a new index need
    /// not read them again.
    pub(super) fn annotate(&self, documents: &mut [IndexedDocument]) -> Result<()> {
        let language = self.language()?;
        let mut read = Vec::new();
        for document in documents.iter_mut().filter(|d| d.annotation.is_none()) {
            let annotation = language.annotate(document.text.raw());
            read.push((document.document, document.version, annotation.clone()));
            document.annotation = Some(annotation);
        }
        if read.is_empty() {
            return Ok(());
        }
        Ok(self.store.save_annotations(language.edition(), &read)?)
    }
}
