//! A line of the inbox, an item or a query alike, and what the list of them is.

use crate::domain::deficiency::{DeficiencyState, QueueRow};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::{counted, show};
use crate::tui::desk::QueryRow;
use crate::tui::screens::listing::{Listed, Plan, Sort, Split};

pub(super) static PLAN: Plan<Entry> = Plan {
    what: "inbox",
    views: &[],
    sorts: &[
        Sort::by("due", |a, b| a.due().cmp(&b.due())),
        Sort::by("patient", |a, b| a.patient_name().cmp(b.patient_name())),
    ],
    marks: false,
    split: Split::of(46, 8),
};

/// A line: an item or a query.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entry {
    Item(Box<QueueRow>),
    Query(Box<QueryRow>),
}

impl Entry {
    fn due(&self) -> Instant {
        match self {
            Self::Item(row) => row.due,
            Self::Query(row) => row.query.due.unwrap_or(Instant(i64::MAX)),
        }
    }

    fn patient_name(&self) -> &Untrusted {
        match self {
            Self::Item(row) => &row.patient_name,
            Self::Query(row) => &row.patient_name,
        }
    }
}

impl Listed for Entry {
    /// Whether it is a query, and its row.
    type Key = (bool, i64);

    fn key(&self) -> Self::Key {
        match self {
            Self::Item(row) => (false, row.id.0),
            Self::Query(row) => (true, row.query.id.0),
        }
    }

    fn haystack(&self) -> String {
        match self {
            Self::Item(row) => format!(
                "{} {} {} {} {}",
                show(&row.mrn),
                show(&row.visit),
                show(&row.patient_name),
                show(&row.kind.as_str().into()),
                show(&row.service_name)
            ),
            Self::Query(row) => format!("query {}", row.haystack()),
        }
    }
}

/// Lines of what is owed; what was declined waits for somebody else.
pub(super) fn owed(items: &[QueueRow]) -> impl Iterator<Item = Entry> + '_ {
    items
        .iter()
        .filter(|row| row.state != DeficiencyState::Declined)
        .map(|row| Entry::Item(Box::new(row.clone())))
}

/// The header: how many items are owed in all, how many of those read are late, and how many
/// queries. What was declined is not owed while it waits for its answer.
pub(super) fn title(
    items: &[QueueRow],
    total: i64,
    more: bool,
    queries: usize,
    now: Instant,
) -> String {
    let (declined, owed): (Vec<&QueueRow>, Vec<&QueueRow>) = items
        .iter()
        .partition(|row| row.state == DeficiencyState::Declined);
    let late = owed
        .iter()
        .filter(|row| row.state.is_outstanding() && row.ages(now).late)
        .count();
    let items = total - declined.len() as i64;
    format!(
        "MY INBOX {} ({late}{} late), {}",
        counted(items, "item"),
        if more { "+" } else { "" },
        counted(queries, "query")
    )
}
