//! Finding passages: words that two notes have in a row, followed over small changes.

use super::{CopiedSpan, CopyRules};
use crate::language::token::{Span, TokenKind, Tokens};
use std::collections::{HashMap, HashSet};

/// The words of a text, without punctuation.
#[derive(Default)]
pub(super) struct Words {
    hashes: Vec<u64>,
    spans: Vec<Span>,
    /// Whether the word makes a passage longer.
    pub(super) counts: Vec<bool>,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let tokens = Tokens::of(text);
        let mut words = Self::default();
        for (i, token) in tokens.list.iter().enumerate() {
            if token.kind != TokenKind::Mark {
                words.hashes.push(tokens.hash(i));
                words.spans.push(token.span);
            }
        }
        words.counts = vec![true; words.hashes.len()];
        words
    }

    /// Words within these spans (in order) do not count.
    pub(super) fn leave_out(&mut self, spans: &[Span]) {
        let mut spans = spans.iter().filter(|s| s.start < s.end).peekable();
        for (span, counts) in self.spans.iter().zip(&mut self.counts) {
            while spans.next_if(|s| s.end <= span.start).is_some() {}
            if spans.peek().is_some_and(|s| s.overlaps(*span)) {
                *counts = false;
            }
        }
    }

    /// Words in a row that notes of several other patients have too do not count.
    pub(super) fn leave_out_template(&mut self, others: &[&str], rules: &CopyRules) {
        let mut seen: HashMap<u64, usize> = HashMap::new();
        for text in others {
            let words = Self::of(text);
            let shingles: HashSet<u64> = words.shingles(rules.seed_words).collect();
            for shingle in shingles {
                *seen.entry(shingle).or_default() += 1;
            }
        }
        let template: Vec<usize> = self
            .shingles(rules.seed_words)
            .enumerate()
            .filter(|(_, s)| seen.get(s).is_some_and(|n| *n >= rules.template_notes))
            .map(|(i, _)| i)
            .collect();
        for at in template {
            for counts in self.counts.iter_mut().skip(at).take(rules.seed_words) {
                *counts = false;
            }
        }
    }

    /// A number for each run of `length` words; different runs may share one.
    fn shingles(&self, length: usize) -> impl Iterator<Item = u64> + '_ {
        self.hashes.windows(length).map(|run| {
            run.iter().fold(0xcbf2_9ce4_8422_2325, |h: u64, word| {
                (h.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            })
        })
    }

    /// The bytes from one word to another, that one included.
    fn span(&self, from: usize, to: usize) -> Span {
        let start = self.spans.get(from).map_or(0, |s| s.start);
        let end = to.checked_sub(1).and_then(|i| self.spans.get(i));
        Span::new(start, end.map_or(start, |s| s.end))
    }
}

/// A place of an earlier note.
#[derive(Clone, Copy)]
pub(super) struct Place {
    source: usize,
    word: usize,
}

/// The places of each run of words: the first `most_places` of the newest notes, and behind them
/// the last of the oldest.
pub(super) type Seeds = HashMap<u64, Vec<Place>>;

pub(super) fn seeds(sources: &[Words], rules: &CopyRules) -> Seeds {
    let mut seeds = Seeds::new();
    for (source, words) in sources.iter().enumerate() {
        for (word, shingle) in words.shingles(rules.seed_words).enumerate() {
            let places = seeds.entry(shingle).or_default();
            let place = Place { source, word };
            match places.get_mut(rules.most_places) {
                Some(oldest) => *oldest = place,
                None => places.push(place),
            }
        }
    }
    seeds
}

/// How far a note and an earlier one go on together.
#[derive(Clone, Copy)]
struct Run {
    place: Place,
    /// Words of the note and of the earlier one it covers.
    here: usize,
    there: usize,
    /// Words that are the same, and those of them that count.
    same: usize,
    counted: usize,
}

pub(super) fn passages(
    words: &Words,
    sources: &[Words],
    seeds: &Seeds,
    rules: &CopyRules,
) -> Vec<CopiedSpan> {
    let shingles: Vec<u64> = words.shingles(rules.seed_words).collect();
    let mut found = Vec::new();
    let (mut at, mut end) = (0, 0);
    while let Some(shingle) = shingles.get(at) {
        let places = seeds.get(shingle).map_or(&[][..], Vec::as_slice);
        let runs: Vec<Run> = places
            .iter()
            .filter_map(|place| follow(words, at, &sources[place.source], *place, rules))
            .collect();
        // Of several equally long ones the first, which is the newest.
        let best = runs.iter().reduce(|best, run| {
            if run.counted > best.counted {
                run
            } else {
                best
            }
        });
        let Some(best) = best else {
            at += 1;
            continue;
        };
        let source = &sources[best.place.source];
        let back = lead(words, (end, at), source, best, rules);
        if best.counted + back.counted >= rules.minimum_words {
            let has_it = |run: &&Run| run.counted * 5 >= best.counted * 4;
            let first = runs.iter().rfind(has_it).unwrap_or(best);
            let from = best.place.word;
            found.push(CopiedSpan {
                span: words.span(at - back.here, at + best.here),
                source: best.place.source,
                source_span: source.span(from - back.there, from + best.there),
                first: first.place.source.max(best.place.source),
                words: best.counted + back.counted,
            });
            at += best.here;
            end = at;
        } else {
            // Whatever begins within this short run shows again behind it.
            at += (best.here + 1).saturating_sub(rules.seed_words).max(1);
        }
    }
    found
}

/// Goes on from a seed as long as the texts agree, over small changes. `None` if it is no seed
/// after all.
fn follow(
    words: &Words,
    at: usize,
    source: &Words,
    place: Place,
    rules: &CopyRules,
) -> Option<Run> {
    let agree = |i: usize, j: usize, length: usize| {
        let here = words.hashes.get(i..i + length);
        here.is_some() && here == source.hashes.get(j..j + length)
    };
    if !agree(at, place.word, rules.seed_words) {
        return None;
    }
    let mut run = Run {
        place,
        here: 0,
        there: 0,
        same: 0,
        counted: 0,
    };
    let (mut i, mut j) = (at, place.word);
    loop {
        let mut next = run;
        while agree(i, j, 1) {
            next.same += 1;
            next.counted += usize::from(words.counts[i]);
            (i, j) = (i + 1, j + 1);
        }
        (next.here, next.there) = (i - at, j - place.word);
        if next.same * 100 < rules.same_percent * next.here.max(next.there) {
            return Some(run);
        }
        run = next;
        let Some((a, b)) = resume(rules, |a, b| agree(i + a, j + b, rules.agree_words)) else {
            return Some(run);
        };
        (i, j) = (i + a, j + b);
    }
}

/// Goes back from a seed over small changes: words before it that belong to the passage although
/// no seed stands in them. Not before word `floor` of the note.
fn lead(
    words: &Words,
    (floor, at): (usize, usize),
    source: &Words,
    ahead: &Run,
    rules: &CopyRules,
) -> Run {
    let word = ahead.place.word;
    // `i` and `j` words back from the seed, does a run of so many words agree?
    let agree = |i: usize, j: usize, length: usize| {
        let (i, j) = (i + length, j + length);
        i <= at - floor
            && j <= word
            && words.hashes[at - i..at - i + length] == source.hashes[word - j..word - j + length]
    };
    let mut run = Run {
        place: ahead.place,
        here: 0,
        there: 0,
        same: 0,
        counted: 0,
    };
    loop {
        let change = resume(rules, |a, b| {
            agree(run.here + a, run.there + b, rules.agree_words)
        });
        let Some((a, b)) = change else {
            return run;
        };
        let mut next = run;
        (next.here, next.there) = (run.here + a, run.there + b);
        while agree(next.here, next.there, 1) {
            (next.here, next.there) = (next.here + 1, next.there + 1);
            next.same += 1;
            next.counted += usize::from(words.counts[at - next.here]);
        }
        let length = (ahead.here + next.here).max(ahead.there + next.there);
        if (ahead.same + next.same) * 100 < rules.same_percent * length {
            return run;
        }
        run = next;
    }
}

/// The smallest change behind which the texts agree again: words to pass over in each.
fn resume(rules: &CopyRules, agree: impl Fn(usize, usize) -> bool) -> Option<(usize, usize)> {
    let gap = rules.gap_words;
    (1..=2 * gap)
        .flat_map(|sum| (sum.saturating_sub(gap)..=sum.min(gap)).map(move |a| (a, sum - a)))
        // A replaced word is likelier than one put in and one left out.
        .find(|(a, b)| agree(*a, *b))
}
