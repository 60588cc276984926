//! Numbers as notes write them, and the words that lead to them.

use super::token::{TokenKind, Tokens};
use serde::Serialize;

/// Most words between what is measured and its value.
const MOST_BETWEEN: usize = 4;

/// How a value is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparator {
    /// It is the value.
    Exactly,
    /// It is less.
    Below,
    /// It is more.
    Above,
}

/// Steps from a name to its value over what may stand between.
pub(super) fn lead(tokens: &Tokens, from: usize) -> Option<(usize, Comparator)> {
    let mut comparator = Comparator::Exactly;
    let most = (from + MOST_BETWEEN + 1).min(tokens.len());
    for at in from..most {
        if tokens.list[at].kind == TokenKind::Number
            || tokens.word(at).starts_with(|c: char| c.is_ascii_digit())
        {
            return Some((at, comparator));
        }
        match tokens.word(at) {
            "<" | "\u{2264}" | "below" | "under" => comparator = Comparator::Below,
            ">" if at > from && tokens.word(at - 1) == "-" => {}
            ">" | "\u{2265}" | "above" | "over" => comparator = Comparator::Above,
            "less" => comparator = Comparator::Below,
            "greater" | "more" => comparator = Comparator::Above,
            "is" | "was" | "of" | "at" | "to" | "from" | ":" | "=" | "-" | "level" | "count"
            | "(" | "now" | "today" | "than" | "then" | "currently" | "~" | "up" | "down"
            | "peaked" | "rose" | "fell" | "improved" | "increased" | "decreased" | "elevated"
            | "stable" | "back" | "approximately" | "about" | "around" | "high" | "low"
            | "initial" | "repeat" | "were" | "on" => {}
            _ => return None,
        }
    }
    None
}

/// A number as written; thousands separators are commas before three digits.
pub(super) fn number(written: &str) -> Option<f64> {
    let written = written.trim_end_matches(['.', ',']);
    let plain: String = match written.split_once(',') {
        Some((_, rest)) if rest.split(',').all(|part| part.len() == 3) => written.replace(',', ""),
        Some(_) => return None,
        None => written.to_owned(),
    };
    plain.parse().ok().filter(|v: &f64| v.is_finite())
}
