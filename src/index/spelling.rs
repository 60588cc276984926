//! Words of the charts that are spelt like a word: for `word~` and for "did you mean".
//!
//! A letter left out, put in, changed, or two swapped count as one edit each; the first letter is
//! taken as typed. The dictionary is a tree of letters: it is walked with the table of edits, and a
//! branch whose words cannot fit any more is never entered.

use super::bound::Bound;
use super::sight::{Sight, documents_with};
use std::cell::Cell;
use std::collections::BTreeMap;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};
use tantivy_fst::Automaton;

/// Longest word compared, in letters.
const LONGEST: usize = 40;
/// Words found at most.
const MOST: usize = 200;
/// The same of a search that is answered in a moment: opening the documents of each takes its time.
const FEW: usize = 16;
/// Letters of the dictionary between two looks at the clock.
const PATIENCE: usize = 256;

/// A word of the charts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alike {
    /// The word.
    pub word: String,
    /// Edits from the word asked for.
    pub edits: u8,
    /// Documents that have it, of those the searcher sees.
    pub documents: u64,
}

/// How many letters of a word may differ when nobody said.
pub(super) fn usual_edits(word: &str) -> u8 {
    if word.chars().count() < 6 { 1 } else { 2 }
}

/// Words within so many edits of a word (itself included), nearest and most frequent first; only
/// those that stand in documents the searcher sees. When the time is over, those found until then:
/// the word itself in any case.
pub(super) fn alike(
    searcher: &Searcher,
    sight: Option<&Sight>,
    field: Field,
    word: &str,
    edits: u8,
    bound: &Bound,
) -> tantivy::Result<Vec<Alike>> {
    let wanted: Vec<char> = word.chars().collect();
    if wanted.is_empty() || wanted.len() > LONGEST {
        return Ok(Vec::new());
    }
    let walk = Walk::new(&wanted, edits, bound);
    let mut others: BTreeMap<String, (u8, u64)> = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(field)?;
        let mut terms = inverted.terms().search(&walk).into_stream()?;
        while terms.advance() {
            let Ok(term) = std::str::from_utf8(terms.key()) else {
                continue;
            };
            if term == word {
                continue;
            }
            let documents = u64::from(terms.value().doc_freq);
            match others.get_mut(term) {
                Some((_, all)) => *all += documents,
                None => {
                    others.insert(term.to_owned(), (walk.edits_to(term), documents));
                }
            }
        }
    }
    let alike = |word: &str, edits, documents| Alike {
        word: word.to_owned(),
        edits,
        documents,
    };
    let with = |word: &str| documents_with(searcher, sight, &Term::from_field_text(field, word));
    let mut out = vec![alike(word, 0, with(word)?)];
    for (word, (edits, all)) in &others {
        match sight {
            None => out.push(alike(word, *edits, *all)),
            Some(_) if bound.is_over() => break,
            Some(_) => out.push(alike(word, *edits, with(word)?)),
        }
    }
    out.retain(|alike| alike.documents > 0);
    out.sort_by(|a, b| (a.edits, b.documents).cmp(&(b.edits, a.documents)));
    if bound.is_timed() && out.len() > FEW {
        bound.cut_short();
        out.truncate(FEW);
    }
    out.truncate(MOST);
    Ok(out)
}

/// The words within so many edits of one, as an automaton over their bytes.
struct Walk<'a> {
    wanted: &'a [char],
    edits: u8,
    bound: &'a Bound,
    /// Letters looked at, and whether the time was over then: no branch is entered any more.
    steps: Cell<usize>,
    over: Cell<bool>,
}

/// The last row of the table of edits after some letters, and the one before it.
#[derive(Clone, Copy)]
struct Row {
    cells: [u8; LONGEST + 1],
    before: [u8; LONGEST + 1],
    letters: usize,
    last: char,
    /// Bytes of a letter that is not complete.
    bytes: [u8; 4],
    filled: usize,
    dead: bool,
}

impl<'a> Walk<'a> {
    fn new(wanted: &'a [char], edits: u8, bound: &'a Bound) -> Self {
        Self {
            wanted,
            edits,
            bound,
            steps: Cell::default(),
            over: Cell::default(),
        }
    }

    /// Edits to a whole word.
    fn edits_to(&self, word: &str) -> u8 {
        let mut row = self.start();
        for letter in word.chars() {
            row = self.after(&row, letter);
        }
        row.cells.get(self.wanted.len()).copied().unwrap_or(u8::MAX)
    }

    /// The row after one more letter. Only cells near the diagonal can be within the edits.
    fn after(&self, row: &Row, letter: char) -> Row {
        let (n, i) = (self.wanted.len(), row.letters + 1);
        let reach = usize::from(self.edits);
        let mut next = Row {
            cells: [u8::MAX; LONGEST + 1],
            before: row.cells,
            letters: i,
            last: letter,
            bytes: [0; 4],
            filled: 0,
            dead: row.dead || (i == 1 && self.wanted.first() != Some(&letter)),
        };
        if i <= reach {
            next.cells[0] = i as u8;
        }
        let mut least = next.cells[0];
        for j in i.saturating_sub(reach).max(1)..=(i + reach).min(n) {
            let wanted = self.wanted[j - 1];
            let change = row.cells[j - 1].saturating_add(u8::from(wanted != letter));
            let beside = row.cells[j].min(next.cells[j - 1]).saturating_add(1);
            let mut cell = change.min(beside);
            if i >= 2 && j >= 2 && self.wanted[j - 2] == letter && row.last == wanted {
                cell = cell.min(row.before[j - 2].saturating_add(1));
            }
            next.cells[j] = cell;
            least = least.min(cell);
        }
        next.dead |= least > self.edits;
        next
    }
}

impl Automaton for Walk<'_> {
    type State = Row;

    fn start(&self) -> Row {
        let mut cells = [u8::MAX; LONGEST + 1];
        let near = usize::from(self.edits).min(self.wanted.len());
        for (j, cell) in cells.iter_mut().enumerate().take(near + 1) {
            *cell = j as u8;
        }
        Row {
            cells,
            before: [u8::MAX; LONGEST + 1],
            letters: 0,
            last: '\0',
            bytes: [0; 4],
            filled: 0,
            dead: false,
        }
    }

    fn is_match(&self, row: &Row) -> bool {
        let within = row.cells[self.wanted.len()] <= self.edits;
        within && row.letters > 0 && row.filled == 0 && !row.dead
    }

    fn can_match(&self, row: &Row) -> bool {
        !row.dead && !self.over.get()
    }

    fn accept(&self, row: &Row, byte: u8) -> Row {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps.is_multiple_of(PATIENCE) && self.bound.is_over() {
            self.over.set(true);
        }
        if byte.is_ascii() && row.filled == 0 {
            return self.after(row, char::from(byte));
        }
        let mut next = *row;
        match next.bytes.get_mut(row.filled) {
            Some(slot) => *slot = byte,
            None => {
                next.dead = true;
                return next;
            }
        }
        next.filled += 1;
        match std::str::from_utf8(&next.bytes[..next.filled]) {
            Ok(text) => text.chars().next().map_or(next, |c| self.after(row, c)),
            Err(_) => next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::awaited::Awaited;
    use proptest::prelude::*;
    use std::time::{Duration, Instant as Stopwatch};
    use tantivy_fst::{IntoStreamer, Map, MapBuilder, Streamer};

    fn edits(a: &str, b: &str) -> u8 {
        let wanted: Vec<char> = a.chars().collect();
        Walk::new(&wanted, 2, &Bound::default()).edits_to(b)
    }

    fn tree(words: &[String]) -> Map<Vec<u8>> {
        let mut builder = MapBuilder::memory();
        for (i, word) in words.iter().enumerate() {
            builder.insert(word, i as u64).unwrap();
        }
        Map::from_bytes(builder.into_inner().unwrap()).unwrap()
    }

    /// The words found, and how many branches were looked at.
    fn found(words: &[String], wanted: &str, edits: u8) -> (Vec<String>, usize) {
        let wanted: Vec<char> = wanted.chars().collect();
        let bound = Bound::default();
        let walk = Walk::new(&wanted, edits, &bound);
        let map = tree(words);
        let mut stream = map.search(&walk).into_stream();
        let mut out = Vec::new();
        while let Some((word, _)) = stream.next() {
            out.push(String::from_utf8(word.to_vec()).unwrap());
        }
        (out, walk.steps.get())
    }

    /// The whole table, as the books have it.
    fn by_the_book(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut rows: Vec<Vec<usize>> = vec![(0..=a.len()).collect()];
        for i in 1..=b.len() {
            let mut row = vec![i];
            for j in 1..=a.len() {
                let change = rows[i - 1][j - 1] + usize::from(a[j - 1] != b[i - 1]);
                let mut least = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
                if i > 1 && j > 1 && a[j - 2] == b[i - 1] && a[j - 1] == b[i - 2] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                row.push(least);
            }
            rows.push(row);
        }
        rows[b.len()][a.len()]
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
            assert_eq!(edits(a, b), wanted, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn the_walk_finds_what_the_table_says(
            words in proptest::collection::btree_set("[abé]{1,7}", 1..60),
            wanted in "[abé]{1,6}",
            edits in 1u8..3,
        ) {
            let words: Vec<String> = words.into_iter().collect();
            let fits = |word: &&String| {
                word.chars().next() == wanted.chars().next()
                    && by_the_book(&wanted, word) <= usize::from(edits)
            };
            let book: Vec<String> = words.iter().filter(fits).cloned().collect();
            prop_assert_eq!(found(&words, &wanted, edits).0, book);
        }
    }

    /// Work is bound by what can fit, not by how many words there are.
    #[test]
    fn few_branches_are_looked_at() {
        let words = |many: usize| -> Vec<String> {
            let mut words: Vec<String> = (0..many).map(|n| format!("s{n:05}tenosis")).collect();
            words.push("stenosis".to_owned());
            words.sort();
            words
        };
        let (all, few) = found(&words(1_000), "stenosas", 2);
        let (more, many) = found(&words(50_000), "stenosas", 2);
        assert_eq!((all.len(), more.len()), (1, 1));
        assert!(few < 2_000 && many < 2_000, "{few} {many}");
    }

    /// A word of which thousands are spelt alike: no branch is entered when the time is over.
    #[test]
    fn the_walk_ends_with_the_time() {
        let letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let mut words = Vec::new();
        for a in letters {
            for b in letters {
                for c in letters {
                    words.push(format!("s{a}{b}{c}s"));
                }
            }
        }
        let steps = |time| {
            let wanted: Vec<char> = "saaas".chars().collect();
            let bound = Bound::from(Stopwatch::now(), time, Awaited::default());
            let walk = Walk::new(&wanted, 3, &bound);
            let map = tree(&words);
            let mut stream = map.search(&walk).into_stream();
            while stream.next().is_some() {}
            (walk.steps.get(), bound.was_met())
        };
        let (all, met) = steps(None);
        assert!(all > 2 * PATIENCE && !met, "{all}");
        let (some, met) = steps(Some(Duration::ZERO));
        assert!(some < PATIENCE + 100 && met, "{some}");
    }
}
