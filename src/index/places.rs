//! Where words stand, read a block of documents and a block of places at a time.
//!
//! tantivy's own postings decrypt every place of a word before the first is looked at, and for
//! each document add up how often all documents before it in the block have the word. A common
//! word has millions of places, of which a phrase wants a few thousand. Here counting goes on from
//! where it stood, and of a packed block of places those asked for are unpacked, not the rest.
//!
//! A place that cannot be read ends the word. That never goes unnoticed: the directory counts
//! a block that did not open, and the search is refused ([`super::directory::Damage`]).

use super::deltas::Deltas;
use std::sync::Arc;
use tantivy::directory::{CompositeFile, FileSlice};
use tantivy::index::{InvertedIndexReader, SegmentComponent};
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, SegmentReader, TERMINATED, Term};

/// Documents in a block of tantivy's.
const BLOCK: usize = 128;

/// The words of a field of a segment.
pub(super) struct FieldWords {
    inverted: Arc<InvertedIndexReader>,
    places: FileSlice,
}

impl FieldWords {
    pub(super) fn open(reader: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let file = reader.open_read(SegmentComponent::Positions)?;
        let places = CompositeFile::open(&file)?.open_read(field);
        Ok(Self {
            inverted: reader.inverted_index(field)?,
            places: places.unwrap_or_else(FileSlice::empty),
        })
    }

    pub(super) fn inverted(&self) -> &InvertedIndexReader {
        &self.inverted
    }

    /// A word; `None` if no document has it.
    pub(super) fn word(&self, word: &Term) -> tantivy::Result<Option<Places>> {
        let info = self.inverted.get_term_info(word)?;
        info.map(|info| self.places(&info)).transpose()
    }

    pub(super) fn places(&self, info: &TermInfo) -> tantivy::Result<Places> {
        let option = IndexRecordOption::WithFreqs;
        let docs = self
            .inverted
            .read_block_postings_from_terminfo(info, option)?;
        Ok(Places::new(docs, self.deltas(info)))
    }

    /// Another word in the room of one that is done with.
    pub(super) fn again(&self, info: &TermInfo, places: &mut Places) -> tantivy::Result<()> {
        self.inverted
            .reset_block_postings_from_terminfo(info, &mut places.docs)?;
        (places.at, places.before) = (0, 0);
        (places.counted, places.within) = (0, 0);
        places.deltas = self.deltas(info);
        Ok(())
    }

    fn deltas(&self, info: &TermInfo) -> Deltas {
        Deltas::of(self.places.slice(info.positions_range.clone()))
    }
}

/// A word going through its documents, with its places in the one at hand.
pub(super) struct Places {
    docs: BlockSegmentPostings,
    /// The document at hand, in its block.
    at: usize,
    /// Places in the blocks before.
    before: u64,
    /// Places in the block, of so many documents.
    within: u64,
    counted: usize,
    deltas: Deltas,
}

impl Places {
    fn new(docs: BlockSegmentPostings, deltas: Deltas) -> Self {
        Self {
            docs,
            at: 0,
            before: 0,
            within: 0,
            counted: 0,
            deltas,
        }
    }

    pub(super) fn doc_freq(&self) -> u32 {
        self.docs.doc_freq()
    }

    /// The document at hand; what lies behind the last one of the last block is
    /// [`TERMINATED`].
    pub(super) fn doc(&self) -> DocId {
        self.docs.doc(self.at)
    }

    pub(super) fn advance(&mut self) -> DocId {
        if self.at + 1 < BLOCK {
            self.at += 1;
        } else {
            self.next_block();
        }
        self.doc()
    }

    fn next_block(&mut self) {
        let (all, counted) = (self.docs.freqs(), self.counted);
        let rest = all.get(counted..).unwrap_or_default();
        self.before += self.within + sum(rest);
        (self.at, self.counted, self.within) = (0, 0, 0);
        self.docs.advance();
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        if self.doc() >= target {
            return self.doc();
        }
        loop {
            let docs = self.docs.docs();
            match docs.last() {
                Some(last) if *last < target && docs.len() == BLOCK => self.next_block(),
                Some(last) if *last < target => {
                    self.at = docs.len();
                    return TERMINATED;
                }
                _ => break,
            }
        }
        self.at += first_from(self.docs.docs().get(self.at..).unwrap_or_default(), target);
        self.doc()
    }

    /// The places in the document at hand, each with `offset` added.
    pub(super) fn positions_with_offset(&mut self, offset: u32, out: &mut Vec<u32>) {
        out.clear();
        let (from, times) = self.span();
        let mut place = offset;
        let read = self.deltas.each(from, times, |delta| {
            place = place.wrapping_add(delta);
            out.push(place);
            true
        });
        if read.is_none() {
            out.clear();
        }
    }

    /// Keeps of an ascending list what is a place in the document at hand with `offset` added.
    pub(super) fn keep_common(&mut self, offset: u32, list: &mut Vec<u32>) {
        let (from, times) = self.span();
        let (mut kept, mut at, mut place) = (0, 0, offset);
        let read = self.deltas.each(from, times, |delta| {
            place = place.wrapping_add(delta);
            while list.get(at).is_some_and(|wanted| *wanted < place) {
                at += 1;
            }
            if list.get(at) == Some(&place) {
                list[kept] = place;
                kept += 1;
                at += 1;
            }
            at < list.len()
        });
        list.truncate(if read.is_some() { kept } else { 0 });
    }

    /// Which of the word's places are those in the document at hand, and how many.
    fn span(&mut self) -> (u64, u32) {
        let freqs = self.docs.freqs();
        let passed = freqs.get(self.counted..self.at).unwrap_or_default();
        self.within += sum(passed);
        self.counted = self.at;
        let times = freqs.get(self.at).copied().unwrap_or(0);
        (self.before + self.within, times)
    }
}

fn sum(freqs: &[u32]) -> u64 {
    u64::from(freqs.iter().sum::<u32>())
}

/// How many of an ascending list lie before `target`, which is most often near.
fn first_from(docs: &[DocId], target: DocId) -> usize {
    let mut step = 4;
    let mut from = 0;
    while let Some(doc) = docs.get(from + step) {
        if *doc >= target {
            break;
        }
        from += step;
        step *= 2;
    }
    let near = docs.get(from..(from + step).min(docs.len()));
    from + near
        .unwrap_or_default()
        .iter()
        .take_while(|doc| **doc < target)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantivy::postings::Postings;
    use tantivy::schema::{Schema, TEXT};
    use tantivy::{DocSet, Index, IndexWriter, TantivyDocument};

    /// One segment: a word in every document once to many times, one in some, one in few.
    fn words() -> (SegmentReader, Field) {
        let mut schema = Schema::builder();
        let text = schema.add_text_field("text", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20_000_000).unwrap();
        for i in 0..1_000usize {
            let mut line = "often ".repeat(1 + i * 7 % 23);
            line += &"between ".repeat(i * i % 300);
            for (word, each) in [("some", 3), ("few", 97), ("long", 400)] {
                if i % each == 1 {
                    line += &format!("{word} ").repeat(each);
                }
            }
            let mut document = TantivyDocument::default();
            document.add_text(text, line);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        assert_eq!(searcher.segment_readers().len(), 1);
        (searcher.segment_reader(0).clone(), text)
    }

    #[test]
    fn places_are_those_of_tantivy_however_one_goes_through_them() {
        let (reader, text) = words();
        let field = FieldWords::open(&reader, text).unwrap();
        let mut room: Option<Places> = None;
        for (word, step) in ["often", "between", "some", "few", "long", "often"]
            .into_iter()
            .flat_map(|word| [1, 2, 5, 40, 129, 300].map(|step| (word, step)))
        {
            let term = Term::from_field_text(text, word);
            let info = field.inverted().get_term_info(&term).unwrap().unwrap();
            let mine = match &mut room {
                Some(mine) => {
                    field.again(&info, mine).unwrap();
                    mine
                }
                none => none.insert(field.places(&info).unwrap()),
            };
            let option = IndexRecordOption::WithFreqsAndPositions;
            let mut theirs = field
                .inverted()
                .read_postings(&term, option)
                .unwrap()
                .unwrap();
            assert_eq!(mine.doc_freq(), theirs.doc_freq());
            let (mut places, mut wanted) = (Vec::new(), Vec::new());
            while theirs.doc() != TERMINATED {
                assert_eq!(mine.doc(), theirs.doc(), "{word} by {step}");
                // Not every document's places are asked for.
                if theirs.doc() % 4 != 2 {
                    mine.positions_with_offset(3, &mut places);
                    theirs.positions_with_offset(3, &mut wanted);
                    assert_eq!(places, wanted, "{word} by {step}");
                }
                if step == 1 {
                    assert_eq!(mine.advance(), theirs.advance());
                } else {
                    let target = theirs.doc() + step;
                    assert_eq!(mine.seek(target), theirs.seek(target));
                }
            }
            assert_eq!(mine.doc(), TERMINATED);
        }
        let none = Term::from_field_text(text, "never");
        assert!(field.word(&none).unwrap().is_none());
    }
}
