//! Query opportunities: indicators in a chart without the diagnosis that would explain them.
//!
//! An opportunity asks a person to look; it never says that a diagnosis is there.

use super::ids::{DocumentId, EncounterId, ObservationId};
use super::query::{IndicatorKind, QueryState};
use super::time::{Instant, Moment};
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

/// One fact that speaks for a criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Kind.
    pub kind: IndicatorKind,
    /// What it is: the test, the drug, the words looked for.
    pub name: Untrusted,
    /// The number, if it is one, in [`Evidence::unit`].
    pub value: Option<f64>,
    /// The value in words: as reported, the dose, the sentence of the note.
    pub text: Untrusted,
    /// Unit the value was reported in.
    pub unit: Untrusted,
    /// When.
    pub at: Option<Moment>,
    /// The document it stands in, if it stands in one.
    pub document: Option<DocumentId>,
    /// First byte of the words in the document's text.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
    /// Line of the document's text, from 1; 0 if it stands in no document.
    #[serde(default)]
    pub line: i64,
    /// Where it comes from, in words.
    pub source: String,
    /// Whether it belongs to an earlier visit.
    pub prior: bool,
}

/// Something worth asking about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opportunity {
    /// Topic (`aki`).
    pub topic: String,
    /// Rule (`aki-kdigo`).
    pub rule: String,
    /// Version of the rule.
    pub rule_version: i64,
    /// Title that names no diagnosis.
    pub title: String,
    /// The criterion met, in words.
    pub criterion: String,
    /// Where the criterion is published.
    pub source: Vec<String>,
    /// 1 to 99; more is sooner.
    pub rank: i64,
    /// Why it is ranked there, in words.
    pub rank_why: String,
    /// The facts.
    pub evidence: Vec<Evidence>,
    /// Template that asks about it, if there is one.
    pub template: String,
    /// What that template is called in a list of templates.
    #[serde(default)]
    pub template_name: String,
}

/// An opportunity a person set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissal {
    /// The visit.
    pub encounter: EncounterId,
    /// The rule.
    pub rule: String,
    /// Why.
    pub reason: Untrusted,
    /// Login of who did it.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// An opportunity as it is kept for the worklist: found when its stay was looked at last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityRow {
    /// The visit.
    pub encounter: EncounterId,
    /// The rule.
    pub rule: String,
    /// Its topic.
    pub topic: String,
    /// Title that names no diagnosis.
    pub title: String,
    /// 1 to 99; more is sooner.
    pub rank: i64,
    /// How many facts speak for it.
    pub facts: i64,
    /// Patient's name.
    pub patient_name: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Visit number.
    pub visit: Untrusted,
    /// Name of the service; empty if it is not known.
    pub service_name: Untrusted,
    /// When the visit began.
    pub admitted: Option<Moment>,
    /// When it ended; `None` in house.
    pub discharged: Option<Moment>,
    /// State of the newest query about it, if one was begun.
    pub query: Option<QueryState>,
}

/// What of the worklist of opportunities is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpportunityFilter {
    /// Only this topic.
    pub topic: Option<String>,
    /// Only stays of the service of this name.
    pub service: Option<Untrusted>,
    /// Only of this rank and above.
    pub min_rank: i64,
}

/// The worklist of opportunities, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpportunityPage {
    /// The first of them.
    pub rows: Vec<OpportunityRow>,
    /// How many there are in all.
    pub total: i64,
    /// How many of each topic, most first, whatever topic is wanted.
    pub topics: Vec<(String, i64)>,
    /// How many of each service, most first, whatever service is wanted.
    pub services: Vec<(Untrusted, i64)>,
    /// Stays that changed and have not been looked at again.
    pub unseen: i64,
}

/// One creatinine and what KDIGO makes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreatininePoint {
    /// The observation.
    pub observation: ObservationId,
    /// The visit, if it belongs to one.
    pub encounter: Option<EncounterId>,
    /// When it was taken.
    pub at: Instant,
    /// Value in mg/dL.
    pub mg_dl: f64,
    /// Lowest value of the 48 hours before, if there is one.
    pub low_48h: Option<f64>,
    /// Lowest value of the 7 days before, if there is one.
    pub low_7d: Option<f64>,
    /// Stage 0 to 3 by creatinine.
    pub stage: i64,
}

/// What a rule made of a stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The rule.
    pub rule: String,
    /// Its topic.
    pub topic: String,
    /// Whether the published criterion alone is met.
    pub plain: bool,
    /// Whether the criterion is met and worth asking about.
    pub met: bool,
    /// What answers it already, in words; empty if nothing does.
    pub answered: String,
    /// In words, why nothing is asked (or empty).
    pub why_not: String,
}

/// A measurement that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unused {
    /// The observation.
    pub observation: ObservationId,
    /// What it measures.
    pub measure: String,
    /// Why it was not used.
    pub reason: String,
}
