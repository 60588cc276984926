//! What of a note was carried forward from earlier notes of the same patient.

use super::document::DocumentKind;
use super::ids::{DocumentId, EncounterId};
use super::time::Moment;
use super::untrusted::Untrusted;

/// What of a note was copied, and from where.
#[derive(Clone, Debug, PartialEq)]
pub struct CopiedText {
    /// The note.
    pub document: DocumentId,
    /// Its text, which the passages are places of.
    pub text: Untrusted,
    /// Words of the note, without headings and template text.
    pub words: usize,
    /// Words that are headings or template text.
    pub template: usize,
    /// How many earlier notes it was compared with.
    pub compared: usize,
    /// The passages, in order, without overlap.
    pub passages: Vec<CopiedPassage>,
    /// The earlier notes that passages name.
    pub sources: Vec<CopiedSource>,
}

impl CopiedText {
    /// Words of the passages.
    pub fn copied(&self) -> usize {
        self.passages.iter().map(|p| p.words).sum()
    }

    /// The same in percent of the note's words.
    pub fn percent(&self) -> usize {
        self.copied() * 100 / self.words.max(1)
    }
}

/// A passage that stands in an earlier note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedPassage {
    /// First byte in the text.
    pub start: usize,
    /// Byte behind the last.
    pub end: usize,
    /// Words of it that are the same, without headings and template text.
    pub words: usize,
    /// The note it was most likely taken from: its place in the list of sources.
    pub source: usize,
    /// First byte there.
    pub source_start: usize,
    /// Byte behind the last there.
    pub source_end: usize,
    /// The oldest note compared that has it: its place in the list of sources.
    pub first: usize,
}

/// An earlier note that has a passage.
#[derive(Clone, Debug, PartialEq)]
pub struct CopiedSource {
    /// The note.
    pub document: DocumentId,
    /// Its visit.
    pub encounter: Option<EncounterId>,
    /// Kind.
    pub kind: DocumentKind,
    /// Title as it came.
    pub title: Untrusted,
    /// Author's name, `FAMILY,GIVEN`; empty if not known.
    pub author: Untrusted,
    /// Date.
    pub at: Option<Moment>,
}

/// A search made of a note's most telling words.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarSearch {
    /// The note.
    pub document: DocumentId,
    /// The query, to be searched as if it had been typed.
    pub query: String,
    /// Its words, the most telling first.
    pub words: Vec<TellingWord>,
}

/// A word that tells a note from others.
#[derive(Clone, Debug, PartialEq)]
pub struct TellingWord {
    /// The word.
    pub word: String,
    /// How often it stands in the note.
    pub times: usize,
    /// How many documents the searcher may see have it.
    pub documents: usize,
}
