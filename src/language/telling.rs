//! Which words of a note may tell it from others.
//!
//! Owns the list of words that never do (`data/telling.toml`). How often a word stands in other
//! notes is not known here. Start reading at [`Telling`].

use super::error::{LanguageError, parse};
use serde::Deserialize;
use std::collections::HashSet;

/// Words that say nothing, and how many others are taken.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    common: HashSet<String>,
    shortest: usize,
    /// Words a search for similar notes is made of.
    pub words: usize,
    /// Words of a note whose frequency is looked up.
    pub candidates: usize,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    /// Read by `Language::sources`.
    #[serde(rename = "source")]
    _source: String,
    words: Option<usize>,
    candidates: Option<usize>,
    shortest: Option<usize>,
    common: Vec<String>,
}

impl Telling {
    pub(super) fn load(files: &[(&str, &str)]) -> Result<Self, LanguageError> {
        let mut telling = Self::default();
        for (name, text) in files {
            let file: File = parse(name, text)?;
            telling.words = file.words.unwrap_or(telling.words);
            telling.candidates = file.candidates.unwrap_or(telling.candidates);
            telling.shortest = file.shortest.unwrap_or(telling.shortest);
            let common = file.common.iter().map(|w| w.to_lowercase());
            telling.common.extend(common);
            for (key, value, most) in [
                ("words", telling.words, 50),
                ("candidates", telling.candidates, 500),
            ] {
                if !(1..=most).contains(&value) {
                    let why = format!("must be from 1 to {most}");
                    return Err(LanguageError::entry(name, key, why));
                }
            }
        }
        Ok(telling)
    }

    /// Whether a word in lower case may tell a note from others: long enough, letters only, and
    /// not in the list of those that never do.
    pub fn may_tell(&self, word: &str) -> bool {
        word.chars().count() >= self.shortest
            && word.chars().all(char::is_alphabetic)
            && !self.common.contains(word)
    }
}

#[cfg(test)]
mod tests {
    use crate::language::Language;

    #[test]
    fn words_of_every_note_tell_nothing_and_a_site_adds_its_own() {
        let ours = Language::embedded().unwrap();
        for (word, tells) in [
            ("endocarditis", true),
            ("patient", false),
            ("abd", false),
            ("t2dm", false),
            ("riverside", true),
        ] {
            assert_eq!(ours.telling().may_tell(word), tells, "{word}");
        }
        let site = Language::load(&[("telling.toml", "words = 3\ncommon = [\"Riverside\"]")]);
        let site = site.unwrap();
        assert!(!site.telling().may_tell("riverside") && site.telling().words == 3);
        assert!(Language::load(&[("telling.toml", "words = 0")]).is_err());
    }
}
