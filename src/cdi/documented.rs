//! Which diagnoses the notes of a stay document.
//!
//! A name counts where its sentence affirms it of the patient; what is denied, doubted, only
//! feared or a relative's documents nothing. Nurses' notes do not diagnose.

use super::lint::Linter;
use super::opportunity::Note;
use crate::language::{Language, Polarity, Span, Time, Who};
use std::collections::BTreeSet;

/// The diagnoses that notes document, as they are written, each once in any letter case.
pub fn documented(linter: &Linter, language: &Language, notes: &[Note<'_>]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for note in notes.iter().filter(|n| n.may_diagnose()) {
        let text = note.text.raw();
        let named = linter.names_in(text);
        if named.is_empty() {
            continue;
        }
        let reading = language.read(text);
        for at in named {
            let said = reading.assert(Span::new(at.start, at.end));
            let plain = said.polarity == Polarity::Affirmed
                && said.time == Time::Current
                && said.who == Who::Patient;
            let words = &text[at];
            if plain && seen.insert(words.to_lowercase()) {
                out.push(words.to_owned());
            }
        }
    }
    out
}
