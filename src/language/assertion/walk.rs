//! The walk from a finding outward: what it has met, and how to look things up on the way.

use super::super::matcher::Found;
use super::super::section::{Heading, OTHER};
use super::super::token::{TokenKind, Tokens};
use super::rules::{POLARITY, QUESTIONS, WHO};

/// A trigger that reaches the finding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub(super) mark: Found,
    pub(super) rule: usize,
    pub(super) distance: usize,
}

/// What a walk has met.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) heard: [Option<Heard>; QUESTIONS],
    pub(super) closed: [bool; QUESTIONS],
    pub(super) item_words: usize,
    pub(super) longest_item: usize,
    pub(super) words: usize,
    pub(super) comma: bool,
    pub(super) separator: bool,
}

impl Walk {
    pub(super) fn done(&self) -> bool {
        self.closed.iter().all(|&c| c)
    }

    /// Steps over a token that is no trigger.
    pub(super) fn step(&mut self, tokens: &Tokens, at: usize) {
        let word = tokens.word(at);
        let comma = matches!(word, "," | ";");
        if comma || matches!(word, "and" | "or" | "nor" | "/" | "&") {
            self.longest_item = self.longest_item.max(self.item_words);
            self.item_words = 0;
            self.comma |= comma;
            self.separator = true;
        } else if tokens.list[at].kind != TokenKind::Mark {
            self.item_words += 1;
            self.words += 1;
        }
        if word == ";" {
            self.closed[POLARITY] = true;
            self.closed[WHO] = true;
        }
    }
}

/// The mark that holds a token.
pub(super) fn covering(marks: &[Found], at: usize) -> Option<Found> {
    let next = marks.partition_point(|m| m.to <= at);
    marks.get(next).copied().filter(|m| m.from <= at)
}

pub(super) fn ending_at(marks: &[Found], at: usize) -> Option<Found> {
    let next = marks.partition_point(|m| m.to < at);
    marks.get(next).copied().filter(|m| m.to == at)
}

pub(super) fn starting_at(marks: &[Found], at: usize) -> Option<Found> {
    let next = marks.partition_point(|m| m.from < at);
    marks.get(next).copied().filter(|m| m.from == at)
}

/// The heading whose title or colon holds a token.
pub(super) fn heading_at(headings: &[Heading], at: usize) -> Option<&Heading> {
    let next = headings.partition_point(|h| h.body <= at);
    headings.get(next).filter(|h| h.from <= at)
}

/// Whether a token is part of a heading of a known kind.
pub(super) fn titled(headings: &[Heading], at: usize) -> bool {
    heading_at(headings, at).is_some_and(|h| &*h.kind != OTHER)
}
