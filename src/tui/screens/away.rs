//! Forms about absences and about who stands in, on every screen that has them.

use crate::domain::absence::Absence;
use crate::domain::action::Action;
use crate::domain::deficiency::HoldReason;
use crate::domain::ids::ProviderId;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::show;
use crate::tui::app::FieldValue;
use crate::tui::desk::ChoiceKind;
use crate::tui::widgets::Field;
use jiff::tz::TimeZone;

/// What is asked about an absence.
pub fn absence_fields() -> Vec<Field> {
    let reasons = HoldReason::AWAY.iter().map(|r| r.title());
    vec![
        Field::choice("Reason", reasons),
        Field::date("From", true).with_text("T"),
        Field::date("Until", false),
        Field::text("Comment", false),
    ]
}

/// The same about an absence that is there.
pub fn absence_as_it_is(absence: &Absence, zone: &TimeZone) -> Vec<Field> {
    let reasons = HoldReason::AWAY.iter().map(|r| r.title());
    let reason = HoldReason::AWAY.iter().position(|r| *r == absence.reason);
    let day = |at: Instant| at.day(zone).to_string();
    let until = absence.until.map(day).unwrap_or_default();
    vec![
        Field::choice("Reason", reasons).with_chosen(reason.unwrap_or(0)),
        Field::date("From", true).with_text(&day(absence.from)),
        Field::date("Until", false).with_text(&until),
        Field::text("Comment", false).with_text(show(&absence.comment).as_str()),
    ]
}

/// What is told of an absence anew by [`absence_as_it_is`]. A day that was left alone keeps its
/// instant.
pub fn change(old: &Absence, fields: &[FieldValue], zone: &TimeZone) -> Option<Action> {
    let Action::AddAbsence {
        reason,
        from,
        until,
        comment,
        ..
    } = absence(old.provider, fields, zone)?
    else {
        return None;
    };
    let same = |at: Instant, was: Instant| at.day(zone) == was.day(zone);
    Some(Action::ChangeAbsence {
        absence: old.id,
        version: old.version,
        reason,
        from: if same(from, old.from) { old.from } else { from },
        until: match (until, old.until) {
            (Some(new), Some(was)) if same(new, was) => Some(was),
            _ => until,
        },
        comment,
    })
}

/// The absence told of by [`absence_fields`]; `None` while a date is missing.
pub fn absence(provider: ProviderId, fields: &[FieldValue], zone: &TimeZone) -> Option<Action> {
    let [reason, from, until, comment] = fields else {
        return None;
    };
    let chosen = reason.number.and_then(|n| usize::try_from(n).ok());
    let reason = chosen.and_then(|n| HoldReason::AWAY.get(n).copied());
    Some(Action::AddAbsence {
        provider,
        reason: reason.unwrap_or(HoldReason::Other),
        from: Instant::start_of(from.day?, zone),
        until: until.day.map(|d| Instant::end_of(d, zone)),
        comment: Untrusted::new(comment.text.trim()),
    })
}

/// What is asked about somebody who stands in for a provider.
pub fn cover_fields() -> Vec<Field> {
    vec![
        Field::remote("Stands in", ChoiceKind::Providers, true),
        Field::date("From", true).with_text("T"),
        Field::date("Until", false),
        Field::text("Why", false),
    ]
}

/// The cover told of by [`cover_fields`]; `None` while somebody or a date is missing.
pub fn cover(provider: ProviderId, fields: &[FieldValue], zone: &TimeZone) -> Option<Action> {
    let [by, from, until, reason] = fields else {
        return None;
    };
    Some(Action::AddCover {
        provider,
        by: ProviderId(by.number?),
        from: Instant::start_of(from.day?, zone),
        until: until.day.map(|d| Instant::end_of(d, zone)),
        reason: Untrusted::new(reason.text.trim()),
    })
}
