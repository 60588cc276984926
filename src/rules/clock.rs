//! When an item is due, and why, in words.
//!
//! Owns due dates. Limits come from the rule; a clock in hours on a date without a time runs
//! from the end of that day and says so; days are calendar days at the same local time.

use super::rule::{ClockSpec, Limit};
use super::schema::Unit;
use super::view::{About, View};
use crate::domain::chart::AskedQuery;
use crate::domain::deficiency::{DueClock, StartEvent};
use crate::domain::time::{Instant, Moment};
use jiff::tz::TimeZone;

/// The clock of an item; `None` when no start event has a known time.
pub(super) fn clock(view: &View<'_>, spec: &ClockSpec, about: About<'_>) -> Option<DueClock> {
    if let About::Query(query) = about {
        return Some(asked(view, query));
    }
    let kind = match about {
        About::Document(d) => Some(d.facts.kind),
        _ => None,
    };
    let limit = spec.of(view.chart.encounter.facts.class, kind);
    let known = |e: &StartEvent| view.event(*e, about).map(|m| (*e, m));
    let (event, moment) = limit.start.iter().find_map(known)?;
    let start = moment.latest(view.zone);
    let (due, unit) = (
        after(start, limit, view.zone),
        match limit.unit {
            Unit::Hours => "hour",
            Unit::Days => "day",
        },
    );
    let mut words = match limit.limit {
        0 => format!("by {}", since(view, event, moment)),
        1 => format!("1 {unit} from {}", since(view, event, moment)),
        n => format!("{n} {unit}s from {}", since(view, event, moment)),
    };
    if let Some(wanted) = limit.start.first().filter(|first| **first != event) {
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

/// The instant a limit after `start`: hours run, days keep the local time.
pub(super) fn after(start: Instant, limit: &Limit, zone: &TimeZone) -> Instant {
    match limit.unit {
        Unit::Hours => start.plus_hours(limit.limit),
        Unit::Days => start.plus_days(limit.limit, zone),
    }
}

/// A query knows its own clock.
fn asked(view: &View<'_>, query: &AskedQuery) -> DueClock {
    let iso = |at: Instant| Moment::at(at).iso(view.zone);
    DueClock {
        event: StartEvent::QueryIssued,
        start: query.issued,
        due: query.due,
        words: format!(
            "the answer was due {}, the query was issued {}",
            iso(query.due),
            iso(query.issued)
        ),
    }
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
