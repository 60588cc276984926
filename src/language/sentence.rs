//! Sentences.
//!
//! Owns where a sentence ends: not at an abbreviation, an initial, a decimal point or a list
//! marker; at a heading, an empty line, and a line break that is no wrapping. Works on tokens,
//! in one pass. Start reading at [`sentences`].

use super::section::Heading;
use super::token::{TokenKind, Tokens};
use std::collections::HashSet;

/// A line at least so long, in bytes, may be wrapped: the next one may continue it.
const WRAPPED_BYTES: usize = 50;
/// A sentence longer than so many tokens is cut, so that work per finding stays bounded.
const LONGEST: usize = 400;

/// Sentences as half-open ranges of tokens: they cover all tokens, in order.
pub fn sentences(
    tokens: &Tokens,
    headings: &[Heading],
    abbreviations: &HashSet<String>,
) -> Vec<(usize, usize)> {
    let mut ends = Vec::new();
    let mut from = 0;
    let mut line = 0;
    let mut open = 0usize;
    let mut next_heading = headings.iter().map(|h| h.from).peekable();
    for at in 0..tokens.len() {
        let token = tokens.list[at];
        if token.breaks > 0 {
            open = 0;
        }
        while next_heading.next_if(|&h| h < at).is_some() {}
        let heading = next_heading.peek() == Some(&at);
        let cut = at > from
            && (heading
                || at - from >= LONGEST
                || token.breaks > 1
                || (token.breaks == 1 && !continues(tokens, line, at))
                || after_stop(tokens, at, abbreviations)
                || (open == 0 && at_marker(tokens, at)));
        if cut {
            ends.push((from, at));
            from = at;
        }
        if token.breaks > 0 {
            line = at;
        }
        match tokens.word(at) {
            "(" => open += 1,
            ")" => open = open.saturating_sub(1),
            _ => {}
        }
    }
    if from < tokens.len() {
        ends.push((from, tokens.len()));
    }
    ends
}

/// Whether the line that begins with token `at` goes on from the line that begins with `line`.
fn continues(tokens: &Tokens, line: usize, at: usize) -> bool {
    let list = &tokens.list;
    if at_marker(tokens, at) || matches!(tokens.word(at), "-" | "*" | "\u{2022}") {
        return false;
    }
    let last = tokens.word(at - 1);
    let long = list[at - 1].span.end - list[line].span.start >= WRAPPED_BYTES;
    let small = list[at].kind == TokenKind::Word && !list[at].capital;
    matches!(
        last,
        "," | ":" | "-" | "/" | "and" | "or" | "no" | "of" | "the" | "with"
    ) || small
        || (long && !matches!(last, "." | "!" | "?"))
}

/// Whether the token before ends a sentence.
fn after_stop(tokens: &Tokens, at: usize, abbreviations: &HashSet<String>) -> bool {
    let list = &tokens.list;
    let stop = tokens.word(at - 1);
    if !matches!(stop, "." | "!" | "?") || !list[at].spaced {
        return false;
    }
    if stop != "." || at < 2 {
        return true;
    }
    let before = list[at - 2];
    let word = tokens.word(at - 2);
    // `Dr. Smith`, `J. Smith`, `p.o. daily`, `1. Chest pain`: the dot belongs to the word.
    let initial = before.kind == TokenKind::Word && word.chars().count() == 1 && !word.eq("a");
    let marker = before.kind == TokenKind::Number && at_marker(tokens, at - 2);
    if list[at - 1].spaced || marker {
        return !marker;
    }
    let small = list[at].kind == TokenKind::Word && !list[at].capital;
    if initial && at >= 4 && tokens.word(at - 3) == "." && !list[at].capital {
        return false;
    }
    if abbreviations.contains(word) || small && initial {
        return false;
    }
    // A single capital letter before a capitalised word is somebody's initial.
    !(initial && before.upper && list[at].capital && at >= 3 && list[at - 3].capital)
}

/// Whether a list marker stands here: `1.`, `2)`, at the start of a line or after the end of
/// something; `a)` at the start of a line.
fn at_marker(tokens: &Tokens, at: usize) -> bool {
    let list = &tokens.list;
    let Some(close) = list.get(at + 1) else {
        return false;
    };
    let tight = !close.spaced
        && list
            .get(at + 2)
            .is_some_and(|t| t.spaced || t.kind == TokenKind::Word);
    let short = list[at].span.end - list[at].span.start <= 2;
    let number = list[at].kind == TokenKind::Number && short;
    let letter = list[at].kind == TokenKind::Word && list[at].span.end - list[at].span.start == 1;
    let starts = at == 0
        || list[at].breaks > 0
        || (list[at].spaced || tokens.word(at - 1) == ",")
            && matches!(tokens.word(at - 1), "." | "," | ":" | ";" | "?" | "!" | ")");
    match tokens.word(at + 1) {
        ")" => tight && list[at].spaced && (number || letter && list[at].breaks > 0),
        "." => tight && number && starts,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Language;

    fn check(text: &str, expected: &[&str]) {
        let language = Language::embedded().unwrap();
        let reading = language.read(text);
        let got: Vec<_> = reading.sentences().map(|s| s.of(text)).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn abbreviations_and_numbers_do_not_end_sentences() {
        check(
            "Seen by Dr. Adams at 2.5 h. Given p.o. fluids, approx. 2 L. Feels better.",
            &[
                "Seen by Dr. Adams at 2.5 h.",
                "Given p.o. fluids, approx. 2 L.",
                "Feels better.",
            ],
        );
    }

    #[test]
    fn list_markers_begin_sentences() {
        check(
            "1. Chest pain. 2. Anemia\n3) Gout",
            &["1. Chest pain.", "2. Anemia", "3) Gout"],
        );
        check(
            "Impression 1) trace varices 2) normal stomach (type 1) seen",
            &[
                "Impression",
                "1) trace varices",
                "2) normal stomach (type 1) seen",
            ],
        );
    }

    #[test]
    fn wrapped_lines_are_one_sentence() {
        check(
            "She denies fever, chills, night sweats and any other\nSystemic complaint.\nLungs clear\nNo edema",
            &[
                "She denies fever, chills, night sweats and any other\nSystemic complaint.",
                "Lungs clear",
                "No edema",
            ],
        );
    }

    #[test]
    fn headings_begin_sentences() {
        check(
            "alert,PLAN:,1. Rest.,2. Fluids.",
            &["alert,", "PLAN:,", "1. Rest.,", "2. Fluids."],
        );
    }
}
