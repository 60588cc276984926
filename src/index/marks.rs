//! Sections, and what is said of words, as terms at places of a text.
//!
//! A mark stands twice for each stretch: at its first term, and at the term after its last. So
//! the positions of a mark in a document are pairs, in order, and a word stands inside one if its
//! position lies between the two.

use crate::domain::annotation::{Annotation, Said};
use crate::grammar::terms::{folded, terms};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The mark of a kind of section.
pub(super) fn of_section(kind: &str) -> String {
    format!("in:{}", kind.replace(char::is_whitespace, "_"))
}

/// The mark of what is said.
pub(super) fn of_said(said: Said) -> String {
    format!("is:{}", said.name())
}

/// Whether typed words mean a kind of section: each is the beginning of one of its words, the
/// first of its first. `assessment` means `assessment_and_plan`, too.
pub(super) fn section_is_meant(kind: &str, typed: &str) -> bool {
    let words = folded(kind);
    let typed = folded(typed);
    let solid: Vec<&String> = typed.iter().filter(|word| *word != "and").collect();
    !solid.is_empty()
        && solid
            .iter()
            .all(|typed| words.iter().any(|word| word.starts_with(typed.as_str())))
}

/// The marks of a text: lines of a mark and its places, for the tokenizer of marks.
pub(super) fn marks(text: &str, annotation: &Annotation) -> String {
    let starts: Vec<(usize, usize)> = terms(text).collect();
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let sections = annotation
        .sections
        .iter()
        .map(|s| (of_section(&s.kind), s.start, s.end));
    let said = annotation
        .said
        .iter()
        .map(|s| (of_said(s.said), s.start, s.end));
    for (mark, start, end) in sections.chain(said) {
        let from = starts.partition_point(|term| term.1 <= start);
        let to = starts.partition_point(|term| term.0 < end);
        let places = places.entry(mark).or_default();
        // Places of a mark only ever grow, whatever the annotation says.
        let from = from.max(places.last().copied().unwrap_or(0));
        if from < to {
            places.extend([from, to]);
        }
    }
    let mut out = String::new();
    for (mark, places) in places.into_iter().filter(|mark| !mark.1.is_empty()) {
        out.push_str(&mark);
        for place in places {
            // Writing to a String cannot fail.
            let _ = write!(out, " {place}");
        }
        out.push('\n');
    }
    out
}

/// Whether one stretch (a pair of places) has all of `from..to` inside.
pub(super) fn holds(pairs: &[u32], from: u32, to: u32) -> bool {
    let mut pairs = pairs.chunks_exact(2);
    pairs.any(|pair| pair[0] <= from && to <= pair[1])
}

/// Whether one stretch has some of `from..to` inside.
pub(super) fn touches(pairs: &[u32], from: u32, to: u32) -> bool {
    let mut pairs = pairs.chunks_exact(2);
    pairs.any(|pair| pair[0] < to && from < pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::annotation::{SaidSpan, SectionSpan};

    #[test]
    fn stretches_become_pairs_of_places() {
        let text = "PLAN: no fever, no cough. Home.";
        let span = |said, start, end| SaidSpan { said, start, end };
        let annotation = Annotation {
            sections: vec![SectionSpan {
                kind: "plan".into(),
                start: 0,
                end: text.len(),
            }],
            said: vec![
                span(Said::Negated, 9, 14),
                span(Said::Negated, 19, 24),
                span(Said::Family, 14, 15),
            ],
            values: Vec::new(),
        };
        assert_eq!(
            marks(text, &annotation),
            "in:plan 0 6\nis:negated 2 3 4 5\n"
        );
    }

    #[test]
    fn sections_are_meant_by_the_beginnings_of_their_words() {
        assert!(section_is_meant("assessment_and_plan", "assess"));
        assert!(section_is_meant("assessment_and_plan", "assessment & plan"));
        assert!(section_is_meant("past_history", "history"));
        assert!(!section_is_meant("plan", "assessment"));
        assert!(!section_is_meant("plan", "and"));
        assert!(!section_is_meant("plan", "--"));
    }
}
