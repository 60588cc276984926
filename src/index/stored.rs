//! What is kept of a document for hits and snippets, and how it is packed: the facts a hit shows,
//! then the text, as codes of words ([`super::words`]); what those cannot shorten, as zstd does.
//!
//! ```text
//! packed  form (0 zstd, 1 words) | ids and date, varints | lengths of title, author, name, mrn,
//!         visit, and of the whole, varints | the packed texts
//! texts   title author name mrn visit text, with a tabulator behind each but the last
//! ```

use super::words::{Unpacking, Words};
use crate::domain::document::DocumentKind;
use crate::domain::ids::{DocumentId, EncounterId, PatientId};
use crate::domain::search::IndexedDocument;
use crate::domain::time::{Instant, Moment, Precision};
use std::io;
use std::sync::Arc;
use zstd::bulk::{Compressor, Decompressor};

/// Compression level of texts without a table of words.
const LEVEL: i32 = 1;
/// Texts fewer than this teach nothing that lasts.
pub(super) const LEARN_FROM: usize = 200;
/// Bytes of text a table is learnt from, at most.
const LEARN_BYTES: usize = 16 << 20;
/// A document does not unpack to more than this (a message is at most 64 MiB).
const LIMIT: usize = 128 << 20;
/// What stands between the texts.
const BETWEEN: u8 = b'\t';
/// Texts before the document's own.
const HEADS: usize = 5;

/// Forms of packed texts.
const BY_ZSTD: u8 = 0;
const BY_WORDS: u8 = 1;

/// What a hit shows of a document, beside its text; texts are slices of the unpacked bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stored<'a> {
    pub document: DocumentId,
    pub patient: PatientId,
    pub encounter: Option<EncounterId>,
    pub kind: DocumentKind,
    pub at: Option<Moment>,
    pub title: &'a str,
    pub author: &'a str,
    pub name: &'a str,
    pub mrn: &'a str,
    pub visit: &'a str,
    pub text: &'a str,
}

impl Stored<'_> {
    /// Whether this is what is kept of a document.
    pub(super) fn is_of(&self, document: &IndexedDocument) -> bool {
        self.document == document.document
            && self.patient == document.patient
            && self.encounter == document.encounter
            && (self.kind, self.at) == (document.kind, document.at)
            && self.title == document.title.raw()
            && self.author == document.author.raw()
            && self.name == document.patient_name.raw()
            && self.mrn == document.mrn.raw()
            && self.visit == document.visit.raw()
            && self.text == document.text.raw()
    }
}

/// A table of words learnt from documents, as it is kept; `None` if they are too few.
pub(super) fn learn(documents: &[&IndexedDocument]) -> Option<Vec<u8>> {
    if documents.len() < LEARN_FROM {
        return None;
    }
    let mut room = LEARN_BYTES;
    let taken = documents.iter().take_while(|document| {
        let fits = document.text.raw().len() <= room;
        room = room.saturating_sub(document.text.raw().len());
        fits
    });
    let texts = taken.flat_map(|document| {
        [
            document.title.raw(),
            document.author.raw(),
            document.patient_name.raw(),
            "\t",
            document.text.raw(),
        ]
    });
    Some(Words::learn(texts))
}

/// Packs documents.
pub(super) struct Packer {
    plainly: Compressor<'static>,
    words: Option<Arc<Words>>,
    texts: String,
}

impl Packer {
    /// A packer with the generation's table of words, if it has one.
    pub(super) fn new(words: Option<Arc<Words>>) -> io::Result<Self> {
        Ok(Self {
            plainly: Compressor::new(LEVEL)?,
            words,
            texts: String::new(),
        })
    }

    /// Whether it packs with a table.
    pub(super) fn has_words(&self) -> bool {
        self.words.is_some()
    }

    /// A document, packed.
    pub(super) fn pack(&mut self, document: &IndexedDocument) -> io::Result<Vec<u8>> {
        self.texts.clear();
        let heads: [&str; HEADS] = [
            document.title.raw(),
            document.author.raw(),
            document.patient_name.raw(),
            document.mrn.raw(),
            document.visit.raw(),
        ];
        for head in heads {
            self.texts.push_str(head);
            self.texts.push(char::from(BETWEEN));
        }
        self.texts.push_str(document.text.raw());
        let mut packed = Vec::with_capacity(self.texts.len() / 2 + 32);
        packed.push(BY_WORDS);
        facts(document, &mut packed);
        for head in heads {
            put(&mut packed, head.len() as u64);
        }
        put(&mut packed, self.texts.len() as u64);
        let start = packed.len();
        if let Some(words) = &self.words {
            words.pack(&self.texts, &mut packed);
            // What is no text of words is better left to a packer that knows none.
            if packed.len() - start < self.texts.len() * 2 / 3 {
                return Ok(packed);
            }
        }
        packed.truncate(start);
        packed[0] = BY_ZSTD;
        packed.append(&mut self.plainly.compress(self.texts.as_bytes())?);
        Ok(packed)
    }
}

/// Ids, kind and date.
fn facts(document: &IndexedDocument, out: &mut Vec<u8>) {
    put(out, signed(document.document.0));
    put(out, signed(document.patient.0));
    put(out, document.encounter.map_or(0, |e| signed(e.0) + 1));
    let kinds = DocumentKind::ALL.iter();
    let kind = kinds.take_while(|kind| **kind != document.kind).count();
    put(out, kind as u64);
    match document.at {
        None => put(out, 0),
        Some(at) => {
            put(out, at.precision.code() as u64 + 1);
            put(out, signed(at.at.0));
        }
    }
}

/// Unpacks documents, one after the other, into the same room.
pub(super) struct Unpacker {
    plainly: Decompressor<'static>,
    words: Option<Arc<Words>>,
    texts: Vec<u8>,
}

/// A document being unpacked.
pub(super) struct Opened<'a> {
    unpacker: &'a mut Unpacker,
    facts: Facts,
    lengths: [usize; HEADS],
    length: usize,
    codes: &'a [u8],
    /// How far its words are unpacked; `None` when all is there.
    state: Option<Unpacking>,
}

impl Unpacker {
    /// An unpacker with the generation's table of words, if it has one.
    pub(super) fn new(words: Option<Arc<Words>>) -> io::Result<Self> {
        Ok(Self {
            plainly: Decompressor::new()?,
            words,
            texts: Vec::new(),
        })
    }

    /// Begins with what was packed.
    pub(super) fn open<'a>(&'a mut self, packed: &'a [u8]) -> io::Result<Opened<'a>> {
        let (&form, mut rest) = packed.split_first().ok_or_else(damaged)?;
        let (facts, lengths, length) = header(&mut rest).ok_or_else(damaged)?;
        if length > LIMIT {
            return Err(damaged());
        }
        let state = match (form, &self.words) {
            (BY_WORDS, Some(_)) => Some(Words::room(length, &mut self.texts)),
            (BY_ZSTD, _) => {
                self.texts.clear();
                self.texts.reserve(length);
                self.plainly.decompress_to_buffer(rest, &mut self.texts)?;
                None
            }
            _ => return Err(damaged()),
        };
        Ok(Opened {
            unpacker: self,
            facts,
            lengths,
            length,
            codes: rest,
            state,
        })
    }

    /// What was packed, whole.
    #[cfg(test)]
    pub(super) fn unpack<'a>(&'a mut self, packed: &'a [u8]) -> io::Result<Stored<'a>> {
        self.open(packed)?.whole()
    }
}

impl<'a> Opened<'a> {
    /// The document with so many bytes of its text at least, or all of them; the last word may be
    /// cut short. Whether that is all.
    pub(super) fn part(&mut self, bytes: usize) -> io::Result<(Stored<'_>, bool)> {
        let heads: usize = self.lengths.iter().sum::<usize>() + HEADS;
        let all = self.reach(heads.saturating_add(bytes))?;
        let there = match self.state {
            Some(state) if !all => state.bytes(),
            _ => self.length,
        };
        let texts = self.unpacker.texts.get(..there).ok_or_else(damaged)?;
        let texts = match std::str::from_utf8(texts) {
            Ok(texts) => texts,
            // A letter may be cut where the part ends.
            Err(cut) if !all && there - cut.valid_up_to() < 4 => {
                let whole = texts.get(..cut.valid_up_to()).unwrap_or_default();
                std::str::from_utf8(whole).map_err(|_| damaged())?
            }
            Err(_) => return Err(damaged()),
        };
        let stored = stored(self.facts, &self.lengths, texts).ok_or_else(damaged)?;
        Ok((stored, all))
    }

    /// The whole document.
    pub(super) fn whole(mut self) -> io::Result<Stored<'a>> {
        self.reach(usize::MAX)?;
        let unpacker: &'a Unpacker = self.unpacker;
        let texts = unpacker.texts.get(..self.length).ok_or_else(damaged)?;
        let texts = std::str::from_utf8(texts).map_err(|_| damaged())?;
        stored(self.facts, &self.lengths, texts).ok_or_else(damaged)
    }

    /// Unpacks on; whether all is there.
    fn reach(&mut self, bytes: usize) -> io::Result<bool> {
        let (Some(state), Some(words)) = (&mut self.state, &self.unpacker.words) else {
            return Ok(true);
        };
        // A little more, because a blank at the end does not count.
        let until = bytes.saturating_add(2);
        let done = words.unpack(self.codes, state, until, &mut self.unpacker.texts);
        done.ok_or_else(damaged)?;
        Ok(until > self.length)
    }
}

fn damaged() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

/// What stands before the texts: facts, the lengths of the heads, and of the whole.
type Header = (Facts, [usize; HEADS], usize);
type Facts = (
    DocumentId,
    PatientId,
    Option<EncounterId>,
    DocumentKind,
    Option<Moment>,
);

fn header(from: &mut &[u8]) -> Option<Header> {
    let document = DocumentId(unsigned(take(from)?));
    let patient = PatientId(unsigned(take(from)?));
    let encounter = match take(from)? {
        0 => None,
        id => Some(EncounterId(unsigned(id - 1))),
    };
    let kind = *DocumentKind::ALL.get(usize::try_from(take(from)?).ok()?)?;
    let at = match take(from)? {
        0 => None,
        precision => Some(Moment {
            precision: Precision::from_code(i64::try_from(precision - 1).ok()?),
            at: Instant(unsigned(take(from)?)),
        }),
    };
    let mut lengths = [0; HEADS];
    for length in &mut lengths {
        *length = usize::try_from(take(from)?).ok()?;
    }
    let length = usize::try_from(take(from)?).ok()?;
    Some(((document, patient, encounter, kind, at), lengths, length))
}

fn stored<'a>(
    (document, patient, encounter, kind, at): Facts,
    lengths: &[usize; HEADS],
    texts: &'a str,
) -> Option<Stored<'a>> {
    let mut from = 0usize;
    let mut head = |length: usize| {
        let end = from.checked_add(length)?;
        let text = texts.get(from..end)?;
        from = end + 1;
        Some(text)
    };
    let [title, author, name, mrn, visit] = lengths.map(&mut head);
    Some(Stored {
        document,
        patient,
        encounter,
        kind,
        at,
        title: title?,
        author: author?,
        name: name?,
        mrn: mrn?,
        visit: visit?,
        text: texts.get(from..)?,
    })
}

/// Small numbers of either sign as small numbers.
fn signed(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn unsigned(value: u64) -> i64 {
    ((value >> 1) as i64) ^ -((value & 1) as i64)
}

/// Appends a number, seven bits a byte.
pub(super) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Takes a number off the front.
pub(super) fn take(from: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = from.split_first()?;
        *from = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::document;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_packed_comes_back_with_and_without_a_table() {
        let text = |i: i64| {
            format!("Note {i}. The patient was seen and examined. Plan: continue. ").repeat(9)
        };
        let documents: Vec<_> = (0..400).map(|i| document(i, &text(i))).collect();
        let all: Vec<&IndexedDocument> = documents.iter().collect();
        let words = Arc::new(Words::open(&learn(&all).unwrap()).unwrap());
        assert!(learn(&all[..10]).is_none());
        let mut one = document(-7, &text(3));
        one.at = None;
        one.encounter = None;
        let mut two = document(1 << 40, "");
        two.kind = DocumentKind::Other;
        two.title = "".into();
        let three = document(5, &"qzx9vk".repeat(300));
        for words in [None, Some(words.clone())] {
            let mut packer = Packer::new(words.clone()).unwrap();
            let mut unpacker = Unpacker::new(words).unwrap();
            for document in [&one, &two, &three, &one] {
                let packed = packer.pack(document).unwrap();
                let stored = unpacker.unpack(&packed).unwrap();
                assert_eq!(stored.document, document.document);
                assert_eq!(stored.encounter, document.encounter);
                assert_eq!((stored.kind, stored.at), (document.kind, document.at));
                assert_eq!(stored.title, document.title.raw());
                assert_eq!(stored.author, document.author.raw());
                assert_eq!(stored.name, document.patient_name.raw());
                assert_eq!(stored.mrn, document.mrn.raw());
                assert_eq!(stored.visit, document.visit.raw());
                assert_eq!(stored.text, document.text.raw());
                assert!(packed.len() < document.text.raw().len() / 2 + 80);
            }
        }
        let packed = Packer::new(Some(words)).unwrap().pack(&one).unwrap();
        assert!(Unpacker::new(None).unwrap().unpack(&packed).is_err());
    }

    proptest! {
        #[test]
        fn numbers_come_back(value in any::<i64>()) {
            let mut out = Vec::new();
            put(&mut out, signed(value));
            prop_assert_eq!(take(&mut out.as_slice()).map(unsigned), Some(value));
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Unpacker::new(None).unwrap().unpack(&bytes);
        }
    }
}
