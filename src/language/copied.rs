//! Copied-forward text: which passages of a note stand, word for word or nearly so, in earlier
//! notes.
//!
//! Owns the comparison; what counts as copied is data (`data/copied.toml`). Words are compared as
//! [`Tokens`] write them, so that case, line breaks and punctuation do not matter. Headings and
//! template text (what notes of other patients say in the same words) make no passage. Time grows
//! with the length of the texts, not with its square. It never says that copying is wrong. Start
//! reading at [`Language::copied`].

use super::Language;
use super::token::Span;

mod passages;
mod rules;

use passages::{Words, passages, seeds};
pub use rules::CopyRules;

/// A passage of a note that stands in an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopiedSpan {
    /// Where it stands in the note.
    pub span: Span,
    /// Which of the earlier notes it was most likely taken from: the one that has most of it, of
    /// several the newest.
    pub source: usize,
    /// Where it stands there.
    pub source_span: Span,
    /// The oldest of the earlier notes that has it.
    pub first: usize,
    /// Words of it that are the same, without headings and template text.
    pub words: usize,
}

/// What of a note was copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// The passages, in order, without overlap.
    pub passages: Vec<CopiedSpan>,
    /// Words of the note, without headings and template text.
    pub words: usize,
    /// Words of the note that are template text or headings.
    pub template: usize,
}

impl Copied {
    /// Words of the passages.
    pub fn copied(&self) -> usize {
        self.passages.iter().map(|p| p.words).sum()
    }
}

impl Language {
    /// What counts as copied.
    pub fn copy_rules(&self) -> CopyRules {
        self.copying
    }

    /// Which passages of `note` stand in the `earlier` notes (the newest first). `others` are
    /// notes of other patients, one for each, that show what is template text.
    pub fn copied(&self, note: &str, earlier: &[&str], others: &[&str]) -> Copied {
        let rules = self.copying;
        let mut words = Words::of(note);
        words.leave_out(&self.heading_spans(note));
        words.leave_out_template(others, &rules);
        let sources: Vec<Words> = earlier.iter().map(|text| Words::of(text)).collect();
        let seeds = seeds(&sources, &rules);
        let passages = passages(&words, &sources, &seeds, &rules);
        let counted = words.counts.iter().filter(|c| **c).count();
        Copied {
            passages,
            words: counted,
            template: words.counts.len() - counted,
        }
    }

    fn heading_spans(&self, note: &str) -> Vec<Span> {
        let sections = self.sections(note);
        sections.into_iter().map(|s| s.title).collect()
    }
}

#[cfg(test)]
mod tests;
