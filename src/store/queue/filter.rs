//! What a request of the queue becomes: the WHERE clause of its view, its reader and its filter.

use super::typed;
use crate::domain::ids::ProviderId;
use crate::domain::time::Instant;
use crate::domain::worklist::{QueueFilter, QueueRequest, QueueView, Reader, Scope};
use crate::store::driver::Value;

/// A WHERE clause under construction.
pub(super) struct Conditions<'a> {
    parts: Vec<String>,
    pub(super) values: Vec<Value<'a>>,
}

impl<'a> Conditions<'a> {
    pub(super) fn add(&mut self, part: &str, values: impl IntoIterator<Item = Value<'a>>) {
        let part = self.bound(part, values);
        self.parts.push(part);
    }

    /// A part with its values bound, to be put somewhere by the caller.
    pub(super) fn bound(
        &mut self,
        part: &str,
        values: impl IntoIterator<Item = Value<'a>>,
    ) -> String {
        let mut part = part.to_owned();
        for value in values {
            self.values.push(value);
            part = part.replacen('?', &format!("${}", self.values.len()), 1);
        }
        part
    }

    pub(super) fn clause(&self) -> String {
        self.parts.join(" AND ")
    }
}

pub(super) fn conditions<'a>(
    request: &'a QueueRequest,
    reader: &Reader,
    covered: &[ProviderId],
    now: Instant,
) -> Conditions<'a> {
    let mut c = Conditions {
        parts: Vec::new(),
        values: Vec::new(),
    };
    match request.view {
        QueueView::Closed => c.add("outstanding = 0", []),
        // Its page is made of one of the open and one of the closed, each from its index.
        QueueView::Every => c.add("outstanding IN (0, 1)", []),
        _ => c.add("outstanding = 1", []),
    }
    let late = "late_at < ?";
    match request.view {
        QueueView::All | QueueView::Closed | QueueView::Every => {}
        QueueView::Mine => c.add("analyst = ?", [reader.user.into()]),
        QueueView::Unassigned => c.add("analyst = 0", []),
        QueueView::Late => c.add(late, [now.into()]),
        QueueView::DueThisWeek => {
            c.add(
                "late_at >= ? AND late_at < ?",
                [now.into(), now.plus_hours(7 * 24).into()],
            );
        }
        QueueView::Declined => c.add("state = 'declined'", []),
        QueueView::OnHold => c.add("held_since > 0", []),
        QueueView::Ownerless => c.add("owner = 0", []),
    }
    if let Scope::Provider(provider) = reader.scope {
        let slots = vec!["?"; covered.len() + 1].join(", ");
        c.add(
            &if covered.is_empty() {
                "owner = ?".to_owned()
            } else {
                format!("owner IN ({slots})")
            },
            std::iter::once(provider)
                .chain(covered.iter().copied())
                .map(Value::from),
        );
    }
    filter_conditions(&mut c, &request.filter, now);
    c
}

fn filter_conditions<'a>(c: &mut Conditions<'a>, f: &'a QueueFilter, now: Instant) {
    if let Some(typed) = &f.typed {
        let part = typed::condition(c, typed, now);
        c.parts.push(part);
    }
    if !f.kinds.is_empty() {
        let slots = vec!["?"; f.kinds.len()].join(", ");
        c.add(
            &format!("kind IN ({slots})"),
            f.kinds.iter().map(|k| k.to_uppercase().into()),
        );
    }
    if let Some(owner) = f.owner {
        c.add("owner = ?", [owner.into()]);
    }
    if let Some(service) = f.service_id {
        if service.0 == 0 {
            c.add("service IS NULL", []);
        } else {
            c.add("service = ?", [service.into()]);
        }
    }
    if let Some(band) = f.age {
        c.add("start < ?", [started_before(now, band.first).into()]);
        if let Some(last) = band.last {
            c.add("start >= ?", [started_before(now, last + 1).into()]);
        }
    }
    if let Some(encounter) = f.encounter {
        c.add("encounter = ?", [encounter.into()]);
    }
}

/// Clocks that started before this instant have run for at least so many whole days.
pub(super) fn started_before(now: Instant, days: i64) -> Instant {
    Instant(now.plus_hours(-days * 24).0 + 1)
}
