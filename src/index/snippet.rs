//! The passage of a text that fits a query best.

use super::confined::Allowed;
use super::needles::{Highlighter, Match};
use crate::domain::search::SnippetPart;
use crate::domain::untrusted::Untrusted;
use std::collections::VecDeque;

/// Length of a snippet in bytes, without its dots: two lines of a hit list.
const WIDTH: usize = 160;
/// Text looked at for the best passage, in bytes. A longer one is a whole chart in one document;
/// its first matches serve.
const MAX_SCANNED: usize = 256 * 1024;
/// What stands for text left out.
const DOTS: &str = "...";

/// The best passage of `text`, matches marked; its beginning when nothing matches.
pub(super) fn snippet(text: &str, needles: &Highlighter) -> Vec<SnippetPart> {
    snippet_of(text, needles, &|_| true)
}

/// The same from the first part of a text, for at most one needle; `None` if the rest could make
/// it another. `seen` bytes of it were looked at before.
pub(super) fn snippet_of_part(
    text: &str,
    needles: &Highlighter,
    seen: usize,
) -> Option<Vec<SnippetPart>> {
    let (from, to) = match needles.count() {
        0 => beginning(text),
        _ => {
            // A match may have begun in what was seen.
            let mut at = seen.saturating_sub(WIDTH);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let limit = text.len().min(MAX_SCANNED);
            let found = needles.scan(text).next(at, limit)?;
            around(text, found.start, found.end)
        }
    };
    // The last word may be cut short, and whether there is more must be sure.
    let far = text.len() > to.max(from + WIDTH) + WIDTH;
    let more = !text.get(to..).unwrap_or_default().trim().is_empty();
    (far && more).then(|| parts(text, needles, (from, to), &|_| true))
}

/// The same with matches only where they count.
pub(super) fn snippet_at(
    text: &str,
    needles: &Highlighter,
    allowed: &Allowed<'_>,
) -> Vec<SnippetPart> {
    snippet_of(text, needles, &|found| allowed.allows(found))
}

fn snippet_of(
    text: &str,
    needles: &Highlighter,
    counts: &impl Fn(&Match) -> bool,
) -> Vec<SnippetPart> {
    let (from, to) = match best_window(text, needles, counts) {
        Some((start, end)) => around(text, start, end),
        None => beginning(text),
    };
    parts(text, needles, (from, to), counts)
}

/// A passage with its matches marked.
fn parts(
    text: &str,
    needles: &Highlighter,
    (from, to): (usize, usize),
    counts: &impl Fn(&Match) -> bool,
) -> Vec<SnippetPart> {
    // Dots, text, a match, text, dots.
    let mut parts = Vec::with_capacity(5);
    let mut add = |text: &str, hit: bool| {
        if !text.is_empty() {
            let text = Untrusted::new(text);
            parts.push(SnippetPart { text, hit });
        }
    };
    let before = !text[..from].trim().is_empty();
    add(if before { DOTS } else { "" }, false);
    let mut at = from;
    let mut scan = needles.scan(text);
    while let Some(found) = scan.next(at, to) {
        if found.end > to {
            break;
        }
        if !counts(&found) {
            add(&text[at..found.end], false);
            at = found.end;
            continue;
        }
        add(&text[at..found.start], false);
        add(&text[found.start..found.end], true);
        at = found.end;
    }
    add(&text[at..to], false);
    let after = !text[to..].trim().is_empty();
    add(if after { DOTS } else { "" }, false);
    parts
}

/// First and last byte of the matches that fit into a snippet: the most different needles, then
/// the earliest.
fn best_window(
    text: &str,
    needles: &Highlighter,
    counts: &impl Fn(&Match) -> bool,
) -> Option<(usize, usize)> {
    let mut window: VecDeque<Match> = VecDeque::new();
    let mut best: Option<(usize, usize, usize)> = None;
    let mut at = 0;
    let limit = text.len().min(MAX_SCANNED);
    let mut scan = needles.scan(text);
    while let Some(found) = scan.next(at, limit) {
        at = found.end;
        if !counts(&found) {
            continue;
        }
        window.push_back(found);
        while window.len() > 1 && window.front().is_some_and(|m| found.end - m.start > WIDTH) {
            window.pop_front();
        }
        let different = window
            .iter()
            .enumerate()
            .filter(|(i, m)| !window.iter().take(*i).any(|other| other.needle == m.needle))
            .count();
        if best.is_none_or(|(most, _, _)| different > most) {
            let start = window.front().map_or(found.start, |m| m.start);
            best = Some((different, start, found.end));
            if different == needles.count() {
                break;
            }
        }
    }
    best.map(|(_, start, end)| (start, end))
}

/// The passage around matches: a third of the room before them, the rest after, ends at spaces.
fn around(text: &str, start: usize, end: usize) -> (usize, usize) {
    let room = WIDTH.saturating_sub(end - start);
    let from = floor(text, start.saturating_sub(room / 3));
    // From the start of a word, so that the cut shows no false one.
    let from = match text[from..start].find(char::is_whitespace) {
        Some(space) if from > 0 => {
            let rest = &text[from + space..start];
            start - rest.trim_start().len()
        }
        Some(_) => from,
        None if from > 0 => start,
        None => 0,
    };
    let from = from.max(beginning(text).0);
    (from, tail(text, end, from + WIDTH))
}

fn beginning(text: &str) -> (usize, usize) {
    let from = text.len() - text.trim_start().len();
    (from.min(text.len()), tail(text, from, from + WIDTH))
}

/// The last end of a word in `least..=most`.
fn tail(text: &str, least: usize, most: usize) -> usize {
    if most >= text.len() {
        return least.max(text.trim_end().len());
    }
    let most = floor(text, most).max(least);
    match text[least..most].rfind(char::is_whitespace) {
        Some(space) => least + text[least..least + space].trim_end().len(),
        None => most,
    }
}

/// The character boundary at or before a byte.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn shown(query: &str, text: &str) -> String {
        let needles = Highlighter::new(query, date(2026, 3, 31)).unwrap();
        let mut out = String::new();
        for part in snippet(text, &needles) {
            if part.hit {
                out += &format!("[{}]", part.text.raw());
            } else {
                out += part.text.raw();
            }
        }
        out
    }

    #[test]
    fn the_passage_with_most_words_is_shown() {
        let text = format!(
            "Heart sounds normal. {} No heart failure today. {}",
            "Lungs are clear. ".repeat(20),
            "Plan as before. ".repeat(20)
        );
        let shown = shown("heart failure", &text);
        assert!(
            shown.starts_with("...") && shown.ends_with("..."),
            "{shown}"
        );
        assert!(shown.contains("No [heart] [failure] today."), "{shown}");
        assert!(shown.len() < WIDTH + 20, "{shown}");
        assert!(!shown.contains("sounds"), "{shown}");
    }

    #[test]
    fn short_texts_are_shown_whole_and_without_a_match_the_beginning() {
        assert_eq!(shown("ef", " EF 30% \n"), "[EF] 30%");
        assert_eq!(shown("type:echo", "  EF 30% \n"), "EF 30%");
        assert_eq!(shown("ef", ""), "");
        let long = "word ".repeat(100);
        let start = shown("type:echo", &long);
        assert!(start.starts_with("word") && start.ends_with("word..."));
        assert!(start.len() <= WIDTH + DOTS.len());
    }

    #[test]
    fn text_without_spaces_is_cut_between_characters() {
        let text = "é".repeat(1_000) + " heart " + &"é".repeat(1_000);
        let shown = shown("heart", &text);
        assert!(shown.contains("[heart]"));
        assert!(shown.len() < 2 * WIDTH);
    }

    proptest! {
        #[test]
        fn a_part_that_tells_enough_tells_the_same(
            query in "[ab]{1,2}\\*?|\"a b\"",
            text in "([abc]{1,9}[ .\n]{1,2}){0,160} {0,200}[a-c]?",
            seen in 0usize..300,
        ) {
            let Ok(needles) = Highlighter::new(&query, jiff::civil::date(2026, 1, 1)) else {
                return Ok(());
            };
            let whole = snippet(&text, &needles);
            let first = needles.ranges(&text).first().map_or(text.len(), |m| m.0);
            for end in (0..text.len()).step_by(50) {
                if let Some(part) = snippet_of_part(&text[..end], &needles, seen.min(first)) {
                    prop_assert_eq!(&part, &whole);
                }
            }
        }

        #[test]
        fn no_text_panics(query in "[ab ]{1,6}", text in "[ab é\n]{0,500}") {
            let Ok(needles) = Highlighter::new(&query, date(2026, 3, 31)) else {
                return Ok(());
            };
            let parts = snippet(&text, &needles);
            let joined: String = parts.iter().map(|p| p.text.raw()).collect();
            let inner = joined.trim_start_matches(DOTS).trim_end_matches(DOTS);
            prop_assert!(text.contains(inner));
        }
    }
}
