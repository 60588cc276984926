//! Queries to providers: structured evidence, options, life cycle.

use super::ids::{DocumentId, EncounterId, ProviderId, QueryId, UserId};
use super::named::named_enum;
use super::query_life::{Escalation, Overruled, QueryAnswer, Reconciliation};
use super::time::{Instant, Moment};
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

named_enum! {
    /// Form of a query.
    pub enum QueryFormat {
        /// Options to choose from.
        MultipleChoice = "multiple_choice",
        /// Open question.
        Open = "open",
        /// Yes or no.
        YesNo = "yes_no",
        /// Asked by word of mouth and recorded afterwards.
        Verbal = "verbal",
    }
}

named_enum! {
    /// Where a query stands (domain reference §6).
    pub enum QueryState {
        /// Being written.
        Draft = "draft",
        /// Sent; text immutable.
        Issued = "issued",
        /// Answered.
        Responded = "responded",
        /// Documented in the record, codes final.
        Reconciled = "reconciled",
        /// Closed.
        Closed = "closed",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// Not answered in time.
        Expired = "expired",
    }
}

named_enum! {
    /// Kind of a cited indicator.
    pub enum IndicatorKind {
        /// Laboratory value.
        Laboratory = "laboratory",
        /// Vital sign.
        VitalSign = "vital_sign",
        /// Medication.
        Medication = "medication",
        /// Procedure.
        Procedure = "procedure",
        /// Words of a document.
        Document = "document",
        /// A coded diagnosis.
        Diagnosis = "diagnosis",
        /// Anything else.
        Other = "other",
    }
}

/// A clinical indicator cited in a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Kind.
    pub kind: IndicatorKind,
    /// The fact, with value and unit.
    pub text: Untrusted,
    /// When.
    pub date: Option<Moment>,
    /// The document it stands in, if it stands in one.
    pub document: Option<DocumentId>,
    /// Name of the source ("Progress note 2026-03-20", "Laboratory").
    pub source: Untrusted,
    /// Whether it belongs to an earlier visit.
    pub prior: bool,
    /// The value as it is shown in [`Indicator::text`]; empty if it is none.
    #[serde(default)]
    pub value: Untrusted,
    /// Its unit.
    #[serde(default)]
    pub unit: Untrusted,
    /// Line of the document's text, from 1; 0 if it is not known or stands in none.
    #[serde(default)]
    pub line: i64,
}

impl Default for Indicator {
    fn default() -> Self {
        Self {
            kind: IndicatorKind::Other,
            text: Untrusted::default(),
            date: None,
            document: None,
            source: Untrusted::default(),
            prior: false,
            value: Untrusted::default(),
            unit: Untrusted::default(),
            line: 0,
        }
    }
}

/// The words of a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryText {
    /// What it is about (`aki`); empty if no template or opportunity says so.
    #[serde(default)]
    pub topic: String,
    /// Title.
    pub title: Untrusted,
    /// Form.
    pub format: QueryFormat,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Question.
    pub body: Untrusted,
    /// Options, for multiple choice.
    pub options: Vec<Untrusted>,
    /// Id of the template it began with; empty if it began with none.
    #[serde(default)]
    pub template: String,
    /// The opportunity rule it asks about; empty if it asks about none.
    #[serde(default)]
    pub rule: String,
}

impl Default for QueryText {
    fn default() -> Self {
        Self {
            topic: String::new(),
            title: Untrusted::default(),
            format: QueryFormat::MultipleChoice,
            indicators: Vec::new(),
            body: Untrusted::default(),
            options: Vec::new(),
            template: String::new(),
            rule: String::new(),
        }
    }
}

/// A query as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Row identity.
    pub id: QueryId,
    /// Row version.
    pub version: i64,
    /// The visit it is about.
    pub encounter: EncounterId,
    /// State.
    pub state: QueryState,
    /// Who is asked.
    pub provider: Option<ProviderId>,
    /// Who asks.
    pub author: UserId,
    /// The words.
    pub text: QueryText,
    /// When the draft was last saved.
    pub saved: Instant,
    /// When it was issued.
    pub issued: Option<Instant>,
    /// When the answer is due.
    pub due: Option<Instant>,
    /// When the present provider was asked: at issue, or when it was redirected last.
    pub asked: Option<Instant>,
    /// How often it was redirected.
    pub redirects: i64,
    /// How far its escalation has come.
    pub escalation: Escalation,
    /// The answer in words, once given.
    pub answer: Untrusted,
    /// When it was answered.
    pub answered: Option<Instant>,
    /// The answer by its parts; `None` also for answers older than format 7 of the store.
    pub response: Option<QueryAnswer>,
    /// What became of the answer in the record.
    pub outcome: Option<Reconciliation>,
    /// When it was reconciled.
    pub reconciled: Option<Instant>,
    /// When it was withdrawn, expired or was closed.
    pub ended: Option<Instant>,
    /// Compliance findings overruled at issue.
    pub overruled: Option<Overruled>,
}

impl Query {
    /// A draft without a row.
    pub fn draft(encounter: EncounterId, author: UserId, text: QueryText, saved: Instant) -> Self {
        Self {
            id: QueryId(0),
            version: 0,
            encounter,
            state: QueryState::Draft,
            provider: None,
            author,
            text,
            saved,
            issued: None,
            due: None,
            asked: None,
            redirects: 0,
            escalation: Escalation::default(),
            answer: Untrusted::default(),
            answered: None,
            response: None,
            outcome: None,
            reconciled: None,
            ended: None,
            overruled: None,
        }
    }
}

/// An earlier version of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryVersion {
    /// Number, from 1, growing.
    pub number: i64,
    /// When it was saved.
    pub at: Instant,
    /// Who was to be asked.
    pub provider: Option<ProviderId>,
    /// The words.
    pub text: QueryText,
}

named_enum! {
    /// Level of a lint finding.
    pub enum LintLevel {
        /// The query cannot be issued.
        Block = "block",
        /// It can, after a look.
        Warn = "warn",
        /// For information.
        Info = "info",
    }
}

/// One finding of the compliance lint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LintFinding {
    /// Rule (`L1`).
    pub rule: String,
    /// Level.
    pub level: LintLevel,
    /// Field: `title`, `body`, `options`, `indicators`.
    pub field: String,
    /// Byte offset of the first offending byte in the field (options: joined by newline).
    pub start: usize,
    /// Byte offset behind the last.
    pub end: usize,
    /// Why, in words.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
}
