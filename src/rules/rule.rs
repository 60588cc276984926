//! A rule ready to run: its file with every setting put in.
//!
//! Owns [`Rule`], what screens show of it, and the step from file to rule ([`Rule::compile`]),
//! which finds every wrong setting name before a chart is looked at.

use super::compile::With;
use super::error::Fault;
use super::excuse::Excuse;
use super::schema::{DailyGap, OwnerFile, Per, RuleFile, Setting, Surgery, Unit, Within};
use crate::domain::clinical::{OrderKind, ProcedureSetting};
use crate::domain::deficiency::{RuleRef, StartEvent};
use crate::domain::document::{DocumentKind, SignatureState};
use crate::domain::encounter::{Disposition, EncounterClass};
use crate::domain::people::ProviderRole;
use std::collections::BTreeMap;

/// Settings by name.
pub(crate) type Settings = BTreeMap<String, Setting>;

/// A deficiency rule, as screens show it and the engine runs it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Rule id.
    pub id: String,
    /// Version.
    pub version: i64,
    /// Deficiency type code (`DS-M`).
    pub kind: String,
    /// Name shown.
    pub title: String,
    /// Citations; `policy: …` where no external number exists.
    pub source: Vec<String>,
    /// What the rule does, in sentences.
    pub text: String,
    /// Why it is off, or what to know before switching it on; may be empty.
    pub note: String,
    /// Whether it runs.
    pub enabled: bool,
    /// The file it was read from.
    pub file: String,
    pub(super) classes: Vec<EncounterClass>,
    pub(super) dispositions: Vec<Disposition>,
    pub(super) look: Look,
    pub(super) clock: ClockSpec,
    pub(super) owner: OwnerFile,
    pub(super) excuse: Excuse,
    pub(super) review: bool,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub(super) enum Look {
    Missing(MissingSpec),
    DailyGap(DailyGap, Vec<AnswerSpec>),
    Document(DocumentSpec),
    VerbalOrder,
    Disposition(DispositionSpec),
    Requested(Vec<AnswerSpec>),
    Query,
}

/// A disposition that is missing, or does not agree with the order.
#[derive(Clone, Debug)]
pub(super) struct DispositionSpec {
    pub is: Vec<Disposition>,
    /// In lower case.
    pub order_titled: Vec<String>,
    pub order_required: bool,
    pub no_order_for: Vec<Disposition>,
    /// In lower case.
    pub order_says: Vec<(Disposition, Vec<String>)>,
}

/// A document missing for a visit, procedure or order.
#[derive(Clone, Debug)]
pub(super) struct MissingSpec {
    pub per: Per,
    pub once: StartEvent,
    pub settings: Vec<ProcedureSetting>,
    /// In lower case.
    pub titled: Vec<String>,
    pub codes: Vec<String>,
    pub anesthesia: Option<bool>,
    pub orders: Vec<OrderKind>,
    pub answers: Vec<AnswerSpec>,
    pub requires: Vec<AnswerSpec>,
    pub exceptions: Vec<ExceptionSpec>,
}

/// A document in a certain state.
#[derive(Clone, Debug)]
pub(super) struct DocumentSpec {
    pub states: Vec<SignatureState>,
    pub kinds: Vec<DocumentKind>,
    pub except_preliminary: Vec<DocumentKind>,
    pub preliminary: bool,
    pub author_roles: Vec<ProviderRole>,
    pub uncosigned: bool,
    /// Elements the text must hold, with the words each may begin with, in lower case.
    pub content: Vec<(String, Vec<String>)>,
}

/// Documents that answer.
#[derive(Clone, Debug)]
pub(super) struct AnswerSpec {
    pub kinds: Vec<DocumentKind>,
    /// In lower case.
    pub titled: Vec<String>,
    pub preliminary: Option<bool>,
    pub within: Within,
    pub from: Option<BoundSpec>,
    pub until: Option<BoundSpec>,
    pub only: ConditionSpec,
}

/// One end of a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoundSpec {
    pub event: StartEvent,
    pub amount: i64,
    pub unit: Unit,
}

/// A condition on the visit.
#[derive(Clone, Debug, Default)]
pub(super) struct ConditionSpec {
    pub stay_under_hours: Option<i64>,
    pub dispositions: Vec<Disposition>,
    pub not_dispositions: Vec<Disposition>,
}

/// When nothing is owed after all.
#[derive(Clone, Debug)]
pub(super) struct ExceptionSpec {
    pub emergency: bool,
    pub visit: ConditionSpec,
}

/// A clock.
#[derive(Clone, Debug)]
pub(super) struct ClockSpec {
    pub usual: Limit,
    pub by_class: BTreeMap<EncounterClass, Limit>,
    pub by_kind: BTreeMap<DocumentKind, Limit>,
    pub or_before_surgery: Option<Surgery>,
}

/// When a clock starts and how long it runs.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    pub start: Vec<StartEvent>,
    pub limit: i64,
    pub unit: Unit,
}

impl ClockSpec {
    /// The clock of a class of visit and, where the item has one, a kind of document.
    pub fn of(&self, class: EncounterClass, kind: Option<DocumentKind>) -> &Limit {
        kind.and_then(|k| self.by_kind.get(&k))
            .or_else(|| self.by_class.get(&class))
            .unwrap_or(&self.usual)
    }
}

impl Rule {
    /// Id and version, as every finding carries them.
    pub fn reference(&self) -> RuleRef {
        RuleRef {
            id: self.id.clone(),
            version: self.version,
        }
    }

    /// Puts the settings (the file's own, then `overrides`) into the file.
    pub(super) fn compile(
        name: &str,
        file: &RuleFile,
        overrides: &Settings,
        excuse: &Excuse,
    ) -> Result<Self, Fault> {
        let at = file.id.span().start;
        if file.clock.start.is_empty() {
            return Err(Fault::new(at, "the clock has no start event"));
        }
        let mut settings = file.settings.clone();
        let mut enabled = file.enabled;
        for (key, value) in overrides {
            match settings.get(key) {
                None if key == ENABLED => {
                    enabled = *value == Setting::Flag(true);
                    continue;
                }
                None => return Err(Fault::new(at, format!("no setting is called `{key}`"))),
                Some(old) if std::mem::discriminant(old) != std::mem::discriminant(value) => {
                    return Err(Fault::new(
                        at,
                        format!("setting `{key}` is of another type"),
                    ));
                }
                Some(_) => settings.insert(key.clone(), value.clone()),
            };
        }
        let with = With(&settings);
        Ok(Self {
            id: file.id.get_ref().clone(),
            version: file.version,
            kind: file.kind.clone(),
            title: file.title.clone(),
            source: file.source.clone(),
            text: file.text.clone(),
            note: file.note.clone(),
            enabled,
            file: name.to_owned(),
            classes: with.added(&file.classes, &file.classes_if)?,
            dispositions: file.dispositions.clone(),
            look: with.look(file)?,
            clock: with.clock(&file.clock)?,
            owner: file.owner.clone(),
            excuse: with.excuse(file, excuse)?,
            review: file.review,
        })
    }
}

/// The setting every rule has: whether it runs.
pub(super) const ENABLED: &str = "enabled";
