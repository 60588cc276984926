//! Forms about absences and about who stands in, on every screen that has them.

use crate::domain::action::Action;
use crate::domain::deficiency::HoldReason;
use crate::domain::ids::ProviderId;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
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
