//! The words a rule file may use: the closed vocabulary, as `serde` reads it.
//!
//! Owns the shape of the files and nothing else; [`super::rule`] turns a file into a rule with
//! every `$setting` put in. An unknown word is an error with its line, never ignored. Start
//! reading at [`RuleFile`] beside `defaults/ds_m.toml`.

use super::case::Case;
pub(crate) use super::schema_owed::{
    ClockFile, ClockPart, ExcuseFile, OwnerFile, Reassigned, Step, Surgery, Trainees, Unit,
};
use crate::domain::clinical::{OrderKind, ProcedureSetting};
use crate::domain::deficiency::StartEvent;
use crate::domain::document::{DocumentKind, SignatureState};
use crate::domain::encounter::{Disposition, EncounterClass};
use crate::domain::people::ProviderRole;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A number in a file: written out, or the name of a setting (`"$due_days"`, `"-$valid_days"`).
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub(crate) enum Amount {
    /// Written out.
    Number(i64),
    /// Name of a setting, with `$` before it.
    Setting(String),
}

/// A setting of a rule: what a site may change without touching the rule.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub(crate) enum Setting {
    /// A switch.
    Flag(bool),
    /// A number; its name ends in its unit.
    Number(i64),
    /// A list of names.
    Names(Vec<String>),
}

/// Values added when a switch among the settings is on: `{ observation = ["OBS"] }`.
pub(crate) type If<T> = BTreeMap<String, Spanned<Vec<T>>>;

/// A rule as its file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleFile {
    /// Rule id.
    pub id: Spanned<String>,
    /// Version, raised with every change.
    pub version: i64,
    /// Deficiency type code.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name shown.
    pub title: String,
    /// Citations; `policy: …` where no external number exists.
    pub source: Vec<String>,
    /// What the rule does, in sentences.
    pub text: String,
    /// Whether it is switched on.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Why it is off, or what to know before switching it on.
    #[serde(default)]
    pub note: String,
    /// Classes of visit it applies to.
    pub classes: Vec<EncounterClass>,
    /// Classes added by a switch.
    #[serde(default)]
    pub classes_if: If<EncounterClass>,
    /// Dispositions it applies to; any, if empty.
    #[serde(default)]
    pub dispositions: Vec<Disposition>,
    /// Settings with their defaults.
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
    /// What is looked for.
    pub trigger: Trigger,
    /// Documents that answer it.
    #[serde(default)]
    pub satisfied_by: Vec<Answer>,
    /// Documents without which nothing is owed.
    #[serde(default)]
    pub requires: Vec<Answer>,
    /// When nothing is owed after all.
    #[serde(default, rename = "except")]
    pub exceptions: Vec<Exception>,
    /// Clock.
    pub clock: ClockFile,
    /// Who owes.
    pub owner: OwnerFile,
    /// What excuses time; what is not given is as `settings.toml` says.
    #[serde(default)]
    pub excuse: ExcuseFile,
    /// Whether its items wait for a review once they are signed, where the site reviews.
    #[serde(default)]
    pub review: bool,
    /// Test cases.
    #[serde(default, rename = "case")]
    pub cases: Vec<Case>,
}

fn yes() -> bool {
    true
}

/// What is looked for: exactly one of these tables.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Trigger {
    /// `[trigger.missing]`: nothing of `satisfied_by` for a visit, procedure or order.
    Missing(Missing),
    /// `[trigger.daily_gap]`: a day of the stay without any of `satisfied_by`.
    DailyGap(DailyGap),
    /// `[trigger.document]`: a document in a certain state.
    Document(DocumentTrigger),
    /// `[trigger.verbal_order]`: a verbal order without a signature.
    VerbalOrder(VerbalOrder),
    /// `[trigger.disposition]`: a finished visit whose disposition is one of these, or does not
    /// agree with its discharge order.
    Disposition(DispositionTrigger),
    /// `[trigger.requested]`: a person asks for a document about another; it is owed until one
    /// of `satisfied_by` that names the other as its parent is there.
    Requested(Requested),
    /// `[trigger.query]`: a query to a provider that is not answered when it is due.
    Query(QueryTrigger),
}

/// What a missing document is owed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Per {
    /// The visit.
    Visit,
    /// Each procedure.
    Procedure,
    /// Each order.
    Order,
}

/// See [`Trigger::Missing`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Missing {
    /// For what.
    pub per: Per,
    /// What must have happened; the clock's first start event, if not given.
    pub once: Option<StartEvent>,
    /// Procedures: settings that count.
    #[serde(default)]
    pub procedure_settings: Vec<ProcedureSetting>,
    /// Procedures: settings added by a switch.
    #[serde(default)]
    pub procedure_settings_if: If<ProcedureSetting>,
    /// Procedures: words of which the name holds at least one, in any letter case; or one of
    /// `procedure_codes`. Any procedure, if both are empty.
    #[serde(default)]
    pub procedure_titled: Vec<String>,
    /// Procedures: codes, of any system.
    #[serde(default)]
    pub procedure_codes: Vec<String>,
    /// Procedures: whether anaesthesia was given; either, if absent.
    pub anesthesia: Option<bool>,
    /// Orders: kinds that count.
    #[serde(default)]
    pub orders: Vec<OrderKind>,
}

/// See [`Trigger::DailyGap`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DailyGap {
    /// Whether the day of admission owes a note too.
    pub first_day: bool,
    /// Whether the day of discharge owes a note too.
    pub last_day: bool,
}

/// See [`Trigger::Document`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentTrigger {
    /// Signature states that count; any, if empty, which is for preliminary reads only.
    #[serde(default)]
    pub states: Vec<SignatureState>,
    /// Kinds that count; any, if empty.
    #[serde(default)]
    pub kinds: Vec<DocumentKind>,
    /// Kinds whose preliminary reads are left to another rule.
    #[serde(default)]
    pub except_preliminary: Vec<DocumentKind>,
    /// Only preliminary reads.
    #[serde(default)]
    pub preliminary: bool,
    /// Only where the author's role is one of these.
    #[serde(default)]
    pub author_roles: Vec<ProviderRole>,
    /// Roles added by a switch.
    #[serde(default)]
    pub author_roles_if: If<ProviderRole>,
    /// Only where nobody but the author (or another of `author_roles`) has signed.
    #[serde(default)]
    pub uncosigned: bool,
    /// Only where the text lacks one of these: element and the words it may begin with.
    #[serde(default)]
    pub content: BTreeMap<String, Vec<String>>,
}

/// See [`Trigger::Requested`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Requested {}

/// See [`Trigger::Query`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueryTrigger {}

/// See [`Trigger::VerbalOrder`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerbalOrder {}

/// See [`Trigger::Disposition`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DispositionTrigger {
    /// Dispositions that are owed a correction.
    pub is: Vec<Disposition>,
    /// Words one of which the text of a discharge order holds; orders are not looked at, if empty.
    #[serde(default)]
    pub order_titled: Vec<String>,
    /// The switch among the settings that says whether a discharge without such an order is owed
    /// a correction.
    pub order_required_if: Option<Spanned<String>>,
    /// Dispositions whose discharge needs no order.
    #[serde(default)]
    pub no_order_for: Vec<Disposition>,
    /// What an order says by which words: an order that says one disposition and a visit that
    /// ended with another do not agree.
    #[serde(default)]
    pub order_says: BTreeMap<Disposition, Vec<String>>,
}

/// Which documents of the patient are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Within {
    /// Those that name this visit.
    Visit,
    /// Those that name no visit.
    Unnamed,
}

/// Documents that answer a rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// Kinds.
    pub kinds: Vec<DocumentKind>,
    /// Words of which the document's title holds at least one, in any letter case; any title, if
    /// empty.
    #[serde(default)]
    pub titled: Vec<String>,
    /// Only preliminary ones (true) or only those that are not (false); either, if absent.
    pub preliminary: Option<bool>,
    /// Which documents are looked at.
    #[serde(default = "this_visit")]
    pub within: Within,
    /// Not dated before this.
    pub from: Option<Spanned<Bound>>,
    /// Not dated after this.
    pub until: Option<Spanned<Bound>>,
    /// Only for such visits.
    #[serde(default)]
    pub only: Condition,
}

fn this_visit() -> Within {
    Within::Visit
}

/// One end of a window: an event and a distance, in hours from its time or in calendar days.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bound {
    /// The event.
    pub event: StartEvent,
    /// Whole days; negative is before. The window reaches to the start or end of that day.
    pub days: Option<Amount>,
    /// Hours; negative is before.
    pub hours: Option<Amount>,
}

/// A condition on the visit; every part given must hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Condition {
    /// The stay was shorter than this many hours.
    pub stay_under_hours: Option<Spanned<Amount>>,
    /// The disposition is one of these.
    #[serde(default)]
    pub dispositions: Vec<Disposition>,
    /// The disposition is none of these.
    #[serde(default)]
    pub not_dispositions: Vec<Disposition>,
}

/// When nothing is owed after all; every part given must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    /// The procedure is recorded as an emergency.
    #[serde(default)]
    pub emergency: bool,
    /// A condition on the visit.
    #[serde(default)]
    pub visit: Condition,
}
