//! A word of a query going through its documents: a whole one, or an unfinished one.

use super::open::OpenWord;
use super::places::Places;
use tantivy::DocId;

/// Where a word stands, or words that begin alike.
pub(super) enum Standing {
    One(Box<Places>),
    Any(OpenWord),
}

impl Standing {
    pub(super) fn doc(&self) -> DocId {
        match self {
            Self::One(word) => word.doc(),
            Self::Any(open) => open.doc(),
        }
    }

    pub(super) fn advance(&mut self) -> DocId {
        match self {
            Self::One(word) => word.advance(),
            Self::Any(open) => open.advance(),
        }
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::One(word) => word.seek(target),
            Self::Any(open) => open.seek(target),
        }
    }

    /// Goes on to a document, unless it is passed already; where that leads.
    pub(super) fn go_to(&mut self, doc: DocId) -> DocId {
        match self.doc() {
            at if at < doc => self.seek(doc),
            at => at,
        }
    }

    /// Keeps of an ascending list what is a place in the document at hand with `offset` added.
    pub(super) fn keep_common(&mut self, offset: u32, list: &mut Vec<u32>) {
        match self {
            Self::One(word) => word.keep_common(offset, list),
            Self::Any(open) => {
                let mut places = Vec::new();
                open.positions_with_offset(offset, &mut places);
                list.retain(|place| places.binary_search(place).is_ok());
            }
        }
    }

    pub(super) fn doc_freq(&self) -> u32 {
        match self {
            Self::One(word) => word.doc_freq(),
            Self::Any(open) => open.doc_freq(),
        }
    }

    pub(super) fn positions_with_offset(&mut self, offset: u32, out: &mut Vec<u32>) {
        match self {
            Self::One(word) => word.positions_with_offset(offset, out),
            Self::Any(open) => open.positions_with_offset(offset, out),
        }
    }
}
