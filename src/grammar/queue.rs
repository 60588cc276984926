//! Filters of the deficiency queue: the language of searches with the queue's own fields. What
//! has a meaning only in texts (words spelt freely, near each other, sections) is told at its
//! place.

use super::ast::{Field, Node, NodeKind, Value};
use super::date::Days;
use super::error::{GrammarError, Problem};
use super::parser::parse_with;
use super::values::choice_is_meant;
use crate::domain::deficiency::DeficiencyState;
use crate::domain::encounter::EncounterClass;
use crate::domain::time::Instant;
use crate::domain::worklist::{Condition, Fit, QueueFilter, QueueText, QueueTime};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Conditions of one filter: each is looked at for every row.
const MAX_CONDITIONS: usize = 100;

/// The filter a person typed; blank text is the filter that lets everything through. Days are
/// counted by the clock of `zone`.
///
/// # Errors
/// A [`GrammarError`] that points at the characters and says what to do.
pub fn queue_filter(text: &str, today: Date, zone: &TimeZone) -> Result<QueueFilter, GrammarError> {
    let mut filter = QueueFilter::default();
    if text.trim().is_empty() {
        return Ok(filter);
    }
    let parsed = parse_with(text, today, Field::QUEUE)?;
    let mut making = Making { zone, count: 0 };
    match making.condition(&parsed.root)? {
        // One list of types is a condition whose count is kept.
        Condition::Kinds(kinds) => filter.kinds = kinds,
        condition => filter.typed = Some(condition),
    }
    Ok(filter)
}

struct Making<'a> {
    zone: &'a TimeZone,
    count: usize,
}

type Made = Result<Condition, GrammarError>;

impl Making<'_> {
    fn condition(&mut self, node: &Node) -> Made {
        self.count += 1;
        if self.count > MAX_CONDITIONS {
            return Err(GrammarError::new(Problem::TooManyConditions, node.span));
        }
        let several = |making: &mut Self, parts: &[Node]| -> Result<Vec<Condition>, GrammarError> {
            parts.iter().map(|part| making.condition(part)).collect()
        };
        Ok(match &node.kind {
            NodeKind::All(parts) => Condition::All(several(self, parts)?),
            NodeKind::Any(parts) => Condition::Any(several(self, parts)?),
            NodeKind::Not(inner) => Condition::Not(Box::new(self.condition(inner)?)),
            NodeKind::Group(inner) => self.condition(inner)?,
            NodeKind::Word(word) => match word.raw().to_ascii_lowercase().as_str() {
                "late" => Condition::Late(true),
                "not-late" => Condition::Late(false),
                _ => Condition::Text(QueueText::Any, Fit::Part, word.raw().to_owned()),
            },
            NodeKind::Phrase(words) => {
                Condition::Text(QueueText::Any, Fit::Part, words.raw().to_owned())
            }
            NodeKind::Prefix(start) => {
                Condition::Text(QueueText::Any, Fit::Start, start.raw().to_owned())
            }
            NodeKind::Near { .. } | NodeKind::Fuzzy { .. } => {
                return Err(GrammarError::new(Problem::OnlyInTexts, node.span));
            }
            NodeKind::Field { field, value, .. } => match value {
                Value::Text(text) => self.named(*field, text.raw(), false),
                Value::Prefix(text) => self.named(*field, text.raw(), true),
                Value::Days(days) => self.time(*field, days),
                // The queue has no field with such a value.
                Value::Near(..) | Value::Numbers(_) => {
                    return Err(GrammarError::new(Problem::OnlyInTexts, node.span));
                }
            },
        })
    }

    fn named(&self, field: Field, typed: &str, open: bool) -> Condition {
        let typed = typed.trim();
        let of = |text, usual| match (typed.strip_prefix('='), open) {
            (_, true) => Condition::Text(text, Fit::Start, typed.to_owned()),
            (Some(whole), _) => Condition::Text(text, Fit::Whole, whole.trim().to_owned()),
            _ => Condition::Text(text, usual, typed.to_owned()),
        };
        let meant = || choice_is_meant(field, typed);
        match field {
            Field::Owner => of(QueueText::Owner, Fit::Part),
            Field::Service => of(QueueText::Service, Fit::Part),
            Field::Facility => of(QueueText::Facility, Fit::Part),
            Field::Name => of(QueueText::Patient, Fit::Part),
            Field::Mrn => of(QueueText::Mrn, Fit::Whole),
            Field::Visit => of(QueueText::Visit, Fit::Whole),
            Field::Class => {
                Condition::Classes(meant().filter_map(EncounterClass::from_name).collect())
            }
            Field::State => {
                Condition::States(meant().filter_map(DeficiencyState::from_name).collect())
            }
            Field::List => Condition::OnList(typed.to_owned(), Vec::new()),
            Field::Late => Condition::Late(meant().next() == Some("yes")),
            _ if open => of(QueueText::Kind, Fit::Start),
            _ => {
                let codes = typed.split(',').map(str::trim).filter(|c| !c.is_empty());
                Condition::Kinds(codes.map(str::to_uppercase).collect())
            }
        }
    }

    fn time(&self, field: Field, days: &Days) -> Condition {
        if field == Field::Owed {
            // Of several days the last one counts; without an end that is now, or later.
            let end = |day| Instant::end_of(day, self.zone);
            let at = days.to.map_or(Instant(i64::MAX - 1), end);
            return Condition::Owed { at, by: None };
        }
        let utc = &TimeZone::UTC;
        let from = |zone| days.from.map(|day| Instant::start_of(day, zone));
        let to = |zone| days.to.map(|day| Instant::end_of(day, zone));
        Condition::Time {
            what: match field {
                Field::Admitted => QueueTime::Admitted,
                Field::Discharged => QueueTime::Discharged,
                Field::Opened => QueueTime::Opened,
                Field::Closed => QueueTime::Closed,
                _ => QueueTime::Due,
            },
            instants: (from(self.zone), to(self.zone)),
            days: (from(utc), to(utc)),
        }
    }
}
