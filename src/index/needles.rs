//! Where a query's words occur in a text: for snippets, the chart reader and the preview. Cuts
//! text exactly as the index does, so what was found is what is marked.

mod jump;
mod scan;

use crate::domain::search::Mark;
use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::{Node, NodeKind, Query};
use crate::grammar::terms::{fold_into, folded, is_term_start, term_end, terms_from};
use crate::grammar::{GrammarError, parse};
use jiff::civil::Date;
use jump::Jump;
use std::collections::{HashMap, HashSet};

pub(super) use scan::Scan;

/// Words of a phrase that are compared; those beyond cannot make a text look much different.
const MAX_PHRASE_WORDS: usize = 16;

/// Finds what of a query stands in a text.
#[derive(Clone, Debug)]
pub struct Highlighter {
    needles: Vec<Needle>,
    /// Needles by their first word, and those that are a prefix only.
    by_word: HashMap<String, Vec<usize>>,
    prefixes: Vec<usize>,
    /// Bytes a match can start with, in either case; characters beyond ASCII are always looked
    /// at, because some (the Kelvin sign) are ASCII letters in lower case.
    starts: [bool; 256],
}

/// A word, a phrase, or either with an unfinished end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Needle {
    words: Vec<String>,
    prefix: Option<String>,
    jump: Option<Jump>,
}

/// A match: bytes of the text, and which needle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub start: usize,
    pub end: usize,
    pub needle: usize,
}

impl Highlighter {
    /// For a query as typed.
    ///
    /// # Errors
    /// A [`GrammarError`] when it cannot be understood.
    pub fn new(query: &str, today: Date) -> Result<Self, GrammarError> {
        Ok(Self::of(&parse(query, today)?, &[]))
    }

    /// For a parsed query: its words for the text of documents that are not negated, and what it
    /// was widened by (words in order, with a star behind the last if it may go on).
    pub(super) fn of(query: &Query, widened: &[String]) -> Self {
        let mut needles = Vec::new();
        collect(&query.root, &mut needles);
        needles.extend(
            widened
                .iter()
                .map(|text| Needle::new(text, text.ends_with('*'))),
        );
        needles.retain(|needle| !needle.words.is_empty() || needle.prefix.is_some());
        let mut seen = HashSet::new();
        needles.retain(|needle| seen.insert(needle.clone()));
        let mut out = Self {
            needles,
            by_word: HashMap::new(),
            prefixes: Vec::new(),
            starts: std::array::from_fn(|byte| byte >= 0xC0),
        };
        for (i, needle) in out.needles.iter().enumerate() {
            let first = needle.words.first().or(needle.prefix.as_ref());
            let start = first.and_then(|word| word.bytes().next());
            if let Some(byte) = start {
                out.starts[usize::from(byte)] = true;
                out.starts[usize::from(byte.to_ascii_uppercase())] = true;
            }
            match needle.words.first() {
                Some(word) => out.by_word.entry(word.clone()).or_default().push(i),
                None => out.prefixes.push(i),
            }
        }
        out
    }

    /// The bytes of every match in a text, in order, without overlaps. A phrase is one match.
    pub fn ranges(&self, text: &str) -> Vec<(usize, usize)> {
        let mut at = 0;
        let mut out = Vec::new();
        let mut scan = self.scan(text);
        while let Some(found) = scan.next(at, text.len()) {
            out.push((found.start, found.end));
            at = found.end;
        }
        out
    }

    /// What is to be marked, for others to find.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let mark = |needle: &Needle| {
            let words = needle.words.iter().chain(&needle.prefix);
            let words: Vec<&str> = words.map(String::as_str).collect();
            Mark {
                text: Untrusted::new(words.join(" ")),
                open: needle.prefix.is_some(),
            }
        };
        self.needles.iter().map(mark).collect()
    }

    /// The keys of the needles (see [`key`]), in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = String> {
        self.needles.iter().map(|needle| {
            let words: Vec<&str> = needle.words.iter().map(String::as_str).collect();
            match &needle.prefix {
                Some(prefix) => format!("{} {prefix}*", words.join(" ")),
                None => words.join(" "),
            }
        })
    }

    /// How many different needles there are.
    pub(super) fn count(&self) -> usize {
        self.needles.len()
    }

    /// Goes through a text from its start.
    pub(super) fn scan<'a>(&'a self, text: &'a str) -> Scan<'a> {
        Scan::new(self, text)
    }

    /// The first match that starts in `at..limit`; `at` lies at the start of a character.
    fn next(&self, text: &str, at: usize, limit: usize) -> Option<Match> {
        if self.needles.is_empty() {
            return None;
        }
        let bytes = text.as_bytes().get(..limit)?;
        let mut word = String::new();
        let mut start = at;
        while let Some(&byte) = bytes.get(start) {
            // Few bytes can start a match, so most are passed over with one look.
            if !self.starts[usize::from(byte)] || !is_term_start(text, start) {
                start += 1;
                continue;
            }
            let end = term_end(text, start);
            fold_into(&text[start..end], &mut word);
            if let Some((end, needle)) = self.longest(text, end, &word) {
                return Some(Match { start, end, needle });
            }
            start = end.max(start + 1);
        }
        None
    }

    /// The longest needle that matches from a word on; `end` is where the word ends.
    fn longest(&self, text: &str, end: usize, word: &str) -> Option<(usize, usize)> {
        let mut best: Option<(usize, usize)> = None;
        for &needle in self.by_word.get(word).into_iter().flatten() {
            let rest = self.needles[needle].rest_matches(text, end);
            if let Some(end) = rest.filter(|&end| best.is_none_or(|(longest, _)| end > longest)) {
                best = Some((end, needle));
            }
        }
        if best.is_none() {
            let unfinished = self.prefixes.iter().copied().find(|&needle| {
                let prefix = self.needles[needle].prefix.as_deref();
                prefix.is_some_and(|prefix| word.starts_with(prefix))
            });
            best = unfinished.map(|needle| (end, needle));
        }
        best
    }
}

/// What two needles of the same words have in common, and no others.
pub(super) fn key(words: &str, open: bool) -> String {
    let mut words = folded(words);
    let last = if open { words.pop() } else { None };
    match last {
        Some(last) => format!("{} {last}*", words.join(" ")),
        None => words.join(" "),
    }
}

impl Needle {
    /// The first match in plain ASCII that starts at `at` or later.
    fn find(&self, text: &str, at: usize) -> Option<(usize, usize)> {
        let jump = self.jump?;
        let word = self.words.first().or(self.prefix.as_ref())?.as_bytes();
        let bytes = text.as_bytes();
        let mut from = at;
        while let Some(start) = jump.next(bytes, from) {
            from = start + 1;
            let there = bytes.get(start..start + word.len())?;
            let begins = start == 0 || !bytes[start - 1].is_ascii_alphanumeric();
            if !begins || !there.eq_ignore_ascii_case(word) {
                continue;
            }
            let end = term_end(text, start + word.len());
            if self.words.is_empty() {
                return Some((start, end));
            }
            if end == start + word.len()
                && let Some(end) = self.rest_matches(text, end)
            {
                return Some((start, end));
            }
        }
        None
    }

    /// Words in order and adjacent; with `open` the last may go on.
    fn new(text: &str, open: bool) -> Self {
        let mut words = folded(text);
        let prefix = if open { words.pop() } else { None };
        let jump = words.first().or(prefix.as_ref());
        Self {
            jump: jump.and_then(|word| Jump::of(word)),
            words,
            prefix,
        }
    }

    /// Where the match ends, if what follows the first word (which ends at `end`) fits.
    fn rest_matches(&self, text: &str, end: usize) -> Option<usize> {
        let mut last = end;
        let mut following = terms_from(text, end);
        let mut word = String::new();
        let wanted = self.words.iter().skip(1).map(|word| (word, false));
        let wanted = wanted.chain(self.prefix.iter().map(|word| (word, true)));
        for (wanted, open) in wanted.take(MAX_PHRASE_WORDS) {
            let (start, end) = following.next()?;
            fold_into(&text[start..end], &mut word);
            let fits = if open {
                word.starts_with(wanted.as_str())
            } else {
                word == *wanted
            };
            if !fits {
                return None;
            }
            last = end;
        }
        Some(last)
    }
}

fn collect(node: &Node, out: &mut Vec<Needle>) {
    match &node.kind {
        NodeKind::All(parts) | NodeKind::Any(parts) => {
            parts.iter().for_each(|part| collect(part, out));
        }
        NodeKind::Group(inner) => collect(inner, out),
        NodeKind::Word(text) | NodeKind::Phrase(text) => out.push(Needle::new(text.raw(), false)),
        NodeKind::Prefix(text) => out.push(Needle::new(text.raw(), true)),
        NodeKind::Near { words, .. } => {
            out.extend(
                folded(words.raw())
                    .iter()
                    .map(|word| Needle::new(word, false)),
            );
        }
        NodeKind::Not(_) | NodeKind::Field { .. } | NodeKind::Fuzzy { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn marked(query: &str, text: &str) -> Vec<String> {
        let highlighter = Highlighter::new(query, date(2026, 3, 31)).unwrap();
        let ranges = highlighter.ranges(text);
        ranges.iter().map(|&(a, b)| text[a..b].to_owned()).collect()
    }

    #[test]
    fn words_phrases_and_prefixes_are_marked() {
        let text = "Heart failure. HEART-FAILURE? No heart attack; cardiology x-ray, x-rays.";
        assert_eq!(marked("heart", text), ["Heart", "HEART", "heart"]);
        assert_eq!(
            marked("\"heart failure\"", text),
            ["Heart failure", "HEART-FAILURE"]
        );
        assert_eq!(
            marked("heart OR \"heart failure\"", text),
            ["Heart failure", "HEART-FAILURE", "heart"]
        );
        assert_eq!(marked("card*", text), ["cardiology"]);
        assert_eq!(marked("x-ra*", text), ["x-ray", "x-rays"]);
        assert_eq!(marked("x-ray", text), ["x-ray"]);
        assert_eq!(marked("attack -failure", text), ["attack"]);
        assert!(marked("-failure type:heart", text).is_empty());
        assert_eq!(marked("müller", "Dr. MÜLLER's"), ["MÜLLER"]);
        // The Kelvin sign is a k in lower case.
        assert_eq!(marked("kelvin", "\u{212a}elvin"), ["\u{212a}elvin"]);
    }

    proptest! {
        #[test]
        fn jumping_and_cutting_find_the_same(
            query in "([a-c]{1,3}[ *-]?){1,3}|\"[ab]{1,2} [ab]{1,2}\"",
            text in "([a-cA-C]{1,3}[ ,.-]){0,20}",
        ) {
            let Ok(highlighter) = Highlighter::new(&query, date(2026, 3, 31)) else {
                return Ok(());
            };
            let (mut scan, mut at) = (highlighter.scan(&text), 0);
            prop_assert!(scan.jumping);
            loop {
                let jumped = scan.next(at, text.len());
                prop_assert_eq!(jumped, highlighter.next(&text, at, text.len()), "{} in {}", query, text);
                let Some(found) = jumped else { break };
                at = found.end;
            }
        }

        #[test]
        fn ranges_are_in_order_and_on_characters(
            query in "[a-c\" *é-]{1,12}",
            text in "[a-cA-C é\\-,\u{212a}]{0,60}",
        ) {
            let Ok(highlighter) = Highlighter::new(&query, date(2026, 3, 31)) else {
                return Ok(());
            };
            let mut at = 0;
            for (start, end) in highlighter.ranges(&text) {
                prop_assert!(at <= start && start < end);
                prop_assert!(text.get(start..end).is_some());
                at = end;
            }
        }
    }
}
