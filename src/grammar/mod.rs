//! The query and filter language shared by search and queue.
//!
//! Owns how text typed by a person becomes a typed query ([`parse`]), a queue filter
//! ([`queue_filter`]) or a day ([`parse_day`]), and what a term of a text is ([`terms`]). It
//! never searches, reads no clock ("today" is an argument), never panics on any input, and its
//! errors point at characters without repeating them, because a query may name a patient.
//!
//! ```text
//! query  = all ( OR all )*
//! all    = part+                      every part must hold (AND may be written)
//! part   = ( "-" | NOT )* one
//! one    = "(" query ")" | field ":" value | "phrase" | "near words"~5 | word | prefix* | fuzzy~
//! field  = one of ast::Field::SEARCH
//! value  = text | "text" | days | numbers | one of a few names
//! ```
//!
//! Start reading at [`ast`], then `lexer` and `parser`.

pub mod ast;
mod complete;
mod date;
mod error;
mod lexer;
mod number;
mod parser;
mod queue;
mod review;
pub mod terms;
mod values;

pub use complete::{Completion, Completions, Wanted, complete, every_field, wanted};
pub use date::{DateProblem, Days, parse_day, parse_days};
pub use error::{GrammarError, Problem};
pub use number::{NumberProblem, Numbers, parse_numbers};
pub use parser::parse;
pub use queue::queue_filter;
pub use review::review_filter;
pub use values::{choice_is_meant, choices};

/// Longest query or filter taken, in bytes.
pub const MAX_QUERY_BYTES: usize = 4 * 1024;

/// A range of bytes in the text as typed; always on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

impl Span {
    /// From a first byte to the byte after the last.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// From the start of `self` to the end of `other`.
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start, other.end)
    }

    /// The text it covers; empty when it does not fit `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
