//! A rule ready to run: its file with every setting put in.
//!
//! Owns [`Rule`], what screens show of it, and the step from file to rule ([`Rule::compile`]),
//! which finds every wrong setting name before a chart is looked at.

use super::error::Fault;
use super::excuse::Excuse;
use super::schema::{
    Amount, Answer, Bound, ClockFile, ClockPart, Condition, DailyGap, DispositionTrigger,
    DocumentTrigger, If, OwnerFile, Per, RuleFile, Setting, Surgery, Trigger, Unit, Within,
};
use crate::domain::clinical::{OrderKind, ProcedureSetting};
use crate::domain::deficiency::{RuleRef, StartEvent};
use crate::domain::document::{DocumentKind, SignatureState};
use crate::domain::encounter::{Disposition, EncounterClass};
use crate::domain::people::ProviderRole;
use std::collections::BTreeMap;
use toml::Spanned;

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

/// Settings being put into a file.
struct With<'a>(&'a Settings);

impl With<'_> {
    fn look(&self, file: &RuleFile) -> Result<Look, Fault> {
        let answers = self.answers(&file.satisfied_by)?;
        let must_answer = || Fault::new(file.id.span().start, "the rule needs [[satisfied_by]]");
        Ok(match &file.trigger {
            Trigger::Missing(_) | Trigger::DailyGap(_) | Trigger::Requested(_)
                if answers.is_empty() =>
            {
                return Err(must_answer());
            }
            Trigger::Missing(t) => Look::Missing(MissingSpec {
                per: t.per,
                once: t
                    .once
                    .or(file.clock.start.first().copied())
                    .unwrap_or(StartEvent::Admitted),
                settings: self.added(&t.procedure_settings, &t.procedure_settings_if)?,
                titled: lower(&t.procedure_titled),
                codes: t.procedure_codes.clone(),
                anesthesia: t.anesthesia,
                orders: t.orders.clone(),
                answers,
                requires: self.answers(&file.requires)?,
                exceptions: file
                    .exceptions
                    .iter()
                    .map(|e| {
                        Ok(ExceptionSpec {
                            emergency: e.emergency,
                            visit: self.condition(&e.visit)?,
                        })
                    })
                    .collect::<Result<_, Fault>>()?,
            }),
            Trigger::DailyGap(gap) => Look::DailyGap(gap.clone(), answers),
            Trigger::Document(t) => Look::Document(self.document(t, file.id.span().start)?),
            Trigger::VerbalOrder(_) => Look::VerbalOrder,
            Trigger::Disposition(t) => Look::Disposition(self.disposition(t)?),
            Trigger::Requested(_) => Look::Requested(answers),
            Trigger::Query(_) => Look::Query,
        })
    }

    fn disposition(&self, t: &DispositionTrigger) -> Result<DispositionSpec, Fault> {
        let order_required = match &t.order_required_if {
            None => false,
            Some(name) => match self.0.get(name.get_ref()) {
                Some(Setting::Flag(on)) => *on,
                _ => {
                    let what = format!("no switch among [settings] is called `{}`", name.get_ref());
                    return Err(Fault::new(name.span().start, what));
                }
            },
        };
        Ok(DispositionSpec {
            is: t.is.clone(),
            order_titled: lower(&t.order_titled),
            order_required,
            no_order_for: t.no_order_for.clone(),
            order_says: t
                .order_says
                .iter()
                .map(|(d, words)| (*d, lower(words)))
                .collect(),
        })
    }

    fn clock(&self, file: &ClockFile) -> Result<ClockSpec, Fault> {
        let usual = Limit {
            start: file.start.clone(),
            limit: self.amount(&file.limit)?,
            unit: file.unit,
        };
        let part = |p: &ClockPart| -> Result<Limit, Fault> {
            Ok(Limit {
                start: p.start.clone().unwrap_or_else(|| usual.start.clone()),
                limit: p
                    .limit
                    .as_ref()
                    .map_or(Ok(usual.limit), |l| self.amount(l))?,
                unit: p.unit.unwrap_or(usual.unit),
            })
        };
        Ok(ClockSpec {
            by_class: file
                .by_class
                .iter()
                .map(|(class, p)| Ok((*class, part(p)?)))
                .collect::<Result<_, Fault>>()?,
            by_kind: file
                .by_kind
                .iter()
                .map(|(kind, p)| Ok((*kind, part(p)?)))
                .collect::<Result<_, Fault>>()?,
            or_before_surgery: file.or_before_surgery.clone(),
            usual,
        })
    }

    fn excuse(&self, file: &RuleFile, usual: &Excuse) -> Result<Excuse, Fault> {
        let own = &file.excuse;
        let days = |amount: &Option<Spanned<Amount>>, usual: i64| {
            amount.as_ref().map_or(Ok(usual), |a| self.amount(a))
        };
        Ok(Excuse {
            holds: own.holds.clone().unwrap_or_else(|| usual.holds.clone()),
            absences: own
                .absences
                .clone()
                .unwrap_or_else(|| usual.absences.clone()),
            minimum_days: days(&own.minimum_days, usual.minimum_days)?,
            grace_days: days(&own.grace_days, usual.grace_days)?,
            late_too: own.late_too.unwrap_or(usual.late_too),
        })
    }

    fn document(&self, t: &DocumentTrigger, at: usize) -> Result<DocumentSpec, Fault> {
        if t.states.contains(&SignatureState::Unknown) {
            let what = "an unknown signature is never a missing one: `unknown` cannot be a state";
            return Err(Fault::new(at, what));
        }
        if t.states.is_empty() && !t.preliminary && t.content.is_empty() {
            return Err(Fault::new(at, "the trigger needs states"));
        }
        Ok(DocumentSpec {
            states: t.states.clone(),
            kinds: t.kinds.clone(),
            except_preliminary: t.except_preliminary.clone(),
            preliminary: t.preliminary,
            author_roles: self.added(&t.author_roles, &t.author_roles_if)?,
            uncosigned: t.uncosigned,
            content: t
                .content
                .iter()
                .map(|(element, words)| (element.replace('_', " "), lower(words)))
                .collect(),
        })
    }

    fn added<T: Copy>(&self, always: &[T], by_switch: &If<T>) -> Result<Vec<T>, Fault> {
        let mut all = always.to_vec();
        for (name, values) in by_switch {
            match self.0.get(name) {
                Some(Setting::Flag(true)) => all.extend(values.get_ref()),
                Some(Setting::Flag(false)) => {}
                _ => {
                    let what = format!("no switch among [settings] is called `{name}`");
                    return Err(Fault::new(values.span().start, what));
                }
            }
        }
        Ok(all)
    }

    fn amount(&self, amount: &Spanned<Amount>) -> Result<i64, Fault> {
        self.number(amount.get_ref(), amount.span().start)
    }

    fn number(&self, amount: &Amount, at: usize) -> Result<i64, Fault> {
        match amount {
            Amount::Number(n) => Ok(*n),
            Amount::Setting(name) => {
                let (sign, bare) = match name.strip_prefix('-') {
                    Some(rest) => (-1, rest),
                    None => (1, name.as_str()),
                };
                match bare.strip_prefix('$').and_then(|n| self.0.get(n)) {
                    Some(Setting::Number(n)) => Ok(n.saturating_mul(sign)),
                    _ => Err(Fault::new(
                        at,
                        format!("no number among [settings] is called `{name}` (write \"$name\")"),
                    )),
                }
            }
        }
    }

    fn answers(&self, answers: &[Answer]) -> Result<Vec<AnswerSpec>, Fault> {
        answers
            .iter()
            .map(|a| {
                Ok(AnswerSpec {
                    kinds: a.kinds.clone(),
                    titled: lower(&a.titled),
                    preliminary: a.preliminary,
                    within: a.within,
                    from: a.from.as_ref().map(|b| self.bound(b)).transpose()?,
                    until: a.until.as_ref().map(|b| self.bound(b)).transpose()?,
                    only: self.condition(&a.only)?,
                })
            })
            .collect()
    }

    fn bound(&self, bound: &Spanned<Bound>) -> Result<BoundSpec, Fault> {
        let at = bound.span().start;
        let bound = bound.get_ref();
        let (amount, unit) = match (&bound.days, &bound.hours) {
            (Some(days), None) => (self.number(days, at)?, Unit::Days),
            (None, Some(hours)) => (self.number(hours, at)?, Unit::Hours),
            _ => return Err(Fault::new(at, "a bound has either days or hours")),
        };
        Ok(BoundSpec {
            event: bound.event,
            amount,
            unit,
        })
    }

    fn condition(&self, condition: &Condition) -> Result<ConditionSpec, Fault> {
        let under = condition.stay_under_hours.as_ref();
        Ok(ConditionSpec {
            stay_under_hours: under.map(|a| self.amount(a)).transpose()?,
            dispositions: condition.dispositions.clone(),
            not_dispositions: condition.not_dispositions.clone(),
        })
    }
}

fn lower(words: &[String]) -> Vec<String> {
    words.iter().map(|w| w.to_lowercase()).collect()
}
