//! The chart viewer: one visit with its documents, the patient's other visits, the timeline and
//! the deficiencies, and a reader for the text.
//!
//! Owns what is shown of a chart and where the user stands in it. Must never decide who may see
//! what: documents the user may not read are not in the chart that comes. Start reading at
//! [`ChartScreen`], then `chart/open.rs` (how it opens at the place that matters).

mod act;
mod cite;
pub(super) mod copied;
mod documents;
mod draw;
mod moves;
mod open;
mod opportunities;
mod page;
mod read;
mod screen;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_opportunities;
mod timeline;

use crate::domain::chart::Chart;
use crate::domain::copied::CopiedText;
use crate::domain::deficiency::{DeficiencyDetail, QueueRow};
use crate::domain::encounter::Encounter;
use crate::domain::ids::{DeficiencyId, DocumentId, EncounterId, UserId};
use crate::domain::time::Instant;
use crate::domain::worklist::{CatalogueEntry, WorkOrder};
use crate::text::{Shown, show};
use crate::tui::app::{Outcome, Slot};
use crate::tui::desk::{Request, VersionRow};
use crate::tui::screens::reader::Reader;
use crate::tui::widgets::{LineInput, List};
use copied::PlaceOf;
use documents::{DocumentRow, Gap, Order};
use std::collections::BTreeMap;
use timeline::Entry;

/// Microseconds the cursor must rest before the document under it is read beside the list.
const PREVIEW_AFTER: i64 = 150_000;
/// Columns from which list and reader stand side by side.
const WIDE: u16 = 110;
/// Slot of the question for closed deficiencies.
const CLOSED: Slot = Slot::Other(3);

/// The parts of a chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Tab {
    #[default]
    Documents,
    Visits,
    Timeline,
    Deficiencies,
    Opportunities,
}

impl Tab {
    const ALL: [Self; 5] = [
        Self::Documents,
        Self::Visits,
        Self::Timeline,
        Self::Deficiencies,
        Self::Opportunities,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Documents => "Documents",
            Self::Visits => "Visits",
            Self::Timeline => "Timeline",
            Self::Deficiencies => "Deficiencies",
            Self::Opportunities => "Opportunities",
        }
    }
}

/// What is highlighted in every document that is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Highlight {
    #[default]
    None,
    /// Needles of a search.
    Needles(Vec<String>),
    /// Words typed into find.
    Typed(String),
}

/// A document being read, and in which version (`None` is the newest).
type Reading = (DocumentId, Option<i64>);

/// The chart viewer.
pub struct ChartScreen {
    encounter: EncounterId,
    /// A deficiency whose place is to be shown.
    deficiency: Option<DeficiencyId>,
    detail: Option<Box<DeficiencyDetail>>,
    /// The list the chart comes from, for the next free chart.
    work: WorkOrder,
    /// The deficiency types that can be added.
    catalogue: Vec<CatalogueEntry>,
    /// The item just completed, until its successor is known.
    completed: Option<DeficiencyId>,
    /// A document to open at once.
    wanted: Option<DocumentId>,
    /// The visit a query below this screen is about, when it waits for a citation.
    citing: Option<EncounterId>,
    me: Option<UserId>,
    chart: Option<Box<Chart>>,
    failed: Option<Shown>,
    visits: Option<Vec<Encounter>>,
    outstanding: Option<Vec<QueueRow>>,
    closed: Vec<QueueRow>,
    found: opportunities::Found,
    tab: Tab,
    /// The cursor of each tab.
    lists: [List; 5],
    order: Order,
    newest_first: bool,
    gap: Option<Gap>,
    /// What the place is about, in one line.
    notice: Option<Shown>,
    rows: Vec<DocumentRow>,
    entries: Vec<Entry>,
    filter: LineInput,
    filtering: bool,
    /// The document shown, and whether the reader has the keys.
    open: Option<Reading>,
    reading: bool,
    /// The document was opened from outside: back leaves the chart.
    direct: bool,
    text_failed: bool,
    readers: BTreeMap<Reading, Reader>,
    highlight: Highlight,
    find: Option<LineInput>,
    /// What of the open document was copied, while it is marked.
    copied: Option<Box<CopiedText>>,
    /// A passage to go to, and the note whose copy of it was left for its source.
    passage: Option<PlaceOf>,
    came_from: Option<Reading>,
    versions: Vec<VersionRow>,
    preview_at: Option<Instant>,
}

impl ChartScreen {
    /// A chart at its documents.
    pub fn new(encounter: EncounterId) -> Self {
        Self {
            encounter,
            deficiency: None,
            detail: None,
            work: WorkOrder::default(),
            catalogue: Vec::new(),
            completed: None,
            wanted: None,
            citing: None,
            me: None,
            chart: None,
            failed: None,
            visits: None,
            outstanding: None,
            closed: Vec::new(),
            found: opportunities::Found::default(),
            tab: Tab::Documents,
            lists: [List::default(); 5],
            order: Order::Newest,
            newest_first: false,
            gap: None,
            notice: None,
            rows: Vec::new(),
            entries: Vec::new(),
            filter: LineInput::default(),
            filtering: false,
            open: None,
            reading: false,
            direct: false,
            text_failed: false,
            readers: BTreeMap::new(),
            highlight: Highlight::None,
            find: None,
            copied: None,
            passage: None,
            came_from: None,
            versions: Vec::new(),
            preview_at: None,
        }
    }

    /// A chart at a document, with the needles of a search highlighted.
    pub fn at_document(encounter: EncounterId, document: DocumentId, words: Vec<String>) -> Self {
        Self {
            wanted: Some(document),
            highlight: if words.is_empty() {
                Highlight::None
            } else {
                Highlight::Needles(words)
            },
            ..Self::new(encounter)
        }
    }

    /// A chart at the place that matters to a deficiency: the document it is about, or where
    /// the missing one would stand.
    pub fn at_deficiency(
        encounter: EncounterId,
        deficiency: DeficiencyId,
        work: WorkOrder,
    ) -> Self {
        Self {
            deficiency: Some(deficiency),
            work,
            ..Self::new(encounter)
        }
    }

    /// A chart over a composer that waits for a citation.
    pub fn citing(encounter: EncounterId) -> Self {
        Self {
            citing: Some(encounter),
            ..Self::new(encounter)
        }
    }

    fn load(&mut self) -> Outcome {
        let outcome = Outcome::done()
            .ask(Request::Chart(self.encounter))
            .and(self.ask_deficiencies());
        match self.deficiency {
            Some(id) => outcome.ask(Request::Detail(id)),
            None => outcome,
        }
    }

    fn list(&self) -> &List {
        &self.lists[self.tab as usize]
    }

    fn list_mut(&mut self) -> &mut List {
        &mut self.lists[self.tab as usize]
    }

    /// The deficiency under the cursor, or the one the chart was opened for.
    fn deficiency_row(&self) -> Option<&QueueRow> {
        if self.tab == Tab::Deficiencies && !self.reading {
            return self.deficiency_at(self.list().cursor);
        }
        self.detail.as_ref().map(|d| &d.row)
    }

    fn deficiency_at(&self, index: usize) -> Option<&QueueRow> {
        let outstanding = self.outstanding.as_deref().unwrap_or_default();
        outstanding.iter().chain(&self.closed).nth(index)
    }

    fn document_under_cursor(&self) -> Option<DocumentId> {
        let chart = self.chart.as_ref()?;
        match self.tab {
            Tab::Documents => match self.rows.get(self.list().cursor)? {
                DocumentRow::Document(i) => chart.documents.get(*i).map(|d| d.id),
                DocumentRow::Gap => None,
            },
            Tab::Timeline => self.entries.get(self.list().cursor)?.document,
            Tab::Visits | Tab::Deficiencies | Tab::Opportunities => None,
        }
    }

    fn filter_words(&self) -> Vec<String> {
        let text = self.filter.text().to_lowercase();
        text.split_whitespace().map(str::to_owned).collect()
    }

    /// Makes the rows anew after the chart, the filter or an order has changed.
    fn rebuild(&mut self) {
        let Some(chart) = &self.chart else {
            return;
        };
        let words = self.filter_words();
        self.rows = documents::rows(chart, self.order, &words, self.gap.as_ref());
        let mut entries = timeline::entries(chart);
        if !words.is_empty() {
            entries.retain(|e| {
                let text = format!("{} {} {}", e.what, e.text, e.note).to_lowercase();
                words.iter().all(|w| text.contains(w.as_str()))
            });
        }
        if self.newest_first {
            entries.reverse();
        }
        self.entries = entries;
        let outstanding = self.outstanding.as_ref().map_or(0, Vec::len);
        let lengths = [
            self.rows.len(),
            self.visits.as_ref().map_or(0, Vec::len),
            self.entries.len(),
            outstanding + self.closed.len(),
            self.found.len(),
        ];
        for (list, len) in self.lists.iter_mut().zip(lengths) {
            list.set_len(len);
        }
    }

    /// The filter was typed: what it finds is shown from its beginning.
    fn filtered(&mut self) {
        self.rebuild();
        for list in &mut self.lists {
            *list = List::new(list.len);
        }
    }
}

/// Patient, MRN and visit of a chart, for confirmations.
fn who(chart: &Chart) -> Shown {
    let visit = show(&chart.encounter.facts.visit);
    let identity = crate::tui::screens::banner::identity(&chart.patient);
    Shown::own(format!("{identity}  visit {visit}"))
}
