//! Many phrases looked for at once.
//!
//! Owns the compiled form of a list: phrases in comparable form, found left to right, the longest
//! at each place, never overlapping and always whole tokens. Knows nothing of what a phrase
//! means. Start reading at [`Matcher::find`].

use super::error::LanguageError;
use super::phrase::expand;
use super::token::{Tokens, comparable};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

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
            if phrases.is_empty() {
                return Err(LanguageError::entry(file, id, "a phrase without a word"));
            }
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
    pub fn compile(self) -> Matcher {
        let mut all: Vec<_> = self.entries.into_iter().collect();
        // The order of a hash map differs from run to run; the matcher must not.
        all.sort();
        let mut matcher = Matcher {
            steps: HashMap::with_capacity_and_hasher(all.len() * 2, BuildHasherDefault::default()),
            ends: vec![NONE],
            phrases: Vec::with_capacity(all.len()),
            entries: Vec::with_capacity(all.len()),
        };
        for (phrase, entries) in all {
            matcher.insert(phrase, entries);
        }
        matcher
    }
}

/// No phrase ends here.
const NONE: u32 = u32::MAX;

/// A compiled list of phrases: a tree of words, one step of a hash table for each.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// From a node and a word to the next node.
    steps: HashMap<u64, u32, BuildHasherDefault<Mixed>>,
    /// The phrase that ends at a node.
    ends: Vec<u32>,
    phrases: Vec<String>,
    entries: Vec<Vec<usize>>,
}

/// Keys of [`Matcher::steps`] are mixed already.
#[derive(Clone, Copy, Debug, Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(b);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// The key of a step.
fn key(node: u32, word: u64) -> u64 {
    let mixed =
        (word ^ (u64::from(node) << 32 | u64::from(node))).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

impl Matcher {
    fn insert(&mut self, phrase: String, entries: Vec<usize>) {
        let tokens = Tokens::of_comparable(&phrase);
        let mut node = 0;
        for at in 0..tokens.len() {
            let next = u32::try_from(self.ends.len()).unwrap_or(NONE);
            node = *self.steps.entry(key(node, tokens.hash(at))).or_insert(next);
            if node == next {
                self.ends.push(NONE);
            }
        }
        if let Some(end) = self.ends.get_mut(node as usize) {
            *end = u32::try_from(self.phrases.len()).unwrap_or(NONE);
        }
        self.phrases.push(phrase);
        self.entries.push(entries);
    }

    /// The entries a phrase belongs to, in the order they were added.
    pub fn entries(&self, found: Found) -> &[usize] {
        &self.entries[found.phrase]
    }

    /// Every phrase of the list in comparable form, with its entries; for tests of a list.
    #[cfg(test)]
    pub fn phrases(&self) -> impl Iterator<Item = (&str, &[usize])> {
        let both = self.phrases.iter().zip(&self.entries);
        both.map(|(phrase, entries)| (phrase.as_str(), entries.as_slice()))
    }

    /// Every phrase in a text, from left to right.
    pub fn find(&self, tokens: &Tokens) -> Vec<Found> {
        let mut out = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            match self.longest(tokens, at) {
                Some(found) => {
                    at = found.to;
                    out.push(found);
                }
                None => at += 1,
            }
        }
        out
    }

    /// The longest phrase that begins with a token.
    fn longest(&self, tokens: &Tokens, from: usize) -> Option<Found> {
        let mut node = 0;
        let mut best = None;
        for at in from..tokens.len() {
            let Some(&next) = self.steps.get(&key(node, tokens.hash(at))) else {
                break;
            };
            node = next;
            let phrase = self.ends[node as usize];
            // Different words may share a hash: the words themselves decide.
            if phrase != NONE && self.phrases[phrase as usize] == tokens.comparable_of(from, at + 1)
            {
                best = Some(Found {
                    from,
                    to: at + 1,
                    phrase: phrase as usize,
                });
            }
        }
        best
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
        let matcher = phrases.compile();
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
        let matcher = phrases.compile();
        let found = matcher.find(&Tokens::of("no"));
        assert_eq!(matcher.entries(found[0]), [0, 1]);
    }
}
