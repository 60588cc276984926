//! Settings put into a rule file: every `$name` and every switch.
//!
//! Owns the reading of each part of a file; a wrong setting name is found here, before a chart is
//! looked at.

use super::error::Fault;
use super::excuse::Excuse;
use super::rule::{
    AnswerSpec, BoundSpec, ClockSpec, ConditionSpec, DispositionSpec, DocumentSpec, ExceptionSpec,
    Limit, Look, MissingSpec, Settings,
};
use super::schema::{
    Amount, Answer, Bound, ClockFile, ClockPart, Condition, DispositionTrigger, DocumentTrigger,
    If, RuleFile, Setting, Trigger, Unit,
};
use crate::domain::deficiency::StartEvent;
use crate::domain::document::SignatureState;
use toml::Spanned;

/// Settings being put into a file.
pub(super) struct With<'a>(pub &'a Settings);

impl With<'_> {
    pub fn look(&self, file: &RuleFile) -> Result<Look, Fault> {
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

    pub fn clock(&self, file: &ClockFile) -> Result<ClockSpec, Fault> {
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

    pub fn excuse(&self, file: &RuleFile, usual: &Excuse) -> Result<Excuse, Fault> {
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

    pub fn added<T: Copy>(&self, always: &[T], by_switch: &If<T>) -> Result<Vec<T>, Fault> {
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

    pub fn amount(&self, amount: &Spanned<Amount>) -> Result<i64, Fault> {
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
