//! Worklists: views, filters, sort orders and pages of the deficiency queue.

use super::deficiency::QueueRow;
use super::ids::{DeficiencyId, EncounterId, ProviderId, UserId};
use super::lease::Lease;
use super::named::named_enum;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

mod filter;

pub use filter::{AgeBand, Condition, Fit, QueueFilter, QueueText, QueueTime};

named_enum! {
    /// The views every user has.
    pub enum QueueView {
        /// Everything outstanding.
        All = "all",
        /// Items of charts I have taken.
        Mine = "mine",
        /// Items nobody has taken.
        Unassigned = "unassigned",
        /// Past due, holds considered.
        Late = "late",
        /// Due within seven days, not yet late.
        DueThisWeek = "due",
        /// Declined, waiting for HIM's answer.
        Declined = "declined",
        /// On hold.
        OnHold = "hold",
        /// Outstanding without an owner.
        Ownerless = "ownerless",
        /// Completed or voided, newest first.
        Closed = "closed",
        /// Everything, open and closed: what came on a day, what was owed on a day of the past.
        Every = "every",
    }
}

impl QueueView {
    /// The views that stand on the first screen, in the order of their numbers.
    pub const HOME: &'static [Self] = &[
        Self::All,
        Self::Mine,
        Self::Unassigned,
        Self::Late,
        Self::DueThisWeek,
        Self::Declined,
        Self::OnHold,
        Self::Ownerless,
        Self::Closed,
    ];

    /// The words shown for it.
    pub fn title(self) -> &'static str {
        match self {
            Self::All => "All open",
            Self::Mine => "Mine",
            Self::Unassigned => "Not taken",
            Self::Late => "Late",
            Self::DueThisWeek => "Due in 7 days",
            Self::Declined => "Declined",
            Self::OnHold => "On hold",
            Self::Ownerless => "No owner",
            Self::Closed => "Recently closed",
            Self::Every => "Open and closed",
        }
    }
}

named_enum! {
    /// What a queue is sorted by.
    pub enum QueueSort {
        /// Due, earliest first.
        Due = "due",
        /// Age, oldest first.
        Age = "age",
        /// Patient name.
        Patient = "patient",
        /// Owner name.
        Owner = "owner",
        /// Deficiency type.
        Kind = "type",
        /// Closing time, newest first (closed items).
        Closed = "closed",
    }
}

named_enum! {
    /// What open items are grouped by.
    pub enum GroupBy {
        /// Who owes them.
        Provider = "provider",
        /// The service of the visit.
        Service = "service",
        /// The deficiency type.
        Kind = "type",
    }
}

impl GroupBy {
    /// The words shown for it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Provider => "by provider",
            Self::Service => "by service",
            Self::Kind => "by type",
        }
    }
}

/// Open items that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Row identity of the provider or service; 0 for none, and for types.
    pub id: i64,
    /// Its name, or the type code; empty where there is no provider or service.
    pub name: Untrusted,
    /// Open items.
    pub open: i64,
    /// Late ones among them.
    pub late: i64,
}

/// The list somebody works through, chart by chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkOrder {
    /// The view.
    pub view: QueueView,
    /// Further conditions.
    pub filter: QueueFilter,
    /// Sort order.
    pub sort: QueueSort,
    /// From the other end.
    pub reverse: bool,
}

impl Default for WorkOrder {
    /// Everything open, what is due first.
    fn default() -> Self {
        Self {
            view: QueueView::All,
            filter: QueueFilter::default(),
            sort: QueueSort::Due,
            reverse: false,
        }
    }
}

/// A chart that was taken, and the item to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The chart.
    pub encounter: EncounterId,
    /// Its first item in the order of the list.
    pub deficiency: DeficiencyId,
}

/// A deficiency type that can be added by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// Type code.
    pub kind: String,
    /// What it is called.
    pub title: String,
}

/// A page of the queue asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRequest {
    /// The view.
    pub view: QueueView,
    /// Further conditions.
    pub filter: QueueFilter,
    /// Sort order.
    pub sort: QueueSort,
    /// From the other end.
    pub reverse: bool,
    /// Rows after this cursor; `None` for the first page.
    pub after: Option<QueueCursor>,
    /// At most so many rows.
    pub limit: usize,
}

/// Where a page ends: the sort key and identity of its last row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueCursor {
    /// Number keys (`due`, `start`, `closed`).
    pub number: i64,
    /// Text keys (names, type).
    pub text: String,
    /// Row identity.
    pub id: i64,
}

/// A page of the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuePage {
    /// Rows.
    pub rows: Vec<QueueRow>,
    /// How many match in all, exact.
    pub total: i64,
    /// Where the next page starts, if there is one.
    pub next: Option<QueueCursor>,
    /// Who has charts of this page just now.
    pub holders: Vec<Lease>,
    /// In the view of what was declined: the reason that was given for each row.
    pub declines: Vec<(DeficiencyId, Untrusted)>,
}

/// Counts for the home screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorklistCounts {
    /// Items in each view, in the order of [`QueueView::ALL`].
    pub views: Vec<(QueueView, i64)>,
    /// Outstanding items by type code, most first.
    pub kinds: Vec<(String, i64)>,
    /// Outstanding items by ageing band: (first day, last day or none, items).
    pub bands: Vec<(i64, Option<i64>, i64)>,
    /// Charts with at least one outstanding item.
    pub charts: i64,
    /// Queries by state name.
    pub queries: Vec<(String, i64)>,
    /// Patients, visits, documents in the store.
    pub patients: i64,
    /// Visits.
    pub encounters: i64,
    /// Documents.
    pub documents: i64,
    /// Work of documentation integrity, for who reviews stays.
    pub cdi: Option<CdiCounts>,
}

/// What a specialist of documentation integrity looks for first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CdiCounts {
    /// Stays whose next review is due today or was due before.
    pub due: i64,
    /// Opportunities found at the last look and not set aside.
    pub opportunities: i64,
    /// Stays that changed since the rules looked at them.
    pub unlooked: i64,
    /// Queries that wait for an answer past their day.
    pub late: i64,
}

/// A view a user saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// Base view.
    pub view: QueueView,
    /// Filter, as typed.
    pub filter: String,
    /// Sort order.
    pub sort: QueueSort,
    /// From the other end.
    pub reverse: bool,
}

/// A user or provider to choose from in a pick list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Row identity.
    pub id: i64,
    /// Name shown.
    pub name: Untrusted,
    /// What stands beside it (service, role).
    pub note: Untrusted,
}

/// Whose rows a reader may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// Only charts and items of this provider.
    Provider(ProviderId),
}

/// Who reads, as far as views depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The user, for the view of one's own work.
    pub user: UserId,
    /// What they may see.
    pub scope: Scope,
    /// Whether the drafts of others are theirs to read, too.
    pub all_drafts: bool,
}
