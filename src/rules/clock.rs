//! When an item is due, and why, in words.
//!
//! Owns due dates. Limits come from the rule; a clock in hours on a date without a time runs
//! from the end of that day and says so; days are calendar days at the same local time.

use super::rule::ClockSpec;
use super::schema::Unit;
use super::view::{About, View};
use crate::domain::deficiency::{DueClock, StartEvent};
use crate::domain::time::Moment;

/// The clock of an item; `None` when no start event has a known time.
pub(super) fn clock(view: &View<'_>, spec: &ClockSpec, about: About<'_>) -> Option<DueClock> {
    let known = |e: &StartEvent| view.event(*e, about).map(|m| (*e, m));
    let (event, moment) = spec.start.iter().find_map(known)?;
    let start = moment.latest(view.zone);
    let (due, unit) = match spec.unit {
        Unit::Hours => (start.plus_hours(spec.limit), "hour"),
        Unit::Days => (start.plus_days(spec.limit, view.zone), "day"),
    };
    let mut words = match spec.limit {
        0 => format!("by {}", since(view, event, moment)),
        1 => format!("1 {unit} from {}", since(view, event, moment)),
        n => format!("{n} {unit}s from {}", since(view, event, moment)),
    };
    if let Some(wanted) = spec.start.first().filter(|first| **first != event) {
        words.push_str(&format!(", as no {} is recorded", wanted.title()));
    }
    let mut clock = DueClock {
        event,
        start,
        due,
        words,
    };
    if let Some(surgery) = before_surgery(view, spec, moment)
        && surgery.latest(view.zone) < clock.due
    {
        clock.due = surgery.latest(view.zone);
        let at = since(view, StartEvent::ProcedureStarted, surgery);
        clock.words = format!("{at}, which is before {}", clock.words);
    }
    Some(clock)
}

/// The start of the first surgery that is not over before the clock starts.
fn before_surgery(view: &View<'_>, spec: &ClockSpec, start: Moment) -> Option<Moment> {
    let surgery = spec.or_before_surgery.as_ref()?;
    view.surgeries(&surgery.procedure_settings, surgery.with_anesthesia)
        .filter(|p| surgery.emergency || p.facts.emergency != Some(true))
        .filter_map(|p| p.facts.start)
        .filter(|m| m.latest(view.zone) >= start.earliest(view.zone))
        .min_by_key(|m| m.latest(view.zone))
}

/// An event and its time in words.
fn since(view: &View<'_>, event: StartEvent, moment: Moment) -> String {
    let iso = moment.iso(view.zone);
    if moment.is_exact() {
        format!("{} {iso}", event.title())
    } else {
        format!("the end of {iso} ({}, no time recorded)", event.title())
    }
}
