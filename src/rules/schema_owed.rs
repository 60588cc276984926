//! The words of a rule file for what is owed: clock, excuse, owner.
//!
//! Owns the shape of these tables and nothing else; see [`super::schema`].

use super::schema::Amount;
use crate::domain::clinical::ProcedureSetting;
use crate::domain::deficiency::{DeficiencyState, HoldReason, StartEvent};
use crate::domain::document::DocumentKind;
use crate::domain::encounter::EncounterClass;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Unit of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// Hours.
    Hours,
    /// Calendar days, at the same local time.
    Days,
}

/// A clock.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockFile {
    /// Start events: the first whose time is known.
    pub start: Vec<StartEvent>,
    /// How long.
    pub limit: Spanned<Amount>,
    /// Hours or days.
    pub unit: Unit,
    /// The start of surgery, if that comes earlier.
    pub or_before_surgery: Option<Surgery>,
    /// Another clock for some classes of visit.
    #[serde(default)]
    pub by_class: BTreeMap<EncounterClass, ClockPart>,
    /// Another clock for some kinds of document; it goes before that of the class.
    #[serde(default)]
    pub by_kind: BTreeMap<DocumentKind, ClockPart>,
}

/// What of a clock is different for a class or a kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockPart {
    /// Start events.
    pub start: Option<Vec<StartEvent>>,
    /// How long.
    pub limit: Option<Spanned<Amount>>,
    /// Hours or days.
    pub unit: Option<Unit>,
}

/// What excuses time: holds placed on an item, and absences of its owner.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExcuseFile {
    /// Reasons of holds that stop the clock.
    pub holds: Option<Vec<HoldReason>>,
    /// Reasons of absences that stop it.
    pub absences: Option<Vec<HoldReason>>,
    /// Shorter absences, in calendar days, excuse nothing.
    pub minimum_days: Option<Spanned<Amount>>,
    /// Whole days after the return that are excused too.
    pub grace_days: Option<Spanned<Amount>>,
    /// Whether an item that is late already when the absence begins is excused.
    pub late_too: Option<bool>,
}

/// Which procedures are surgery to a clock.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Surgery {
    /// Settings.
    pub procedure_settings: Vec<ProcedureSetting>,
    /// Whether any procedure with anaesthesia counts.
    pub with_anesthesia: bool,
    /// Whether one recorded as an emergency counts.
    pub emergency: bool,
}

/// A step of an owner ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// Author of the document.
    Author,
    /// Assigned signer of the document (TXA-10).
    Assigned,
    /// Performer of the procedure.
    Performer,
    /// Who gave anaesthesia in the procedure.
    Anesthetist,
    /// Performer of the visit's first surgery.
    Surgeon,
    /// Who is asked to carry out the order.
    OrderPerformer,
    /// The service the order asks: the ladder ends there without a person.
    OrderService,
    /// Who ordered.
    OrderedBy,
    /// Admitting provider.
    Admitting,
    /// Attending of record.
    Attending,
    /// The department itself (transcription, review): the ladder ends there without a person.
    Him,
}

/// What happens when the ladder finds a trainee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Trainees {
    /// The trainee owes it.
    Owe,
    /// It goes on down the ladder; the trainee owes it only if nobody else is found.
    PassOn,
}

/// Who owes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnerFile {
    /// Steps, first that is known wins. The attending always ends the ladder.
    pub ladder: Vec<Step>,
    /// Another ladder for some classes.
    #[serde(default)]
    pub by_class: BTreeMap<EncounterClass, Vec<Step>>,
    /// What happens when it finds a trainee.
    pub trainees: Trainees,
    /// Whether the author may not be the owner (a cosignature).
    #[serde(default)]
    pub not_the_author: bool,
    /// Another ladder once the document has come to a stage.
    #[serde(default)]
    pub by_stage: BTreeMap<DeficiencyState, Vec<Step>>,
    /// Whether the due date stays when a person gives the item to somebody else.
    #[serde(default)]
    pub reassigned: Reassigned,
}

/// What becomes of the due date when an item gets another owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reassigned {
    /// It stays.
    #[default]
    Keep,
    /// The clock starts again.
    Restart,
}
