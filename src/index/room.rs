//! Places of documents that a word may stand at: one bit a place.

use super::heads::Documents;
use std::ops::Range;
use tantivy::DocId;

/// Places of the documents of a segment.
pub(super) struct Room {
    /// Documents that have any.
    documents: Documents,
    /// Where the bits of each document begin; those of one not reached yet are not there.
    starts: Vec<u32>,
    bits: Vec<u64>,
    max_doc: DocId,
}

impl Room {
    pub(super) fn new(max_doc: DocId) -> Self {
        Self {
            documents: Documents::none(max_doc),
            starts: Vec::new(),
            bits: Vec::new(),
            max_doc,
        }
    }

    /// Adds places of a document; documents come in order.
    pub(super) fn add(&mut self, doc: DocId, places: impl Iterator<Item = Range<u32>>) {
        if doc >= self.max_doc {
            return;
        }
        if self.starts.len() <= doc as usize {
            self.starts.resize(doc as usize + 1, self.bits.len() as u32);
        }
        let start = self.starts[doc as usize] as usize;
        for place in places.flatten() {
            let at = start + place as usize / 64;
            if at >= self.bits.len() {
                self.bits.resize(at + 1, 0);
            }
            self.bits[at] |= 1 << (place % 64);
        }
        if start < self.bits.len() {
            self.documents.insert(doc);
        }
    }

    /// Documents that have a place.
    pub(super) fn documents(&self) -> &Documents {
        &self.documents
    }

    pub(super) fn has(&self, doc: DocId, place: u32) -> bool {
        let doc = doc as usize;
        let Some(&start) = self.starts.get(doc) else {
            return false;
        };
        let end = self
            .starts
            .get(doc + 1)
            .map_or(self.bits.len(), |end| *end as usize);
        let at = start as usize + place as usize / 64;
        at < end && self.bits[at] >> (place % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_of_their_document_alone() {
        let mut room = Room::new(10);
        room.add(1, [3..4, 70..72].into_iter());
        room.add(4, std::iter::empty());
        room.add(5, std::iter::once(0..1));
        room.add(5, std::iter::once(64..65));
        let all: Vec<(u32, u32)> = (0..12)
            .flat_map(|doc| (0..200).map(move |place| (doc, place)))
            .filter(|(doc, place)| room.has(*doc, *place))
            .collect();
        assert_eq!(all, [(1, 3), (1, 70), (1, 71), (5, 0), (5, 64)]);
        assert_eq!(room.documents().count(), 2);
        assert!(room.documents().has(1) && room.documents().has(5));
    }
}
