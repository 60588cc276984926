//! The delinquency ladder: what a provider is told, and when, until charts are complete.
//!
//! A [`ProviderStep`] is one dated step of one provider: proposed by a daily run from the rules,
//! decided by a supervisor. Nothing here decides; the rules are in `rules::ladder`.

use super::audit::HistoryEntry;
use super::deficiency::RuleRef;
use super::encounter::EncounterClass;
use super::ids::{DeficiencyId, EncounterId, LetterId, ProviderId, StepId, UserId};
use super::named::named_enum;
use super::time::{Instant, Moment};
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

mod letter;

pub use letter::{Letter, LetterCopy, LetterFiles, LetterFormat, LetterRequest, LetterRow};

named_enum! {
    /// What a step of the ladder is.
    pub enum StepKind {
        /// A first reminder.
        Notice = "notice",
        /// A warning.
        Warning = "warning",
        /// The charts are delinquent from now on.
        Delinquent = "delinquent",
        /// The last letter before suspension.
        FinalNotice = "final_notice",
        /// On the suspension list.
        Suspension = "suspension",
        /// Off the suspension list.
        Lifting = "lifting",
    }
}

impl StepKind {
    /// The words shown for it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Delinquent => "delinquent",
            Self::FinalNotice => "final notice",
            Self::Suspension => "suspension",
            Self::Lifting => "lifting",
        }
    }
}

named_enum! {
    /// Where a step stands.
    pub enum StepState {
        /// The daily run proposes it.
        Proposed = "proposed",
        /// A supervisor confirmed it: it is in force, its letter is ready.
        Confirmed = "confirmed",
        /// A supervisor set it aside, with a reason.
        Dismissed = "dismissed",
        /// Its reason went away before anyone decided.
        Withdrawn = "withdrawn",
    }
}

named_enum! {
    /// What kind of suspension it is. Only one that follows professional review, lasts more than
    /// 30 days and touches patient welfare is reportable to the NPDB (NPDB Insights, Dec 2017).
    pub enum SuspensionKind {
        /// Automatic or administrative, for incomplete records: not reportable.
        Administrative = "administrative",
        /// From professional review: may be reportable.
        ProfessionalReview = "professional_review",
    }
}

impl SuspensionKind {
    /// The words shown for it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Administrative => "administrative",
            Self::ProfessionalReview => "professional review",
        }
    }
}

/// What the ladder looks at of an open item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderItem {
    /// The item.
    pub deficiency: DeficiencyId,
    /// Type code.
    pub kind: String,
    /// Class of the visit.
    pub class: EncounterClass,
    /// Who owes it.
    pub owner: ProviderId,
    /// Whether the owner declined it and HIM has not answered.
    pub declined: bool,
    /// Start of its clock.
    pub start: Instant,
    /// Due.
    pub due: Instant,
    /// Closed holds, microseconds.
    pub excused_micros: i64,
    /// Start of the hold in force.
    pub held_since: Option<Instant>,
    /// Discharge, if the patient has left.
    pub discharged: Option<Moment>,
}

/// A step that was decided for an item: it is not taken again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenStep {
    /// The item.
    pub deficiency: DeficiencyId,
    /// Whose step it was.
    pub provider: ProviderId,
    /// The step's id in the ladder.
    pub step: String,
    /// Whether it was confirmed (else dismissed).
    pub confirmed: bool,
    /// When.
    pub decided: Instant,
}

/// A step of one provider: all a list shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderStep {
    /// Row identity.
    pub id: StepId,
    /// Row version, for refusing stale decisions.
    pub version: i64,
    /// Whose.
    pub provider: ProviderId,
    /// Their name, `FAMILY,GIVEN`.
    pub provider_name: Untrusted,
    /// The step's id in the ladder (`notice`).
    pub step: String,
    /// What it is.
    pub kind: StepKind,
    /// Its title in the ladder.
    pub title: String,
    /// The ladder and its version.
    pub rule: RuleRef,
    /// Where it stands.
    pub state: StepState,
    /// When the first of its items had reached it.
    pub reached: Instant,
    /// When it was proposed.
    pub proposed: Instant,
    /// When it was decided (or withdrawn), if it was.
    pub decided: Option<Instant>,
    /// By whom.
    pub decided_by: Option<UserId>,
    /// Their name; empty if nobody has.
    pub decided_by_name: Untrusted,
    /// When a suspension was lifted, if it was.
    pub ended: Option<Instant>,
    /// What kind of suspension, for suspensions.
    pub suspension: Option<SuspensionKind>,
    /// Items it is about.
    pub items: i64,
    /// Chargeable days of the oldest of them when it was proposed.
    pub oldest_days: i64,
    /// Its letter, once confirmed and if the ladder has one for it.
    pub letter: Option<LetterId>,
    /// Why it was dismissed, or a comment.
    pub reason: Untrusted,
}

/// An item a step is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepItem {
    /// The item.
    pub deficiency: DeficiencyId,
    /// Its type code.
    pub kind: String,
    /// Its visit.
    pub encounter: EncounterId,
    /// Visit number.
    pub visit: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Patient name, `FAMILY,GIVEN`.
    pub patient_name: Untrusted,
    /// Class of the visit.
    pub class: EncounterClass,
    /// When it had reached the step.
    pub reached: Instant,
    /// Whether it is still owed by this provider.
    pub open: bool,
}

/// A step with everything about it.
#[derive(Clone, Debug, PartialEq)]
pub struct StepDetail {
    /// The step.
    pub step: ProviderStep,
    /// What it is about, oldest first.
    pub items: Vec<StepItem>,
    /// History, newest first.
    pub history: Vec<HistoryEntry>,
}

/// Which steps a list asks for, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepRequest {
    /// Only in this state.
    pub state: Option<StepState>,
    /// Only of this kind.
    pub kind: Option<StepKind>,
    /// Only of this provider.
    pub provider: Option<ProviderId>,
    /// Only suspensions in force.
    pub in_force: bool,
    /// Steps older than this one: the last of the page before.
    pub before: Option<StepId>,
    /// At most so many.
    pub limit: usize,
}

/// What a supervisor decides about proposed steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepDecision {
    /// It takes effect; its letter is made.
    Confirm {
        /// For suspensions: which kind (default: what the ladder says).
        suspension: Option<SuspensionKind>,
        /// A comment.
        comment: Untrusted,
    },
    /// It is set aside; it is not proposed again for these items.
    Dismiss {
        /// Why.
        reason: Untrusted,
    },
}

impl StepDecision {
    /// The action's name in history and audit.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Confirm { .. } => "ladder.confirm",
            Self::Dismiss { .. } => "ladder.dismiss",
        }
    }
}

/// What a provider owes and where they stand: one screen.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderStanding {
    /// Who.
    pub provider: ProviderId,
    /// Their name.
    pub name: Untrusted,
    /// Service, if known.
    pub service_name: Untrusted,
    /// Open items, late ones among them, items on hold.
    pub open: i64,
    /// Late items.
    pub late: i64,
    /// Items on hold.
    pub held: i64,
    /// Charts with something open.
    pub charts: i64,
    /// Start of the oldest open item's clock.
    pub oldest: Option<Instant>,
    /// Open items by type, most first.
    pub kinds: Vec<(String, i64)>,
    /// The suspension in force, if one is.
    pub suspended: Option<ProviderStep>,
    /// Steps, newest first.
    pub steps: Vec<ProviderStep>,
    /// Letters, newest first.
    pub letters: Vec<LetterRow>,
}

/// One line of a provider's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// The item.
    pub deficiency: DeficiencyId,
    /// Its type code.
    pub kind: String,
    /// Title of that type.
    pub title: String,
    /// Visit number.
    pub visit: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Patient name.
    pub patient_name: Untrusted,
    /// When the patient was discharged, as a date; empty if in house.
    pub discharged: String,
    /// Due.
    pub due: Instant,
    /// Days since the clock started.
    pub calendar_days: i64,
    /// The same less what is excused.
    pub chargeable_days: i64,
    /// Whether it is late.
    pub late: bool,
    /// Whether it is on hold.
    pub held: bool,
}

/// What a provider owes, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Who.
    pub provider: ProviderId,
    /// Their name.
    pub name: Untrusted,
    /// As of when.
    pub at: Instant,
    /// Items, oldest first.
    pub lines: Vec<StatementLine>,
    /// Items in all (the lines may be cut to a page).
    pub total: i64,
    /// Late items among them.
    pub late: i64,
    /// The whole as one page of text.
    pub text: Untrusted,
    /// The whole as one page of HTML.
    pub html: String,
}
