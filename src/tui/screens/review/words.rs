//! The form in which a review is written, and what its answer says.

use crate::domain::review::{ReviewKind, ReviewOutcome, ReviewWords};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::show_lines;
use crate::tui::app::FieldValue;
use crate::tui::widgets::{Field, Form};
use jiff::tz::TimeZone;

/// Words of the choice that keeps a review unfinished.
const KEEP: &str = "keep it unfinished";
/// Words of the choice that signs.
const SIGN: &str = "sign: it never changes then";

/// A review being written: what the form offered, in its order. The first of each choice is what
/// the review says already, so that Enter keeps it.
#[derive(Default)]
pub struct Writing {
    kinds: Vec<ReviewKind>,
    outcomes: Vec<ReviewOutcome>,
}

/// `all` with `first` in front.
fn first<T: Copy + PartialEq>(all: &[T], first: T) -> Vec<T> {
    let mut out = vec![first];
    out.extend(all.iter().copied().filter(|v| *v != first));
    out
}

impl Writing {
    /// The form for a review that says this so far.
    pub fn form(&mut self, words: &ReviewWords, kinds: &[ReviewKind], zone: &TimeZone) -> Form {
        self.kinds = first(kinds, words.kind);
        self.outcomes = first(ReviewOutcome::ALL, words.outcome);
        let next = words
            .next
            .map_or(String::new(), |at| at.day(zone).to_string());
        // A field has one line: what a script wrote in several is joined.
        let findings: Vec<String> = show_lines(&words.findings)
            .into_iter()
            .map(|line| line.into_string())
            .collect();
        Form::new(vec![
            Field::text("Findings", false).with_text(&findings.join(" ")),
            Field::choice("Outcome", self.outcomes.iter().map(|o| o.title())),
            Field::choice("Occasion", self.kinds.iter().map(|k| k.title())),
            Field::date("Next review", false).with_text(&next),
            Field::choice("Then", [KEEP, SIGN]),
        ])
    }

    /// What the form says: the words, and whether to sign.
    pub fn answer(&self, fields: &[FieldValue], zone: &TimeZone) -> Option<(ReviewWords, bool)> {
        let [findings, outcome, kind, next, then] = fields else {
            return None;
        };
        let at = |field: &FieldValue| field.number.and_then(|n| usize::try_from(n).ok());
        let words = ReviewWords {
            kind: *self.kinds.get(at(kind)?)?,
            findings: Untrusted::new(findings.text.trim()),
            outcome: *self.outcomes.get(at(outcome)?)?,
            next: next.day.map(|day| Instant::start_of(day, zone)),
        };
        Some((words, at(then)? == 1))
    }
}
