//! A parsed query. Lossless: every node knows the bytes it came from, groups are kept, and what
//! lies between the nodes of a query is only space and the signs that join them.
//!
//! Text in the tree is [`Untrusted`]: it prints as a placeholder.

use super::Span;
use super::date::Days;
use crate::domain::untrusted::Untrusted;

/// A query: never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The tree.
    pub root: Node,
}

/// A part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it was typed.
    pub span: Span,
    /// What it says.
    pub kind: NodeKind,
}

/// What a part of a query says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Every part must hold; two or more.
    All(Vec<Node>),
    /// At least one part must hold; two or more.
    Any(Vec<Node>),
    /// The part must not hold.
    Not(Box<Node>),
    /// In parentheses.
    Group(Box<Node>),
    /// A word; one of several terms (`x-ray`) is a phrase.
    Word(Untrusted),
    /// The beginning of a word, without its star.
    Prefix(Untrusted),
    /// Words in quotes, in this order and adjacent.
    Phrase(Untrusted),
    /// A condition on a field.
    Field {
        /// Which.
        field: Field,
        /// Where its value was typed.
        value_span: Span,
        /// What it must be.
        value: Value,
    },
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, in quotes or not.
    Text(Untrusted),
    /// The beginning of a text, without its star.
    Prefix(Untrusted),
    /// Days.
    Days(Days),
}

/// Fields that can be named, in search, in queue filters or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Kind or title of a document; type code of a deficiency.
    Type,
    /// Author.
    Author,
    /// Medical record number.
    Mrn,
    /// Day or days of a document.
    Date,
    /// Visit number.
    Visit,
    /// Patient's name.
    Name,
    /// Service.
    Service,
    /// Who owes a deficiency.
    Owner,
    /// Class of the visit.
    Class,
    /// State of a deficiency.
    State,
    /// Whether a deficiency is late.
    Late,
}

impl Field {
    /// The fields of a search.
    pub const SEARCH: &'static [Self] = &[
        Self::Type,
        Self::Author,
        Self::Mrn,
        Self::Date,
        Self::Visit,
        Self::Name,
        Self::Service,
    ];

    /// The fields of a queue filter.
    pub const QUEUE: &'static [Self] = &[
        Self::Type,
        Self::Owner,
        Self::Service,
        Self::Class,
        Self::State,
        Self::Mrn,
        Self::Visit,
        Self::Late,
    ];

    /// The name as typed before the colon.
    pub fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Author => "author",
            Self::Mrn => "mrn",
            Self::Date => "date",
            Self::Visit => "visit",
            Self::Name => "name",
            Self::Service => "service",
            Self::Owner => "owner",
            Self::Class => "class",
            Self::State => "state",
            Self::Late => "late",
        }
    }
}
