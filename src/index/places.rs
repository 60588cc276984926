//! Where words stand, read a block of documents and a block of places at a time.
//!
//! tantivy's own postings decrypt every place of a word before the first is looked at, and for
//! each document add up how often all documents before it in the block have the word. A common
//! word has millions of places, of which a phrase wants a few thousand. Here a block of places is
//! read when one of it is asked for, and counting goes on from where it stood.
//!
//! A place that cannot be read ends the word. That never goes unnoticed: the directory remembers
//! a block that did not open, and the search is refused ([`super::directory::Damage`]).

use std::sync::Arc;
use tantivy::directory::{CompositeFile, FileSlice, OwnedBytes};
use tantivy::index::{InvertedIndexReader, SegmentComponent};
use tantivy::positions::PositionReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, HasLen, SegmentReader, TERMINATED, Term};

/// Documents, and places, in a block of tantivy's.
const BLOCK: usize = 128;
/// Bytes of a packed block for each bit of its width.
const BYTES_A_BIT: usize = BLOCK / 8;
/// Blocks of places read at once: so many as are counted in one byte, and about 8 KiB.
const WINDOW: usize = 64;
/// The last byte of a number has this bit.
const LAST: u8 = 0x80;
/// Places of so many bytes are read at once.
const SMALL: usize = 4 * 1024;
/// Longest count of blocks, in bytes.
const MOST_COUNT: usize = 10;

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
        let freqs = self.docs.freqs();
        let passed = freqs.get(self.counted..self.at).unwrap_or_default();
        self.within += sum(passed);
        self.counted = self.at;
        let times = freqs.get(self.at).copied().unwrap_or(0);
        let from = self.before + self.within;
        if self.deltas.read(from, times, offset, out).is_none() {
            out.clear();
        }
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

/// The distances between the places of a word, in tantivy's form: how many full blocks there
/// are, a width for each, the blocks, and the rest as numbers of seven bits a byte.
struct Deltas {
    file: FileSlice,
    /// The file's beginning, once a place is asked for.
    head: Option<Head>,
    /// A block, and the byte it begins at.
    reached: (usize, usize),
    /// What was read of the blocks: the number of the first, and of the one after the last.
    window: Option<(usize, usize, PositionReader)>,
    /// The block at hand, how much of it counts, and its number.
    block: [u32; BLOCK],
    length: usize,
    number: usize,
}

struct Head {
    widths: OwnedBytes,
    /// Where the blocks begin.
    start: usize,
    /// The whole file, if it is small.
    whole: Option<OwnedBytes>,
}

impl Head {
    fn read(file: &FileSlice) -> Option<Self> {
        let whole = match file.len() <= SMALL {
            true => Some(file.read_bytes().ok()?),
            false => None,
        };
        let read = |from: usize, to: usize| match &whole {
            Some(whole) => Some(whole.slice(from..to)),
            None => file.read_bytes_slice(from..to).ok(),
        };
        let head = read(0, file.len().min(MOST_COUNT))?;
        let (count, from) = number(&head)?;
        let start = from.checked_add(usize::try_from(count).ok()?)?;
        if start > file.len() {
            return None;
        }
        Some(Self {
            widths: read(from, start)?,
            start,
            whole,
        })
    }
}

impl Deltas {
    fn of(file: FileSlice) -> Self {
        Self {
            file,
            head: None,
            reached: (0, 0),
            window: None,
            block: [0; BLOCK],
            length: 0,
            number: usize::MAX,
        }
    }

    /// Appends `times` places, of which the first is the `from`th of the word.
    fn read(&mut self, mut from: u64, times: u32, offset: u32, out: &mut Vec<u32>) -> Option<()> {
        let end = from + u64::from(times);
        let mut place = offset;
        while from < end {
            let block = (from / BLOCK as u64) as usize;
            if block != self.number {
                self.load(block)?;
            }
            let first = (from % BLOCK as u64) as usize;
            let last = (first as u64 + (end - from)).min(BLOCK as u64) as usize;
            let deltas = self.block.get(..self.length)?.get(first..last)?;
            out.extend(deltas.iter().map(|delta| {
                place = place.wrapping_add(*delta);
                place
            }));
            from += (last - first) as u64;
        }
        Some(())
    }

    fn load(&mut self, block: usize) -> Option<()> {
        self.number = usize::MAX;
        if self.head.is_none() {
            self.head = Some(Head::read(&self.file)?);
        }
        let start = self.start(block)?;
        if block == self.head.as_ref()?.widths.len() {
            let rest = self.bytes(start, self.file.len())?;
            self.length = numbers(&rest, &mut self.block);
        } else {
            let within = |(first, end, _): &(usize, usize, _)| (*first..*end).contains(&block);
            if !self.window.as_ref().is_some_and(within) {
                self.window = Some(self.window(block, start)?);
            }
            let (first, _, window) = self.window.as_mut()?;
            window.read(((block - *first) * BLOCK) as u64, &mut self.block);
            self.length = BLOCK;
        }
        self.number = block;
        Some(())
    }

    fn bytes(&self, from: usize, to: usize) -> Option<OwnedBytes> {
        if from > to || to > self.file.len() {
            return None;
        }
        match &self.head.as_ref()?.whole {
            Some(whole) => Some(whole.slice(from..to)),
            None => self.file.read_bytes_slice(from..to).ok(),
        }
    }

    /// The byte a block begins at.
    fn start(&mut self, block: usize) -> Option<usize> {
        let head = self.head.as_ref()?;
        if block < self.reached.0 || self.reached.1 < head.start {
            self.reached = (0, head.start);
        }
        let (from, at) = self.reached;
        let start = at + length(head.widths.get(from..block)?);
        self.reached = (block, start);
        Some(start)
    }

    /// Some blocks as a reader of tantivy's takes them.
    fn window(&self, first: usize, start: usize) -> Option<(usize, usize, PositionReader)> {
        let all = &self.head.as_ref()?.widths;
        let end = (first + WINDOW).min(all.len());
        let widths = all.get(first..end)?;
        let packed = self.bytes(start, start + length(widths))?;
        let mut file = Vec::with_capacity(1 + widths.len() + packed.len());
        file.push(widths.len() as u8 | LAST);
        file.extend_from_slice(widths);
        file.extend_from_slice(&packed);
        let reader = PositionReader::open(OwnedBytes::new(file)).ok()?;
        Some((first, end, reader))
    }
}

/// Bytes of blocks of these widths.
fn length(widths: &[u8]) -> usize {
    widths
        .iter()
        .map(|width| usize::from(*width))
        .sum::<usize>()
        * BYTES_A_BIT
}

/// A number at the front, and how many bytes it takes.
fn number(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (i, byte) in bytes.iter().enumerate().take(MOST_COUNT) {
        value |= u64::from(byte & !LAST).checked_shl(7 * i as u32)?;
        if byte & LAST != 0 {
            return Some((value, i + 1));
        }
    }
    None
}

/// All numbers, as many as there is room for; how many.
fn numbers(mut bytes: &[u8], out: &mut [u32]) -> usize {
    let mut count = 0;
    for slot in out {
        let Some((value, length)) = number(bytes) else {
            break;
        };
        *slot = value as u32;
        bytes = bytes.get(length..).unwrap_or_default();
        count += 1;
    }
    count
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
