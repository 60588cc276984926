//! The chart viewer: one visit with its documents, the patient's other visits, the timeline and
//! the deficiencies, and a reader for the text.
//!
//! Owns what is shown of a chart and where the user stands in it. Must never decide who may see
//! what: documents the user may not read are not in the chart that comes. Start reading at
//! [`ChartScreen`], then `chart/open.rs` (how it opens at the place that matters).

mod act;
mod cite;
mod documents;
mod draw;
mod open;
mod read;
#[cfg(test)]
mod tests;
mod timeline;

use crate::command::{Command, Facts, Scope, Shape, Taken};
use crate::domain::chart::Chart;
use crate::domain::deficiency::{DeficiencyDetail, QueueRow};
use crate::domain::encounter::Encounter;
use crate::domain::ids::{DeficiencyId, DocumentId, EncounterId, UserId};
use crate::domain::time::Instant;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Handed, Level, Outcome, Place, Screen, Slot, Step};
use crate::tui::desk::{Notice, Reply, Request, VersionRow};
use crate::tui::keys::Key;
use crate::tui::screens::reader::Reader;
use crate::tui::widgets::{Canvas, LineInput, List};
use documents::{DocumentRow, Gap, Order};
use ratatui::layout::Rect;
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
}

impl Tab {
    const ALL: [Self; 4] = [
        Self::Documents,
        Self::Visits,
        Self::Timeline,
        Self::Deficiencies,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Documents => "Documents",
            Self::Visits => "Visits",
            Self::Timeline => "Timeline",
            Self::Deficiencies => "Deficiencies",
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
    tab: Tab,
    /// The cursor of each tab.
    lists: [List; 4],
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
            wanted: None,
            citing: None,
            me: None,
            chart: None,
            failed: None,
            visits: None,
            outstanding: None,
            closed: Vec::new(),
            tab: Tab::Documents,
            lists: [List::default(); 4],
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
    pub fn at_deficiency(encounter: EncounterId, deficiency: DeficiencyId) -> Self {
        Self {
            deficiency: Some(deficiency),
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
            Tab::Visits | Tab::Deficiencies => None,
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

    fn show_tab(&mut self, tab: Tab, context: &Context<'_>) -> Outcome {
        self.tab = tab;
        self.reading = false;
        self.direct = false;
        self.find = None;
        match tab {
            Tab::Documents => self.rest(context),
            Tab::Visits => match (&self.visits, &self.chart) {
                (None, Some(chart)) => Outcome::done().ask(Request::Encounters(chart.patient.id)),
                _ => Outcome::done(),
            },
            Tab::Timeline | Tab::Deficiencies => Outcome::done(),
        }
    }

    fn next_tab(&mut self, forward: bool, context: &Context<'_>) -> Outcome {
        if self.reading {
            self.reading = false;
            return Outcome::done();
        }
        if self.wide(context.body) && self.open.is_some() && forward {
            self.reading = true;
            return Outcome::done();
        }
        let step = if forward { 1 } else { Tab::ALL.len() - 1 };
        self.show_tab(
            Tab::ALL[(self.tab as usize + step) % Tab::ALL.len()],
            context,
        )
    }

    fn moved(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let areas = self.areas(context.body);
        if self.reading {
            if let Some(reader) = self.reader_mut() {
                step(reader.list(), command, areas.text.height);
            }
            return Outcome::done();
        }
        step(self.list_mut(), command, areas.rows());
        self.rest(context)
    }

    /// The cursor has come to rest somewhere: beside a wide list the document is read soon.
    fn rest(&mut self, context: &Context<'_>) -> Outcome {
        let beside = self.wide(context.body) && self.chart.is_some();
        if beside && self.document_under_cursor().is_some() {
            self.preview_at = Some(Instant(context.now.0 + PREVIEW_AFTER));
        }
        Outcome::done()
    }

    fn open_row(&mut self, context: &Context<'_>) -> Outcome {
        if self.reading {
            return Outcome::done();
        }
        match self.tab {
            Tab::Documents | Tab::Timeline => match self.document_under_cursor() {
                Some(document) => self.read(document, context),
                None if self.tab == Tab::Timeline => {
                    Outcome::done().say(Level::Info, "only documents have a text to read")
                }
                None => Outcome::done().say(Level::Info, "here the document is missing"),
            },
            Tab::Visits => {
                let visits = self.visits.as_deref().unwrap_or_default();
                let Some(visit) = visits.get(self.list().cursor) else {
                    return Outcome::done();
                };
                if visit.id == self.encounter {
                    return self.show_tab(Tab::Documents, context);
                }
                let mut other = Self::new(visit.id);
                other.citing = self.citing;
                Outcome::done().push(Box::new(other))
            }
            Tab::Deficiencies => match self.deficiency_row().map(|r| r.id) {
                Some(id) => {
                    self.deficiency = Some(id);
                    self.detail = None;
                    Outcome::done().ask(Request::Detail(id))
                }
                None => Outcome::done(),
            },
        }
    }

    fn back(&mut self) -> Outcome {
        if self.find.take().is_some() {
            return Outcome::done();
        }
        if self.filtering {
            self.filtering = false;
            self.filter = LineInput::default();
            self.rebuild();
            return Outcome::done();
        }
        if self.reading && !self.direct {
            self.reading = false;
            return Outcome::done();
        }
        if !self.reading && !self.filter.is_empty() {
            self.filter = LineInput::default();
            self.rebuild();
            return Outcome::done();
        }
        Outcome::ignored()
    }

    fn sort(&mut self, name: Option<&str>, context: &Context<'_>) -> Outcome {
        self.order = match name {
            Some("kind") => Order::Kind,
            Some("newest") => Order::Newest,
            Some(_) => return Outcome::done().say(Level::Warning, "sort by newest or kind"),
            None if self.order == Order::Newest => Order::Kind,
            None => Order::Newest,
        };
        self.rebuild();
        self.lists[Tab::Documents as usize].go(0, self.areas(context.body).rows());
        self.rest(context)
    }
}

/// Moves a cursor.
fn step(list: &mut List, command: &Command, height: u16) {
    match command {
        Command::Down => list.down(1, height),
        Command::Up => list.up(1, height),
        Command::PageDown => list.page_down(height),
        Command::PageUp => list.page_up(height),
        Command::Top => list.go(0, height),
        Command::End => list.go(usize::MAX, height),
        _ => {}
    }
}

impl Screen for ChartScreen {
    fn scope(&self) -> Scope {
        Scope::Chart
    }

    fn facts(&self, facts: &mut Facts) {
        let list = self
            .reader()
            .filter(|_| self.reading)
            .map_or_else(|| *self.list(), |reader| *reader.cursor());
        facts.rows = list.len > 0;
        facts.at_start = list.at_start();
        facts.at_end = list.at_end();
        facts.marks = self.readers.values().map(Reader::marked).sum();
        facts.filtering = !self.filter.is_empty();
        facts.chart = self.chart.is_some();
        facts.document = self.open.is_some() || self.document_under_cursor().is_some();
        facts.matches = self.reader().is_some_and(|r| r.matched().is_some());
        facts.reading = self.reading;
        facts.text = self.find.is_some() || self.filtering;
        facts.citing = self.citing.is_some();
        facts.busy = self.waits();
        let row = self.deficiency_row();
        facts.state = row.map(|r| r.state);
        facts.held = row.is_some_and(|r| r.held_since.is_some());
        let taken = self.outstanding.iter().flatten().find_map(|r| r.analyst);
        facts.taken = match taken {
            None => Taken::Nobody,
            Some(user) if Some(user) == self.me => Taken::Me,
            Some(_) => Taken::Other,
        };
    }

    fn title(&self, _context: &Context<'_>) -> Shown {
        let what = match self.citing {
            Some(_) => "CHART choose what to cite",
            None => "CHART",
        };
        let marks: usize = self.readers.values().map(Reader::marked).sum();
        let marks = if marks > 0 {
            format!("  {marks} marked")
        } else {
            String::new()
        };
        Shown::own(format!("{what}{marks}"))
    }

    fn hints(&self) -> Vec<Command> {
        if self.find.is_some() || self.filtering {
            return vec![Command::Accept, Command::Back];
        }
        if self.citing.is_some() && self.reading {
            return vec![
                Command::Cite,
                Command::Mark,
                Command::Find,
                Command::NextDocument,
            ];
        }
        if self.reading {
            return vec![
                Command::NextDocument,
                Command::Find,
                Command::NextMatch,
                Command::Mark,
                Command::ComposeQuery,
                Command::Documents,
            ];
        }
        match self.tab {
            Tab::Documents if self.citing.is_some() => vec![
                Command::Open,
                Command::Filter,
                Command::Timeline,
                Command::Encounters,
                Command::Back,
            ],
            Tab::Documents => vec![
                Command::Open,
                Command::Filter,
                Command::Timeline,
                Command::Deficiencies,
                Command::ComposeQuery,
            ],
            Tab::Deficiencies => vec![
                Command::Open,
                Command::Complete,
                Command::Take,
                Command::Documents,
            ],
            Tab::Timeline => vec![
                Command::Open,
                Command::Filter,
                Command::Cite,
                Command::Documents,
            ],
            Tab::Visits => vec![Command::Open, Command::Documents],
        }
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.me = Some(context.session.user);
        self.load()
    }

    fn returned(&mut self, _context: &Context<'_>, changed: bool) -> Outcome {
        if !changed {
            return Outcome::done();
        }
        self.failed = None;
        Outcome::done()
            .ask(Request::Chart(self.encounter))
            .and(self.ask_deficiencies())
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        use Command as C;
        match command {
            C::Accept if self.find.is_some() => self.accept_find(),
            C::Accept if self.filtering => {
                self.filtering = false;
                self.rest(context)
            }
            C::Down | C::Up | C::PageDown | C::PageUp | C::Top | C::End => {
                self.moved(command, context)
            }
            C::SelectRows(rows) => {
                if let Some(row) = rows.rows(self.list().len).first().copied() {
                    let height = self.areas(context.body).rows();
                    self.list_mut().go(row, height);
                }
                self.rest(context)
            }
            C::Open => self.open_row(context),
            C::Back => self.back(),
            C::NextPane => self.next_tab(true, context),
            C::PreviousPane => self.next_tab(false, context),
            C::Documents => self.show_tab(Tab::Documents, context),
            C::Encounters => self.show_tab(Tab::Visits, context),
            C::Timeline => self.show_tab(Tab::Timeline, context),
            C::Deficiencies => self.show_tab(Tab::Deficiencies, context),
            C::Sort(name) => self.sort(name.as_deref(), context),
            C::Reverse => {
                self.newest_first = !self.newest_first;
                self.rebuild();
                Outcome::done()
            }
            C::Filter => {
                self.filtering = true;
                Outcome::done()
            }
            C::ClearFilter => {
                self.filter = LineInput::default();
                self.rebuild();
                self.rest(context)
            }
            C::Next if !self.reading => self.neighbour(true),
            C::Previous if !self.reading => self.neighbour(false),
            C::SearchChart => Outcome::done().goto(Place::Search {
                encounter: Some(self.encounter),
                text: String::new(),
            }),
            other => {
                let outcome = self.reading_command(other, context);
                if outcome.ignored {
                    self.acting_command(other, context)
                } else {
                    outcome
                }
            }
        }
    }

    fn text_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        if self.find.is_some() {
            return self.find_key(|find| find.key(key), context);
        }
        if self.filtering && self.filter.key(key) {
            self.filtered();
            return Outcome::done();
        }
        Outcome::ignored()
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        if self.find.is_some() {
            return self.find_key(
                |find| {
                    find.paste(text);
                    true
                },
                context,
            );
        }
        if self.filtering {
            self.filter.paste(text);
            self.filtered();
            return Outcome::done();
        }
        Outcome::ignored()
    }

    fn reply(&mut self, slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Chart(chart) => self.arrived(chart, context),
            Reply::Detail(detail) => {
                self.detail = Some(detail);
                self.to_place(context)
            }
            Reply::Encounters(visits) => {
                let here = visits.iter().position(|v| v.id == self.encounter);
                self.visits = Some(visits);
                self.rebuild();
                let height = self.areas(context.body).rows();
                self.lists[Tab::Visits as usize].go(here.unwrap_or(0), height);
                Outcome::done()
            }
            Reply::Queue(page) => {
                if slot == CLOSED {
                    self.closed = page.rows;
                } else {
                    self.outstanding = Some(page.rows);
                }
                self.rebuild();
                Outcome::done()
            }
            Reply::Text(text) => self.text_arrived(&text, context),
            Reply::Versions(versions) => self.offer_versions(versions, context),
            Reply::Acted(_) => self.returned(context, true),
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, notice: &Notice, _context: &Context<'_>) -> Outcome {
        match slot {
            Slot::Chart => self.failed = Some(Shown::own(notice.what.clone())),
            Slot::Text => self.text_failed = true,
            Slot::Detail => self.deficiency = None,
            _ => {}
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        self.answered(tag, answer, context)
    }

    fn handed(&mut self, handed: Handed, _context: &Context<'_>) -> Outcome {
        match handed {
            // A chart of another visit, opened from this one, hands its citation through.
            Handed::Citation(_) if self.citing.is_some() => {
                Outcome::done().step(Step::Hand(handed)).step(Step::Pop)
            }
            _ => Outcome::ignored(),
        }
    }

    fn tick(&mut self, context: &Context<'_>) -> Outcome {
        if self.preview_at.is_none_or(|at| at > context.now) {
            return Outcome::done();
        }
        self.preview_at = None;
        match self.document_under_cursor() {
            Some(document) => self.show_document((document, None)),
            None => Outcome::done(),
        }
    }

    fn wake_at(&self) -> Option<Instant> {
        self.preview_at
    }

    fn waits(&self) -> bool {
        let chart = self.chart.is_none() && self.failed.is_none();
        let place = self.deficiency.is_some() && self.detail.is_none() && self.failed.is_none();
        let text = self.reading && self.reader().is_none() && !self.text_failed;
        chart || place || text
    }

    fn resized(&mut self, context: &Context<'_>) {
        let areas = self.areas(context.body);
        for reader in self.readers.values_mut() {
            reader.set_width(areas.text.width);
        }
        let cursors = self.lists.map(|l| l.cursor);
        for (list, cursor) in self.lists.iter_mut().zip(cursors) {
            list.go(cursor, areas.rows());
        }
    }

    fn completions(&self, shape: Shape) -> Vec<String> {
        match shape {
            Shape::Sort => [Order::Newest, Order::Kind]
                .map(|o| o.name().to_owned())
                .to_vec(),
            _ => Vec::new(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}

/// Patient, MRN and visit of a chart, for confirmations.
fn who(chart: &Chart) -> Shown {
    let visit = show(&chart.encounter.facts.visit);
    let identity = crate::tui::screens::banner::identity(&chart.patient);
    Shown::own(format!("{identity}  visit {visit}"))
}
