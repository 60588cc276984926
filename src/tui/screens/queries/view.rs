//! Which queries are shown, and in what order.

use crate::domain::query::QueryState;
use crate::domain::untrusted::Untrusted;
use crate::tui::desk::QueryRow;
use crate::tui::screens::listing::{OfPatient, OfProvider, Plan, Sort, Split, View};

/// The list of queries: everything, being written, waiting for an answer, answered, done with.
pub(super) static PLAN: Plan<QueryRow> = Plan {
    what: "queries",
    views: &[
        View {
            title: "All",
            holds: Some(|_| true),
        },
        View {
            title: "Drafts",
            holds: Some(|r| r.query.state == QueryState::Draft),
        },
        View {
            title: "Issued",
            holds: Some(|r| r.query.state == QueryState::Issued),
        },
        View {
            title: "Escalated",
            holds: Some(|r| r.query.state == QueryState::Issued && r.query.escalation.level > 0),
        },
        View {
            title: "Answered",
            holds: Some(|r| r.query.state == QueryState::Responded),
        },
        View {
            title: "Done",
            holds: Some(|r| done(r.query.state)),
        },
    ],
    sorts: &[
        Sort::as_read("newest"),
        Sort::by("due", |a, b| {
            let due = |r: &QueryRow| (r.query.due.is_none(), r.query.due);
            due(a).cmp(&due(b))
        }),
        Sort::PATIENT,
        Sort::PROVIDER,
    ],
    marks: false,
    split: Split::of(50, 0),
};

impl OfPatient for QueryRow {
    fn patient(&self) -> &Untrusted {
        &self.patient_name
    }
}

impl OfProvider for QueryRow {
    fn provider(&self) -> &Untrusted {
        &self.provider_name
    }
}

/// Reconciled, closed, withdrawn, expired.
fn done(state: QueryState) -> bool {
    matches!(
        state,
        QueryState::Reconciled | QueryState::Closed | QueryState::Withdrawn | QueryState::Expired
    )
}
