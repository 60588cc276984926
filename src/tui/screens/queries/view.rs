//! Which queries are shown, and in what order.

use crate::domain::query::{Query, QueryState};

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum View {
    /// Everything.
    #[default]
    All,
    /// Being written.
    Drafts,
    /// Waiting for an answer.
    Issued,
    /// Waiting, and the ladder has begun.
    Escalated,
    /// Answered, waiting for the record.
    Answered,
    /// Reconciled, closed, withdrawn, expired.
    Done,
}

impl View {
    pub const ALL: [Self; 6] = [
        Self::All,
        Self::Drafts,
        Self::Issued,
        Self::Escalated,
        Self::Answered,
        Self::Done,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Drafts => "Drafts",
            Self::Issued => "Issued",
            Self::Escalated => "Escalated",
            Self::Answered => "Answered",
            Self::Done => "Done",
        }
    }

    pub fn holds(self, query: &Query) -> bool {
        let state = query.state;
        match self {
            Self::All => true,
            Self::Drafts => state == QueryState::Draft,
            Self::Issued => state == QueryState::Issued,
            Self::Escalated => state == QueryState::Issued && query.escalation.level > 0,
            Self::Answered => state == QueryState::Responded,
            Self::Done => matches!(
                state,
                QueryState::Reconciled
                    | QueryState::Closed
                    | QueryState::Withdrawn
                    | QueryState::Expired
            ),
        }
    }
}

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sort {
    /// Newest first, as it comes.
    #[default]
    Newest,
    /// Due, earliest first.
    Due,
    /// Patient.
    Patient,
    /// Provider.
    Provider,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Newest, Self::Due, Self::Patient, Self::Provider];

    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Due => "due",
            Self::Patient => "patient",
            Self::Provider => "provider",
        }
    }
}
