//! A parsed query. Lossless: every node knows the bytes it came from, groups are kept, and what
//! lies between the nodes of a query is only space and the signs that join them.
//!
//! Text in the tree is [`Untrusted`]: it prints as a placeholder.

use super::Span;
use super::date::Days;
use super::number::Numbers;
use crate::domain::annotation::Said;
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
    /// A word as it may be misspelt, without its tilde.
    Fuzzy {
        /// The word.
        word: Untrusted,
        /// Letters that may differ, if it was said.
        edits: Option<u8>,
    },
    /// Words in quotes, in this order and adjacent.
    Phrase(Untrusted),
    /// Words in quotes near each other, in any order.
    Near {
        /// The words.
        words: Untrusted,
        /// Words that may stand between them, in all.
        gap: u32,
    },
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
    /// Words near each other.
    Near(Untrusted, u32),
    /// Days.
    Days(Days),
    /// Numbers.
    Numbers(Numbers),
}

/// Fields that can be named, in search, in queue filters or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Kind or title of a document; type code of a deficiency.
    Type,
    /// Author.
    Author,
    /// Service.
    Service,
    /// Facility.
    Facility,
    /// Class of the visit.
    Class,
    /// Medical record number.
    Mrn,
    /// Patient's name.
    Name,
    /// Visit number.
    Visit,
    /// Day or days of a document.
    Date,
    /// Day or days the visit began.
    Admitted,
    /// Day or days the visit ended.
    Discharged,
    /// Documents that have a section.
    Section,
    /// The words beside it stand in a section.
    In,
    /// How far a document's authentication has come.
    Status,
    /// Code of a diagnosis or procedure of the visit.
    Code,
    /// Named list it stands on.
    List,
    /// Patient's age in years on the day of the document.
    Age,
    /// Patient's sex.
    Sex,
    /// Words that are plainly stated.
    Affirmed,
    /// Words that are denied.
    Negated,
    /// Words that are thought possible.
    Uncertain,
    /// Words that are of the past.
    History,
    /// Words that are a condition or a risk.
    Hypothetical,
    /// Words that are of a relative.
    Family,
    /// Who owes a deficiency.
    Owner,
    /// State of a deficiency.
    State,
    /// Whether a deficiency is late.
    Late,
    /// Day or days a deficiency is due.
    Due,
    /// Day or days a deficiency was found or added.
    Opened,
    /// Day or days a deficiency was closed.
    Closed,
    /// The day at the end of which a deficiency was owed.
    Owed,
    /// Payer of a stay.
    Payer,
    /// Length of a stay in days.
    Los,
    /// Priority of a stay on the worklist of documentation integrity.
    Priority,
}

/// What the value of a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueShape {
    /// Words of a text.
    Words,
    /// Words of a document's text, also near each other.
    TextWords,
    /// Days.
    Days,
    /// Numbers.
    Numbers,
    /// One of a few names.
    Choice,
}

impl Field {
    /// The fields of a search.
    pub const SEARCH: &'static [Self] = &[
        Self::Type,
        Self::Author,
        Self::Service,
        Self::Facility,
        Self::Class,
        Self::Mrn,
        Self::Name,
        Self::Visit,
        Self::Date,
        Self::Admitted,
        Self::Discharged,
        Self::Section,
        Self::In,
        Self::Status,
        Self::Code,
        Self::List,
        Self::Age,
        Self::Sex,
        Self::Affirmed,
        Self::Negated,
        Self::Uncertain,
        Self::History,
        Self::Hypothetical,
        Self::Family,
    ];

    /// The fields of a queue filter.
    pub const QUEUE: &'static [Self] = &[
        Self::Type,
        Self::Owner,
        Self::State,
        Self::Late,
        Self::Due,
        Self::Opened,
        Self::Closed,
        Self::Owed,
        Self::Service,
        Self::Facility,
        Self::Class,
        Self::Name,
        Self::Mrn,
        Self::Visit,
        Self::Admitted,
        Self::Discharged,
        Self::List,
    ];

    /// The fields of a filter of the worklist of documentation integrity.
    pub const REVIEW: &'static [Self] = &[
        Self::Payer,
        Self::Service,
        Self::Facility,
        Self::Class,
        Self::Los,
        Self::Priority,
        Self::Owner,
        Self::Name,
        Self::Mrn,
        Self::Visit,
        Self::Admitted,
        Self::Discharged,
    ];

    /// The name as typed before the colon.
    pub fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Author => "author",
            Self::Service => "service",
            Self::Facility => "facility",
            Self::Class => "class",
            Self::Mrn => "mrn",
            Self::Name => "name",
            Self::Visit => "visit",
            Self::Date => "date",
            Self::Admitted => "admitted",
            Self::Discharged => "discharged",
            Self::Section => "section",
            Self::In => "in",
            Self::Status => "status",
            Self::Code => "code",
            Self::List => "list",
            Self::Age => "age",
            Self::Sex => "sex",
            Self::Affirmed => "affirmed",
            Self::Negated => "negated",
            Self::Uncertain => "uncertain",
            Self::History => "history",
            Self::Hypothetical => "hypothetical",
            Self::Family => "family",
            Self::Owner => "owner",
            Self::State => "state",
            Self::Late => "late",
            Self::Due => "due",
            Self::Opened => "opened",
            Self::Closed => "closed",
            Self::Owed => "owed",
            Self::Payer => "payer",
            Self::Los => "los",
            Self::Priority => "priority",
        }
    }

    /// What it is for, in a few words.
    pub fn help(self) -> &'static str {
        match self {
            Self::Type => "kind or title of a document, type of an item",
            Self::Author => "who wrote it",
            Self::Service => "service of the visit",
            Self::Facility => "facility of the visit",
            Self::Class => "class of the visit",
            Self::Mrn => "medical record number",
            Self::Name => "patient's name",
            Self::Visit => "visit number",
            Self::Date => "day or days of the document",
            Self::Admitted => "when the visit began",
            Self::Discharged => "when the visit ended",
            Self::Section => "documents that have this section",
            Self::In => "the words beside it stand in this section",
            Self::Status => "how far it is signed",
            Self::Code => "code of a diagnosis or procedure of the visit",
            Self::List => "your named list it stands on and is open",
            Self::Age => "age on the day of the document",
            Self::Sex => "patient's sex",
            Self::Affirmed => "words plainly stated",
            Self::Negated => "words denied",
            Self::Uncertain => "words thought possible",
            Self::History => "words of the past",
            Self::Hypothetical => "words of a condition or risk",
            Self::Family => "words said of a relative",
            Self::Owner => "who owes it; of a stay, the attending",
            Self::State => "state of the deficiency",
            Self::Late => "whether it is late",
            Self::Due => "day or days it is due",
            Self::Opened => "day or days it was found or added",
            Self::Closed => "day or days it was closed",
            Self::Owed => "owed at the end of that day",
            Self::Payer => "payer of the stay",
            Self::Los => "length of the stay in days",
            Self::Priority => "priority on the worklist",
        }
    }

    /// What its value is.
    pub fn shape(self) -> ValueShape {
        match self {
            Self::Date | Self::Admitted | Self::Discharged | Self::Due => ValueShape::Days,
            Self::Opened | Self::Closed | Self::Owed => ValueShape::Days,
            Self::Age | Self::Los | Self::Priority => ValueShape::Numbers,
            Self::Class | Self::Sex | Self::Status | Self::Section | Self::In => ValueShape::Choice,
            Self::State | Self::Late => ValueShape::Choice,
            _ if self == Self::Affirmed || self.said().is_some() => ValueShape::TextWords,
            _ => ValueShape::Words,
        }
    }

    /// What must be said of its words, for the fields that ask for that.
    pub fn said(self) -> Option<Said> {
        match self {
            Self::Negated => Some(Said::Negated),
            Self::Uncertain => Some(Said::Uncertain),
            Self::History => Some(Said::Historical),
            Self::Hypothetical => Some(Said::Hypothetical),
            Self::Family => Some(Said::Family),
            _ => None,
        }
    }
}
