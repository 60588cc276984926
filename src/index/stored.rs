//! What is kept of a document for hits and snippets, and how it is packed: the facts a hit shows,
//! then the text, packed together with a dictionary of the charts' own phrases.
//!
//! ```text
//! packed  dictionary (0 none, 1 the generation's) | length, varint | zstd frame
//! plain   ids and date, varints | title author name mrn visit, each length and text | text
//! ```

use crate::domain::document::DocumentKind;
use crate::domain::ids::{DocumentId, EncounterId, PatientId};
use crate::domain::search::IndexedDocument;
use crate::domain::time::{Instant, Moment, Precision};
use std::io;
use zstd::bulk::{Compressor, Decompressor};

/// Compression level: with a dictionary, more gains little and costs indexing speed.
const LEVEL: i32 = 1;
/// Bytes of a dictionary.
const DICTIONARY_BYTES: usize = 112 * 1024;
/// Texts fewer than this teach nothing that lasts.
pub(super) const LEARN_FROM: usize = 200;
/// Bytes of text a dictionary is learnt from, at most.
const LEARN_BYTES: usize = 8 << 20;
/// A document does not unpack to more than this (a message is at most 64 MiB).
const LIMIT: usize = 128 << 20;

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

/// A dictionary learnt from texts; `None` if they teach nothing.
pub(super) fn learn(texts: &[&str]) -> Option<Vec<u8>> {
    let mut room = LEARN_BYTES;
    let samples = texts.iter().take_while(|text| {
        let fits = text.len() <= room;
        room = room.saturating_sub(text.len());
        fits
    });
    let samples: Vec<&[u8]> = samples.map(|text| text.as_bytes()).collect();
    if samples.len() < LEARN_FROM {
        return None;
    }
    zstd::dict::from_samples(&samples, DICTIONARY_BYTES).ok()
}

/// Packs documents.
pub(super) struct Packer {
    with: Compressor<'static>,
    dictionary: bool,
    plain: Vec<u8>,
}

impl Packer {
    /// A packer with the generation's dictionary, if it has one.
    pub(super) fn new(dictionary: Option<&[u8]>) -> io::Result<Self> {
        Ok(Self {
            with: match dictionary {
                Some(dictionary) => Compressor::with_dictionary(LEVEL, dictionary)?,
                None => Compressor::new(LEVEL)?,
            },
            dictionary: dictionary.is_some(),
            plain: Vec::new(),
        })
    }

    /// Whether it packs with a dictionary.
    pub(super) fn has_dictionary(&self) -> bool {
        self.dictionary
    }

    /// A document, packed.
    pub(super) fn pack(&mut self, document: &IndexedDocument) -> io::Result<Vec<u8>> {
        let out = &mut self.plain;
        out.clear();
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
        let texts = [
            &document.title,
            &document.author,
            &document.patient_name,
            &document.mrn,
            &document.visit,
        ];
        for text in texts {
            put(out, text.raw().len() as u64);
            out.extend_from_slice(text.raw().as_bytes());
        }
        out.extend_from_slice(document.text.raw().as_bytes());
        let mut packed = vec![u8::from(self.dictionary)];
        put(&mut packed, self.plain.len() as u64);
        packed.append(&mut self.with.compress(&self.plain)?);
        Ok(packed)
    }
}

/// Unpacks documents, one after the other, into the same room.
pub(super) struct Unpacker {
    plainly: Decompressor<'static>,
    with: Option<Decompressor<'static>>,
    plain: Vec<u8>,
}

impl Unpacker {
    /// An unpacker with the generation's dictionary, if it has one.
    pub(super) fn new(dictionary: Option<&[u8]>) -> io::Result<Self> {
        Ok(Self {
            plainly: Decompressor::new()?,
            with: dictionary.map(Decompressor::with_dictionary).transpose()?,
            plain: Vec::new(),
        })
    }

    /// What was packed.
    pub(super) fn unpack(&mut self, packed: &[u8]) -> io::Result<Stored<'_>> {
        let damaged = || io::Error::from(io::ErrorKind::InvalidData);
        let (&dictionary, mut rest) = packed.split_first().ok_or_else(damaged)?;
        let length =
            usize::try_from(take(&mut rest).ok_or_else(damaged)?).map_err(|_| damaged())?;
        if length > LIMIT {
            return Err(damaged());
        }
        let with = match (dictionary, &mut self.with) {
            (0, _) => &mut self.plainly,
            (1, Some(with)) => with,
            _ => return Err(damaged()),
        };
        self.plain.clear();
        self.plain.reserve(length);
        with.decompress_to_buffer(rest, &mut self.plain)?;
        stored(&self.plain).ok_or_else(damaged)
    }
}

fn stored(mut plain: &[u8]) -> Option<Stored<'_>> {
    let from = &mut plain;
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
    let mut text = || {
        let length = usize::try_from(take(from)?).ok()?;
        let (text, rest) = from.split_at_checked(length)?;
        *from = rest;
        std::str::from_utf8(text).ok()
    };
    let (title, author, name, mrn, visit) = (text()?, text()?, text()?, text()?, text()?);
    Some(Stored {
        document,
        patient,
        encounter,
        kind,
        at,
        title,
        author,
        name,
        mrn,
        visit,
        text: std::str::from_utf8(plain).ok()?,
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
fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Takes a number off the front.
fn take(from: &mut &[u8]) -> Option<u64> {
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
    fn what_is_packed_comes_back_with_and_without_a_dictionary() {
        let text = |i: i64| {
            format!("Note {i}. The patient was seen and examined. Plan: continue. ").repeat(9)
        };
        let texts: Vec<String> = (0..400).map(text).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let dictionary = learn(&texts).unwrap();
        assert!(learn(&texts[..10]).is_none());
        let mut one = document(-7, texts[3]);
        one.at = None;
        one.encounter = None;
        let mut two = document(1 << 40, "");
        two.kind = DocumentKind::Other;
        for dictionary in [None, Some(dictionary.as_slice())] {
            let mut packer = Packer::new(dictionary).unwrap();
            let mut unpacker = Unpacker::new(dictionary).unwrap();
            for document in [&one, &two] {
                let packed = packer.pack(document).unwrap();
                let stored = unpacker.unpack(&packed).unwrap();
                assert_eq!(stored.document, document.document);
                assert_eq!(stored.encounter, document.encounter);
                assert_eq!((stored.kind, stored.at), (document.kind, document.at));
                assert_eq!(stored.mrn, document.mrn.raw());
                assert_eq!(stored.visit, document.visit.raw());
                assert_eq!(stored.text, document.text.raw());
            }
        }
        let packed = Packer::new(Some(&dictionary)).unwrap().pack(&one).unwrap();
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
            let _ = stored(&bytes);
            let _ = Unpacker::new(None).unwrap().unpack(&bytes);
        }
    }
}
