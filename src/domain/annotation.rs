//! What a document's text says, read once and kept: its sections, what is said of the words in
//! it, and the values stated. Spans are bytes of the text.

use super::named::named_enum;
use serde::{Deserialize, Serialize};

named_enum! {
    /// What is said of words that are not plainly stated to be so now.
    pub enum Said {
        /// Denied.
        Negated = "negated",
        /// Thought possible.
        Uncertain = "uncertain",
        /// Of the past.
        Historical = "history",
        /// A condition, a risk, a precaution.
        Hypothetical = "hypothetical",
        /// Of somebody else: a relative, a donor.
        Family = "family",
    }
}

/// A section of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionSpan {
    /// Kind of section (`assessment`, `plan`), a name of the language's list.
    pub kind: String,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// A stretch of text of which the same is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidSpan {
    /// What.
    pub said: Said,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// What a text says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// Sections, in order, without overlap.
    pub sections: Vec<SectionSpan>,
    /// Stretches not plainly affirmed, in order within each [`Said`], without overlap there.
    pub said: Vec<SaidSpan>,
    /// Values stated, as `name number` (`creatinine 2.1`), each once.
    pub values: Vec<String>,
}
