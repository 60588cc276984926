//! Words of the charts that are spelt like a word: for `word~` and for "did you mean".
//!
//! A letter left out, put in, changed, or two swapped count as one edit each; the first letter is
//! taken as typed. The dictionary is in order, so that the table of edits is kept for the letters
//! a word shares with the one before, and what cannot fit any more is passed over.

use std::collections::BTreeMap;
use tantivy::schema::Field;
use tantivy::termdict::TermDictionary;
use tantivy::{Searcher, Term};

/// Longest word compared, in letters.
const LONGEST: usize = 40;
/// Longest beginning that is worth a jump in the dictionary when it cannot fit, in bytes: few
/// words share a longer one, and going over them is cheaper.
const SKIPPED: usize = 3;
/// Words found at most.
const MOST: usize = 200;

/// A word of the charts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alike {
    /// The word.
    pub word: String,
    /// Edits from the word asked for.
    pub edits: u8,
    /// Documents that have it, whoever may see them.
    pub documents: u64,
}

/// How many letters of a word may differ when nobody said.
pub(super) fn usual_edits(word: &str) -> u8 {
    if word.chars().count() < 6 { 1 } else { 2 }
}

/// Words within so many edits of a word (itself included), nearest and most frequent first.
pub(super) fn alike(
    searcher: &Searcher,
    field: Field,
    word: &str,
    edits: u8,
) -> tantivy::Result<Vec<Alike>> {
    let wanted: Vec<char> = word.chars().collect();
    if wanted.is_empty() || wanted.len() > LONGEST {
        return Ok(Vec::new());
    }
    let mut found: BTreeMap<String, u8> = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(field)?;
        Table::new(&wanted, edits).collect(inverted.terms(), &mut found)?;
    }
    let mut out = Vec::with_capacity(found.len());
    for (word, edits) in found {
        let documents = searcher.doc_freq(&Term::from_field_text(field, &word))?;
        out.push(Alike {
            word,
            edits,
            documents,
        });
    }
    out.sort_by(|a, b| (a.edits, b.documents).cmp(&(b.edits, a.documents)));
    out.truncate(MOST);
    Ok(out)
}

/// The table of edits between a word and the letters of another so far.
struct Table<'a> {
    wanted: &'a [char],
    edits: u8,
    letters: Vec<char>,
    /// Row `i` is for the first `i` letters.
    rows: Vec<Vec<u8>>,
}

impl<'a> Table<'a> {
    fn new(wanted: &'a [char], edits: u8) -> Self {
        let first = (0..=wanted.len() as u8).collect();
        Self {
            wanted,
            edits,
            letters: Vec::new(),
            rows: vec![first],
        }
    }

    fn collect(
        &mut self,
        terms: &TermDictionary,
        found: &mut BTreeMap<String, u8>,
    ) -> tantivy::Result<()> {
        let first: String = self.wanted.iter().take(1).collect();
        let mut from = first.clone().into_bytes();
        // Each turn goes on behind a beginning that cannot fit.
        loop {
            let mut terms = terms.range().ge(&from).into_stream()?;
            let next = loop {
                if !terms.advance() || !terms.key().starts_with(first.as_bytes()) {
                    return Ok(());
                }
                let Ok(term) = std::str::from_utf8(terms.key()) else {
                    continue;
                };
                // Every letter more or less is an edit.
                let letters = term.chars().count();
                if letters.abs_diff(self.wanted.len()) > usize::from(self.edits) {
                    continue;
                }
                match self.distance(term) {
                    Ok(edits) if edits <= self.edits => {
                        let least = found.entry(term.to_owned()).or_insert(edits);
                        *least = (*least).min(edits);
                    }
                    Ok(_) => {}
                    Err(dead) if dead.len() <= SKIPPED => break after(dead.as_bytes()),
                    Err(_) => {}
                }
            };
            match next {
                Some(next) => from = next,
                None => return Ok(()),
            }
        }
    }

    /// Edits to a word; the beginning of it that cannot fit, whatever follows.
    fn distance<'t>(&mut self, term: &'t str) -> Result<u8, &'t str> {
        let mut shared = true;
        let mut depth = 0;
        for (at, letter) in term.char_indices() {
            if shared && self.letters.get(depth) == Some(&letter) {
                depth += 1;
                continue;
            }
            if shared {
                shared = false;
                self.letters.truncate(depth);
                self.rows.truncate(depth + 1);
            }
            self.push(letter);
            depth += 1;
            let row = &self.rows[depth];
            if depth > LONGEST || row.iter().all(|edits| *edits > self.edits) {
                return Err(&term[..at + letter.len_utf8()]);
            }
        }
        if shared {
            self.letters.truncate(depth);
            self.rows.truncate(depth + 1);
        }
        Ok(self.rows[depth].last().copied().unwrap_or(u8::MAX))
    }

    fn push(&mut self, letter: char) {
        let i = self.letters.len() + 1;
        let before = &self.rows[i - 1];
        let mut row = Vec::with_capacity(self.wanted.len() + 1);
        row.push(i.min(u8::MAX as usize) as u8);
        for (j, &wanted) in self.wanted.iter().enumerate() {
            let change = before[j] + u8::from(wanted != letter);
            let mut least = change.min(before[j + 1] + 1).min(row[j] + 1);
            let swapped = i >= 2 && j >= 1 && self.wanted[j - 1] == letter;
            if swapped && self.letters[i - 2] == wanted {
                least = least.min(self.rows[i - 2][j - 1] + 1);
            }
            row.push(least);
        }
        self.letters.push(letter);
        self.rows.push(row);
    }
}

/// The least bytes that begin otherwise and come after all that begin so.
fn after(start: &[u8]) -> Option<Vec<u8>> {
    let mut next = start.to_vec();
    while let Some(last) = next.pop() {
        if last < u8::MAX {
            next.push(last + 1);
            return Some(next);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(a: &str, b: &str) -> Option<u8> {
        let wanted: Vec<char> = a.chars().collect();
        Table::new(&wanted, 9).distance(b).ok()
    }

    #[test]
    fn edits_are_counted() {
        for (a, b, wanted) in [
            ("sepsis", "sepsis", 0),
            ("sepsis", "sepsi", 1),
            ("sepsis", "sepssis", 1),
            ("sepsis", "sepsos", 1),
            ("pneumonai", "pneumonia", 1),
            ("pnuemonai", "pneumonia", 2),
            ("müler", "müller", 1),
        ] {
            assert_eq!(edits(a, b), Some(wanted), "{a} {b}");
        }
    }

    #[test]
    fn the_table_is_kept_between_words() {
        let wanted: Vec<char> = "sepsis".chars().collect();
        let mut table = Table::new(&wanted, 1);
        assert_eq!(table.distance("sepsi"), Ok(1));
        assert_eq!(table.distance("sepsis"), Ok(0));
        assert_eq!(table.distance("sepsisx"), Ok(1));
        assert_eq!(table.distance("seta"), Err("seta"));
        assert_eq!(table.distance("setback"), Err("setb"));
        assert_eq!(table.distance("sepsis"), Ok(0));
        assert_eq!(after(b"se\xff"), Some(b"sf".to_vec()));
        assert_eq!(after(b"\xff"), None);
    }
}
