//! Whether a finding is present, when, and whose it is (the NegEx and ConText family).
//!
//! A *trigger* (`no`, `history of`, `if`, `mother`) says something of the findings in its
//! *scope*: from the trigger in the direction it looks, item by item of a list, until an
//! *ending* (`but`, `presents with`) or the end of the sentence. The nearest trigger decides,
//! for polarity, time and person each. All phrases are data (`data/assertion.toml`). Never
//! judges whether a word is a finding. Start reading at [`scope`], then [`rules`].

mod rules;
mod scope;

use super::token::Span;
pub use rules::Rules;
pub use scope::{Context, Sentence};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Whether it is there.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    /// Stated.
    #[default]
    Affirmed,
    /// Denied.
    Negated,
    /// Thought possible.
    Uncertain,
}

/// When.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Time {
    /// Now, or in this stay.
    #[default]
    Current,
    /// Before.
    Historical,
    /// Perhaps one day: a condition, a risk, a precaution.
    Hypothetical,
}

/// Whose.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// The patient's.
    #[default]
    Patient,
    /// Somebody else's: a relative's, a donor's.
    Other,
}

impl Polarity {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Affirmed => "affirmed",
            Self::Negated => "negated",
            Self::Uncertain => "uncertain",
        }
    }
}

impl Time {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Historical => "historical",
            Self::Hypothetical => "hypothetical",
        }
    }
}

impl Who {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Other => "other",
        }
    }
}

/// What decided one part of an assertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Id of the rule in `assertion.toml`, or `section.` and the kind of section.
    pub rule: Arc<str>,
    /// The words that decided, in the text: a trigger, or the heading of the section.
    pub trigger: Span,
    /// The stretch of text the trigger speaks of.
    pub scope: Span,
    /// The ending that stopped it; `None` at the end of the sentence or of its reach.
    pub ended_by: Option<Span>,
}

/// What is said of a finding, and by which words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Assertion {
    /// Whether it is there.
    pub polarity: Polarity,
    /// When.
    pub time: Time,
    /// Whose.
    pub who: Who,
    /// What decided the polarity; `None` if nothing spoke against plain statement.
    pub polarity_by: Option<Reason>,
    /// What decided the time.
    pub time_by: Option<Reason>,
    /// What decided the person.
    pub who_by: Option<Reason>,
}

impl Assertion {
    /// The first reason, in the order polarity, time, person: the one a short line shows.
    pub fn reason(&self) -> Option<&Reason> {
        let by = self.polarity_by.as_ref().or(self.time_by.as_ref());
        by.or(self.who_by.as_ref())
    }
}
