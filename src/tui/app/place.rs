//! Where a user can go. Screens name places and never each other's types.

use crate::domain::ids::{DeficiencyId, DocumentId, EncounterId, ProviderId, QueryId};
use crate::domain::query::Indicator;
use crate::domain::review_list::ReviewView;
use crate::domain::saved_search::SearchList;
use crate::domain::worklist::{GroupBy, QueueFilter, QueueView, SavedView, WorkOrder};
use crate::text::Shown;

/// Places a user can go to.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// The first screen.
    Home,
    /// The deficiency queue.
    Queue(QueueStart),
    /// A chart, perhaps at a document, with words to highlight.
    Chart {
        /// The visit.
        encounter: EncounterId,
        /// The document to open first.
        document: Option<DocumentId>,
        /// Words to highlight in it.
        words: Vec<String>,
    },
    /// A chart at the place that matters to a deficiency.
    Deficiency {
        /// The visit.
        encounter: EncounterId,
        /// What is owed.
        deficiency: DeficiencyId,
        /// The list it comes from, for the next free chart.
        work: Box<WorkOrder>,
    },
    /// A chart at what a rule found worth asking about.
    Opportunity {
        /// The visit.
        encounter: EncounterId,
        /// The rule.
        rule: String,
    },
    /// The worklist of opportunities.
    Opportunities,
    /// The composer with a query about what a rule found.
    ComposerAbout {
        /// The visit.
        encounter: EncounterId,
        /// The rule.
        rule: String,
    },
    /// Open items in groups.
    Groups(GroupBy),
    /// What the user owes.
    Inbox,
    /// The dashboard.
    Dashboard,
    /// The suspension list.
    Suspension,
    /// One provider.
    Provider(ProviderId),
    /// Named lists.
    Lists,
    /// Stays that wait to be coded.
    Waiting,
    /// Absences, who stands in, coverage groups.
    Covers,
    /// Letters to everybody, or to one provider.
    Letters(Option<ProviderId>),
    /// The worklist of documentation integrity, perhaps at one of its views.
    Reviews(Option<ReviewView>),
    /// Figures of documentation integrity.
    CdiFigures,
    /// The review of a stay.
    Review(EncounterId),
    /// Search.
    Search {
        /// Only in this visit.
        encounter: Option<EncounterId>,
        /// What to search for at once.
        text: String,
    },
    /// A saved search as a worklist.
    SavedSearch(Box<SearchList>),
    /// The list of queries.
    Queries,
    /// The composer.
    Composer {
        /// The visit it is about.
        encounter: EncounterId,
        /// The draft to go on with.
        query: Option<QueryId>,
        /// What to cite at once.
        indicator: Option<Box<Indicator>>,
    },
}

/// How the queue opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueStart {
    /// A view of the program.
    View(QueueView),
    /// A saved view.
    Saved(SavedView),
    /// What stands behind a number of another screen.
    Narrowed {
        /// What it is, for the header.
        title: Shown,
        /// The view.
        view: QueueView,
        /// The conditions.
        filter: Box<QueueFilter>,
    },
}
