//! What a text says, in the form that is kept and searched: sections, stretches that are not
//! plainly affirmed, values.
//!
//! Owns how the assertion of single words becomes stretches. Findings of the word lists are
//! asserted as a whole; every other word of a sentence with a trigger, or under a heading that
//! bears on it, by itself. Start reading at [`Reading::annotation`].

use super::assertion::{Assertion, Polarity, Time, Who};
use super::section::{OTHER, START};
use super::token::TokenKind;
use super::{Language, Reading};
use crate::domain::annotation::{Annotation, Said, SaidSpan, SectionSpan};
use std::collections::BTreeSet;

/// Raised when the same word lists lead to other annotations than before.
const EDITION: u32 = 1;

impl Language {
    /// What a text says, to be kept.
    pub fn annotate(&self, text: &str) -> Annotation {
        self.read(text).annotation()
    }

    /// Which word lists these are: annotations of another edition must be made again.
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// The kinds of sections there are, in the order of their names.
    pub fn section_kinds(&self) -> impl Iterator<Item = &str> {
        self.sections.kinds()
    }

    /// The measured value that a name means, as annotations call it.
    pub fn analyte(&self, name: &str) -> Option<&str> {
        self.units.analyte(name)
    }
}

/// The edition of word lists: a digest of their texts (FNV-1a; nobody is kept out by it).
pub(super) fn edition<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for text in texts {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{EDITION}-{hash:016x}")
}

impl Reading<'_> {
    /// What it says, to be kept.
    pub fn annotation(&self) -> Annotation {
        let mut values = BTreeSet::new();
        for measured in self.measurements() {
            values.insert(format!("{} {}", measured.analyte, measured.value));
        }
        let known = |kind: &str| kind != START && kind != OTHER;
        let sections = self.sections().into_iter().filter(|s| known(&s.kind));
        let sections = sections.map(|section| SectionSpan {
            kind: section.kind.to_string(),
            start: section.title.start.min(section.body.start),
            end: section.body.end.max(section.title.end),
        });
        Annotation {
            sections: sections.collect(),
            said: self.said(),
            values: values.into_iter().collect(),
        }
    }

    fn said(&self) -> Vec<SaidSpan> {
        let mut of_token = vec![0u8; self.tokens.len()];
        let mut mark = 0;
        for &(from, to) in &self.sentences {
            while self.marks.get(mark).is_some_and(|m| m.to <= from) {
                mark += 1;
            }
            let triggered = self.marks.get(mark).is_some_and(|m| m.from < to);
            if !triggered && !self.is_borne(from) {
                continue;
            }
            for (at, bits) in of_token.iter_mut().enumerate().take(to).skip(from) {
                if self.tokens.list[at].kind == TokenKind::Word {
                    *bits = bits_of(&self.assert(self.tokens.list[at].span));
                }
            }
        }
        for finding in self.findings() {
            let (from, to) = self.tokens.covering(finding.span);
            let bits = bits_of(&finding.assertion);
            of_token[from..to].fill(bits);
        }
        let mut out = Vec::new();
        for &said in Said::ALL {
            self.stretches(said, &of_token, &mut out);
        }
        out
    }

    /// The stretches of words of which this is said. Signs between two of them belong to both.
    fn stretches(&self, said: Said, of_token: &[u8], out: &mut Vec<SaidSpan>) {
        let mut open: Option<SaidSpan> = None;
        for (token, bits) in self.tokens.list.iter().zip(of_token) {
            let word = matches!(token.kind, TokenKind::Word | TokenKind::Number);
            match (&mut open, bits & bit(said) != 0) {
                (Some(span), true) => span.end = token.span.end,
                (None, true) => {
                    open = Some(SaidSpan {
                        said,
                        start: token.span.start,
                        end: token.span.end,
                    });
                }
                (Some(_), false) if word => out.extend(open.take()),
                _ => {}
            }
        }
        out.extend(open);
    }
}

fn bit(said: Said) -> u8 {
    match said {
        Said::Negated => 1,
        Said::Uncertain => 2,
        Said::Historical => 4,
        Said::Hypothetical => 8,
        Said::Family => 16,
    }
}

fn bits_of(assertion: &Assertion) -> u8 {
    let polarity = match assertion.polarity {
        Polarity::Affirmed => 0,
        Polarity::Negated => bit(Said::Negated),
        Polarity::Uncertain => bit(Said::Uncertain),
    };
    let time = match assertion.time {
        Time::Current => 0,
        Time::Historical => bit(Said::Historical),
        Time::Hypothetical => bit(Said::Hypothetical),
    };
    let who = match assertion.who {
        Who::Patient => 0,
        Who::Other => bit(Said::Family),
    };
    polarity | time | who
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_annotated() {
        let language = Language::embedded().unwrap();
        let text = "PAST MEDICAL HISTORY: Gout.\nFAMILY HISTORY: Breast cancer in mother.\n\
            ASSESSMENT: No chest pain or edema. Possible sepsis. Pneumonia.\n\
            LABS: Cr 2.1 mg/dL. Potassium 4.0.";
        let annotation = language.annotate(text);
        let said = |said: Said| -> Vec<&str> {
            let spans = annotation.said.iter().filter(|s| s.said == said);
            spans.map(|s| &text[s.start..s.end]).collect()
        };
        let has = |said_: Said, word: &str| said(said_).iter().any(|s| s.contains(word));
        assert!(has(Said::Historical, "Gout"));
        assert!(has(Said::Family, "Breast cancer"));
        assert!(has(Said::Negated, "chest pain") && has(Said::Negated, "edema"));
        assert!(has(Said::Uncertain, "sepsis"));
        for &any in Said::ALL {
            assert!(!has(any, "Pneumonia"), "{any:?}");
        }
        let kinds: Vec<&str> = annotation
            .sections
            .iter()
            .map(|s| s.kind.as_str())
            .collect();
        assert_eq!(
            kinds,
            ["past_history", "family_history", "assessment", "laboratory"]
        );
        assert_eq!(annotation.values, ["creatinine 2.1", "potassium 4"]);
        assert!(language.section_kinds().any(|k| k == "assessment"));
        assert_eq!(language.analyte("Cr"), Some("creatinine"));
    }

    #[test]
    fn other_word_lists_are_another_edition() {
        let ours = Language::embedded().unwrap();
        let theirs = Language::load(&[("synonyms.toml", "[problem]\n\"sore knee\" = [\"SK\"]\n")]);
        assert_eq!(ours.edition(), Language::embedded().unwrap().edition());
        assert_ne!(ours.edition(), theirs.unwrap().edition());
    }
}
