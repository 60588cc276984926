//! The life of a query after it was written: answer, escalation, reconciliation.

use super::ids::{DocumentId, ProviderId, UserId};
use super::named::named_enum;
use super::time::Instant;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

named_enum! {
    /// What an answer amounts to (domain reference §6). What counts as what is the department's to
    /// say (`query_ladder.toml`).
    pub enum AnswerKind {
        /// An offered, clinically supported option was chosen.
        Agree = "agree",
        /// It is denied: "no" to a yes/no question, an option that rules it out.
        Disagree = "disagree",
        /// Something else, in the provider's words.
        Other = "other",
        /// It cannot be determined.
        Unable = "unable",
    }
}

impl AnswerKind {
    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Agree => "an offered option",
            Self::Disagree => "denied",
            Self::Other => "other",
            Self::Unable => "unable to determine",
        }
    }
}

/// An answer as it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenAnswer {
    /// The option chosen, by its place in the query, from 0.
    pub option: Option<usize>,
    /// The provider's own words: what "other" is, or the answer to an open question.
    pub words: Untrusted,
    /// A comment beside the answer.
    pub comment: Untrusted,
}

/// An answer as it is kept; it never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryAnswer {
    /// What it amounts to.
    pub kind: AnswerKind,
    /// The option chosen, by its place in the query, from 0.
    pub option: Option<usize>,
    /// The provider's own words.
    pub words: Untrusted,
    /// The comment.
    pub comment: Untrusted,
    /// Who signed it; for a verbal query who took it down.
    pub by: UserId,
}

/// A compliance finding was overruled when the query was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overruled {
    /// The rules that blocked (`L4`).
    pub rules: Vec<String>,
    /// Why.
    pub reason: Untrusted,
    /// The supervisor.
    pub by: UserId,
}

/// What became of an answer in the record. In words: never money.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// The document in which the answer is documented; `None` where nothing had to be.
    pub document: Option<DocumentId>,
    /// The final codes.
    pub codes: Untrusted,
    /// The effect on the record.
    pub effect: Untrusted,
}

/// How far the escalation of an unanswered query has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Steps taken since the present provider was asked.
    pub level: i64,
    /// Id of the last step taken; empty for none.
    pub step: String,
    /// When it was taken.
    pub taken: Option<Instant>,
}

named_enum! {
    /// What a step of the escalation ladder does.
    pub enum EscalationKind {
        /// The provider is reminded.
        Reminder = "reminder",
        /// Somebody else is told.
        Escalation = "escalation",
        /// The query may stay unanswered: it expires.
        Expiry = "expiry",
    }
}

/// A change of an issued query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QueryChange {
    /// Another provider is asked; the escalation begins anew.
    Redirect {
        /// Whom.
        provider: ProviderId,
        /// When their answer is due.
        due: Instant,
        /// Why.
        reason: Untrusted,
    },
    /// The next step of the ladder is taken now.
    Escalate {
        /// Why.
        reason: Untrusted,
    },
    /// It may stay unanswered.
    Expire {
        /// Why.
        reason: Untrusted,
    },
    /// The answering provider owes an addendum that documents the answer.
    RequestAddendum {
        /// The document to add to; `None` is their newest of this visit.
        document: Option<DocumentId>,
        /// What to add.
        comment: Untrusted,
    },
    /// The answer is documented and the codes are final.
    Reconcile(Reconciliation),
    /// Nothing more is to be done.
    Close {
        /// A comment.
        comment: Untrusted,
    },
}

impl QueryChange {
    /// The action's name in history and audit.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Redirect { .. } => "query.redirect",
            Self::Escalate { .. } => "query.escalate",
            Self::Expire { .. } => "query.expire",
            Self::RequestAddendum { .. } => "query.addendum",
            Self::Reconcile(_) => "query.reconcile",
            Self::Close { .. } => "query.close",
        }
    }
}

/// A query that was asked by word of mouth, recorded afterwards to the same standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verbal {
    /// Who was asked.
    pub provider: ProviderId,
    /// When.
    pub asked: Instant,
    /// What was answered.
    pub answer: GivenAnswer,
}

/// What comes next for a query that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    /// Its title.
    pub title: String,
    /// Who is told.
    pub who: String,
    /// When; `None` while the provider is away and nobody knows until when.
    pub at: Option<Instant>,
}

/// Where a query stands on the ladder, in words for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryStanding {
    /// Title of the last step taken; empty for none.
    pub last: String,
    /// What comes next, if anything does.
    pub next: Option<NextStep>,
}
