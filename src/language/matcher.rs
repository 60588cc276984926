//! Many phrases looked for at once.
//!
//! Owns the compiled form of a list: phrases in comparable form, found left to right, the longest
//! at each place, never overlapping and always whole tokens. Knows nothing of what a phrase
//! means. Start reading at [`Matcher::find`].

use super::error::LanguageError;
use super::phrase::expand;
use super::token::{Tokens, comparable};
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::HashMap;

/// A phrase found: tokens `from..to`, and which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// First token.
    pub from: usize,
    /// Token after the last.
    pub to: usize,
    /// Which phrase; [`Matcher::entries`] says whose.
    pub phrase: usize,
}

/// Phrases being collected.
#[derive(Debug, Default)]
pub struct Phrases {
    entries: HashMap<String, Vec<usize>>,
}

impl Phrases {
    /// Adds the lines of an entry. A phrase may belong to several.
    pub fn add(
        &mut self,
        file: &str,
        id: &str,
        entry: usize,
        lines: &[String],
    ) -> Result<(), LanguageError> {
        for line in lines {
            let phrases = expand(line).map_err(|e| LanguageError::phrase(file, id, &e))?;
            for phrase in phrases {
                let key = comparable(&phrase);
                if key.is_empty() {
                    return Err(LanguageError::entry(file, id, "a phrase without a word"));
                }
                let entries = self.entries.entry(key).or_default();
                if entries.last() != Some(&entry) {
                    entries.push(entry);
                }
            }
        }
        Ok(())
    }

    /// Compiles what was added.
    pub fn compile(self, file: &str) -> Result<Matcher, LanguageError> {
        let mut all: Vec<_> = self.entries.into_iter().collect();
        // The order of a hash map differs from run to run; the matcher must not.
        all.sort();
        let (phrases, entries): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&phrases)
            .map_err(|error| LanguageError::TooLarge {
                file: file.to_owned(),
                message: error.to_string(),
            })?;
        Ok(Matcher {
            automaton,
            entries,
            #[cfg(test)]
            plain: phrases,
        })
    }
}

/// A compiled list of phrases.
#[derive(Clone, Debug)]
pub struct Matcher {
    automaton: AhoCorasick,
    entries: Vec<Vec<usize>>,
    #[cfg(test)]
    plain: Vec<String>,
}

impl Matcher {
    /// The entries a phrase belongs to, in the order they were added.
    pub fn entries(&self, found: Found) -> &[usize] {
        &self.entries[found.phrase]
    }

    /// Every phrase of the list in plain words, with its entries; for tests of a list.
    #[cfg(test)]
    pub fn phrases(&self) -> impl Iterator<Item = (&str, &[usize])> {
        let both = self.plain.iter().zip(&self.entries);
        both.map(|(phrase, entries)| (phrase.as_str(), entries.as_slice()))
    }

    /// Every phrase in a text, from left to right.
    pub fn find(&self, tokens: &Tokens) -> Vec<Found> {
        let mut from = 0;
        let found = self.automaton.find_iter(tokens.comparable());
        found
            .map(|m| {
                from = tokens.index_after(from, m.start());
                let to = tokens.index_after(from, m.end());
                Found {
                    from,
                    to,
                    phrase: m.pattern().as_usize(),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_whole_phrase_wins() {
        let mut phrases = Phrases::default();
        let lines = |l: &[&str]| l.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        phrases.add("f", "a", 0, &lines(&["no"])).unwrap();
        phrases
            .add("f", "b", 1, &lines(&["no [acute] sign of"]))
            .unwrap();
        let matcher = phrases.compile("f").unwrap();
        let found = matcher.find(&Tokens::of("No sign of NODES, no acute sign-of, no"));
        let short: Vec<_> = found
            .iter()
            .map(|f| (f.from, f.to, matcher.entries(*f)))
            .collect();
        assert_eq!(short, [(0, 3, &[1][..]), (5, 9, &[1]), (10, 11, &[0])]);
    }

    #[test]
    fn a_phrase_may_belong_to_several() {
        let mut phrases = Phrases::default();
        phrases.add("f", "a", 0, &["no".to_owned()]).unwrap();
        phrases.add("f", "b", 1, &["No".to_owned()]).unwrap();
        let matcher = phrases.compile("f").unwrap();
        let found = matcher.find(&Tokens::of("no"));
        assert_eq!(matcher.entries(found[0]), [0, 1]);
    }
}
