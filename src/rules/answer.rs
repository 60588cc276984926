//! Whether one document answers what a rule asks for.
//!
//! Owns windows: an event and a distance at either end. A document whose date leaves it open
//! whether it lies within gets the benefit of the doubt; one of this visit without any date
//! counts, one that names no visit does not.

use super::rule::{AnswerSpec, BoundSpec};
use super::schema::{Unit, Within};
use super::view::{About, View};
use crate::domain::document::Document;
use crate::domain::time::{Instant, Moment};

/// Whether a document answers.
pub(super) fn answers(
    view: &View<'_>,
    specs: &[AnswerSpec],
    about: About<'_>,
    document: &Document,
) -> bool {
    specs.iter().any(|spec| {
        is_such(spec, document)
            && view.names_visit(document) == (spec.within == Within::Visit)
            && view.holds(&spec.only)
            && in_window(view, spec, about, document.facts.at)
    })
}

/// Whether a document that names what it is about answers: the link outweighs a date before the
/// window and a visit that is not named, but not a date behind the window.
pub(super) fn answers_by_name(
    view: &View<'_>,
    specs: &[AnswerSpec],
    about: About<'_>,
    document: &Document,
) -> bool {
    specs.iter().any(|spec| {
        let until = spec.until.as_ref().and_then(|b| latest(view, b, about));
        let in_time = until.zip(document.facts.at);
        is_such(spec, document)
            && view.holds(&spec.only)
            && in_time.is_none_or(|(until, at)| at.earliest(view.zone) <= until)
    })
}

/// Whether a document is of the kind, and titled, as asked.
pub(super) fn is_such(spec: &AnswerSpec, document: &Document) -> bool {
    let titled = || {
        let title = document.facts.what.text.raw().to_lowercase();
        spec.titled.iter().any(|word| title.contains(word))
    };
    spec.kinds.contains(&document.facts.kind)
        && spec
            .preliminary
            .is_none_or(|wanted| document.facts.preliminary == wanted)
        && (spec.titled.is_empty() || titled())
}

fn in_window(view: &View<'_>, spec: &AnswerSpec, about: About<'_>, at: Option<Moment>) -> bool {
    let Some(at) = at else {
        return spec.within == Within::Visit;
    };
    let not_before = spec.from.as_ref().and_then(|b| earliest(view, b, about));
    let not_after = spec.until.as_ref().and_then(|b| latest(view, b, about));
    not_before.is_none_or(|from| at.latest(view.zone) >= from)
        && not_after.is_none_or(|until| at.earliest(view.zone) <= until)
}

/// The first instant within a lower bound; `None` when its event is not known.
pub(super) fn earliest(view: &View<'_>, bound: &BoundSpec, about: About<'_>) -> Option<Instant> {
    let event = view.event(bound.event, about)?;
    Some(match bound.unit {
        Unit::Hours => event.earliest(view.zone).plus_hours(bound.amount),
        Unit::Days => Instant::start_of(moved(view, event, bound.amount)?, view.zone),
    })
}

/// The last instant within an upper bound; `None` when its event is not known.
pub(super) fn latest(view: &View<'_>, bound: &BoundSpec, about: About<'_>) -> Option<Instant> {
    let event = view.event(bound.event, about)?;
    Some(match bound.unit {
        Unit::Hours => event.latest(view.zone).plus_hours(bound.amount),
        Unit::Days => Instant::end_of(moved(view, event, bound.amount)?, view.zone),
    })
}

/// The calendar day some days from an event.
pub(super) fn moved(view: &View<'_>, event: Moment, days: i64) -> Option<jiff::civil::Date> {
    let span = jiff::Span::new().try_days(days).ok()?;
    event.day(view.zone).checked_add(span).ok()
}
