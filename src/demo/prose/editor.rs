//! Last touches to the words of a note: traces of empty alternatives, abbreviations.
//!
//! Owns two searches that are built once for a hospital, because every sentence goes through
//! them.

use super::bank::SHORT_FORMS;
use aho_corasick::{AhoCorasick, MatchKind};

/// Doubled spaces and stops, and spaces or commas before a stop, with what they become.
const SLIPS: [(&str, &str); 6] = [
    ("  ", " "),
    (" ,", ","),
    (" .", "."),
    (",.", "."),
    (";.", "."),
    ("..", "."),
];

/// See the module.
pub(in crate::demo) struct Editor {
    slips: Option<AhoCorasick>,
    short: Option<AhoCorasick>,
}

impl Editor {
    /// Builds the searches.
    pub fn new() -> Self {
        let short = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(SHORT_FORMS.iter().map(|(long, _)| long));
        Self {
            // The tables are small and constant: a search that cannot be built edits nothing.
            slips: AhoCorasick::new(SLIPS.iter().map(|(slip, _)| slip)).ok(),
            short: short.ok(),
        }
    }

    /// Removes the traces of empty alternatives.
    pub fn tidy(&self, mut text: String) -> String {
        let Some(slips) = &self.slips else {
            return text;
        };
        while slips.is_match(&text) {
            for (slip, right) in SLIPS {
                text = text.replace(slip, right);
            }
        }
        text
    }

    /// Abbreviates as terse writers do.
    pub fn abbreviate(&self, text: &str) -> String {
        let Some(short) = &self.short else {
            return text.to_owned();
        };
        let mut out = String::with_capacity(text.len());
        short.replace_all_with(text, &mut out, |found, _, out| {
            out.push_str(SHORT_FORMS[found.pattern().as_usize()].1);
            true
        });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_of_empty_alternatives_go() {
        let editor = Editor::new();
        assert_eq!(
            editor.tidy("Fluids,  . Then , rest..".to_owned()),
            "Fluids. Then, rest."
        );
        assert_eq!(
            editor.abbreviate("The patient with hypertension"),
            "Pt w/ HTN"
        );
    }
}
