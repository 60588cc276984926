//! The deficiency queue: a list over any number of rows, marks, filter, views, and the detail of
//! the row under the cursor.
//!
//! `load.rs` fetches rows, `act.rs` turns commands into actions, `detail.rs` explains an item,
//! `document.rs` shows what it is about, `draw.rs` draws. Start reading at [`Queue`].

mod act;
mod columns;
mod detail;
mod document;
mod draw;
mod filter;
mod load;
mod moves;
#[cfg(test)]
mod tests;
mod views;

use crate::command::{Command, Facts, Scope, Shape, Taken};
use crate::domain::deficiency::{DeficiencyDetail, QueueRow};
use crate::domain::ids::{DeficiencyId, EncounterId, UserId};
use crate::domain::lease::Lease;
use crate::domain::permission::{Grant, Permission};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{
    CatalogueEntry, QueueCursor, QueueFilter, QueueSort, QueueView, SavedView,
};
use crate::text::Shown;
use crate::tui::app::{Answer, Context, Handed, Outcome, Place, QueueStart, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::keys::Key;
use crate::tui::screens::listing::Stand;
use crate::tui::widgets::{Canvas, LineInput, List, Pager, Window};
use columns::Extra;
use document::Documents;
use ratatui::layout::Rect;
use std::collections::BTreeMap;

pub(super) use columns::urgency;
pub(super) use detail::explained;

/// Details kept, so that going back and forth asks nothing.
const KEPT_DETAILS: usize = 64;

/// Where the first page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Asked for, not here.
    Loading,
    /// Here.
    Ready,
    /// Refused or broken.
    Failed,
}

/// The pane that has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pane {
    /// The list.
    List,
    /// The explanation.
    Detail,
    /// The document.
    Document,
}

/// The queue.
pub struct Queue {
    view: QueueView,
    /// The saved view it was opened as.
    saved: Option<SavedView>,
    /// What stands behind a number of another screen: its name and conditions.
    narrowed: Option<(Shown, QueueFilter)>,
    views: Vec<SavedView>,
    /// The deficiency types that can be added.
    catalogue: Vec<CatalogueEntry>,
    /// Who has the charts that were fetched.
    holders: BTreeMap<EncounterId, Lease>,
    /// Why rows were declined, in the view of those.
    declines: BTreeMap<DeficiencyId, Untrusted>,
    sort: QueueSort,
    reverse: bool,
    filter: LineInput,
    typing: filter::Typing,
    /// The filter line has the keys.
    editing: bool,
    phase: Phase,
    /// Rows of the view without a filter, as last seen.
    unfiltered: Option<usize>,
    window: Window<QueueRow, QueueCursor>,
    list: List,
    /// Marked items with the row version the user saw.
    marks: BTreeMap<DeficiencyId, i64>,
    /// The row marked last, where a range begins.
    anchor: Option<usize>,
    /// The item the cursor was on when the rows were asked for again.
    follow: Option<Stand<DeficiencyId>>,
    /// Where the cursor stood when something was done.
    stood: Option<Stand<DeficiencyId>>,
    /// Further pages that are under way.
    fetching: Vec<Slot>,
    details: BTreeMap<DeficiencyId, DeficiencyDetail>,
    /// The item whose explanation opens as soon as it has come.
    wanted: Option<DeficiencyId>,
    pane: Pane,
    pager: Pager,
    documents: Documents,
    extras: Vec<Extra>,
    me: Option<UserId>,
}

impl Queue {
    /// A queue as it opens.
    pub fn new(start: QueueStart) -> Self {
        let mut queue = Self {
            view: QueueView::All,
            saved: None,
            narrowed: None,
            views: Vec::new(),
            catalogue: Vec::new(),
            holders: BTreeMap::new(),
            declines: BTreeMap::new(),
            sort: QueueSort::Due,
            reverse: false,
            filter: LineInput::default(),
            typing: filter::Typing::default(),
            editing: false,
            phase: Phase::Loading,
            unfiltered: None,
            window: Window::default(),
            list: List::default(),
            marks: BTreeMap::new(),
            anchor: None,
            follow: None,
            stood: None,
            fetching: Vec::new(),
            details: BTreeMap::new(),
            wanted: None,
            pane: Pane::List,
            pager: Pager::default(),
            documents: Documents::default(),
            extras: Vec::new(),
            me: None,
        };
        queue.set_view(start);
        queue
    }

    fn row(&self) -> Option<&QueueRow> {
        self.window.get(self.list.cursor)
    }

    fn detail(&self) -> Option<&DeficiencyDetail> {
        self.row().and_then(|row| self.details.get(&row.id))
    }
}

impl Screen for Queue {
    fn scope(&self) -> Scope {
        Scope::Queue
    }

    fn facts(&self, facts: &mut Facts) {
        facts.text = self.editing;
        facts.reading = self.pane != Pane::List;
        facts.rows = self.list.len > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
        facts.marks = self.marks.len();
        facts.filtering = !self.filter.is_empty();
        if let Some(row) = self.row() {
            facts.chart = true;
            facts.state = Some(row.state);
            facts.held = row.held_since.is_some();
            let detail = self.details.get(&row.id);
            facts.hold_placed = detail.map(|d| d.hold_placed);
            facts.chart_held = detail.map(|d| d.chart_held);
            facts.provider = row.owner.is_some();
            facts.taken = match row.analyst {
                None => Taken::Nobody,
                analyst if analyst == self.me => Taken::Me,
                Some(_) => Taken::Other,
            };
        }
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        self.heading()
    }

    fn hints(&self) -> Vec<Command> {
        if self.editing {
            return vec![Command::Accept, Command::Pick, Command::Back];
        }
        if self.list.len == 0 {
            return vec![
                Command::Refresh,
                Command::OpenView(None),
                Command::Filter,
                Command::GotoHome,
            ];
        }
        if self.view == QueueView::Declined {
            return vec![
                Command::Open,
                Command::AnswerDecline,
                Command::Mark,
                Command::Assign,
                Command::Why,
                Command::Filter,
            ];
        }
        vec![
            Command::Open,
            Command::Complete,
            Command::Mark,
            Command::Assign,
            Command::TakeNext,
            Command::Filter,
        ]
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.me = Some(context.session.user);
        self.pager.set_width(draw::detail_area(context.body).width);
        let asked = match context.session.grants.of(Permission::CreateDeficiency) {
            Grant::No => Outcome::done(),
            _ => Outcome::done().ask(Request::Catalogue),
        };
        asked.and(self.load(context)).ask(Request::Views)
    }

    fn returned(&mut self, context: &Context<'_>, changed: bool) -> Outcome {
        if changed {
            self.details.clear();
            return self.load(context);
        }
        Outcome::done()
    }

    fn dealt(&mut self) {
        self.stood = self.stand();
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        if let Some(outcome) = self.movement(command, context) {
            return outcome;
        }
        if let Some(outcome) = self.view_command(command, context) {
            return outcome;
        }
        if let Some(outcome) = self.act_command(command, context) {
            return outcome;
        }
        match command {
            Command::Back => self.back(context),
            Command::Filter => {
                self.editing = true;
                self.pane = Pane::List;
                Outcome::done()
            }
            Command::Accept if self.editing => self.accept(),
            Command::NextField if self.editing => self.take_offer(0, context),
            Command::Pick if self.editing => self.pick_offer(),
            Command::Open | Command::OpenChart => match self.place() {
                Some(place) => Outcome::done().goto(place),
                None => Outcome::done(),
            },
            Command::OpenReview => match self.row() {
                Some(row) => Outcome::done().goto(Place::Review(row.encounter)),
                None => Outcome::done(),
            },
            Command::Copy => match self.row() {
                Some(row) => {
                    Outcome::done().step(crate::tui::app::Step::Copy(crate::text::show(&row.visit)))
                }
                None => Outcome::done(),
            },
            _ => Outcome::ignored(),
        }
    }

    fn text_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        let before = self.filter.text().to_owned();
        if !self.filter.key(key) {
            return Outcome::ignored();
        }
        if self.filter.text() == before {
            return Outcome::done();
        }
        self.edited(context)
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        if !self.editing {
            return Outcome::ignored();
        }
        self.filter.paste(text);
        self.edited(context)
    }

    fn reply(&mut self, slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Queue(page) => return self.page(slot, page, context),
            Reply::Detail(detail) => return self.detailed(slot, *detail, context),
            Reply::Views(views) => self.views = views,
            Reply::Catalogue(catalogue) => self.catalogue = catalogue,
            Reply::Completions(offers) => self.offered(offers),
            Reply::Text(text) => self
                .documents
                .arrived(&text, self.document_area(context.body)),
            Reply::Acted(acted) => return self.acted(&acted, context),
            _ => {}
        }
        Outcome::done()
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.fetching.retain(|s| *s != slot);
        if slot == Slot::Text {
            self.documents.failed();
        }
        if slot == Slot::Rows && !self.window.loaded() {
            self.phase = Phase::Failed;
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        if let (filter::OFFERS, Answer::Chosen(index)) = (tag, &answer) {
            return self.take_offer(*index, context);
        }
        self.answered(tag, &answer, context)
    }

    fn handed(&mut self, handed: Handed, context: &Context<'_>) -> Outcome {
        let Handed::Neighbour { forward } = handed else {
            return Outcome::ignored();
        };
        let before = self.list.cursor;
        let outcome = self.next_chart(context, forward);
        if self.list.cursor == before {
            return outcome;
        }
        match self.place() {
            Some(place) => outcome.goto(place),
            None => outcome,
        }
    }

    fn tick(&mut self, context: &Context<'_>) -> Outcome {
        self.rested(context)
    }

    fn wake_at(&self) -> Option<Instant> {
        self.documents.wake_at()
    }

    fn waits(&self) -> bool {
        self.phase == Phase::Loading && !self.window.loaded() && !self.editing
    }

    fn resized(&mut self, context: &Context<'_>) {
        let (row, height) = (
            self.list.cursor,
            draw::rows_shown(context.body, self.split()),
        );
        self.list.go(row, height);
        self.pager.set_width(draw::detail_area(context.body).width);
        self.documents.set_area(self.document_area(context.body));
        self.show_detail(context);
    }

    fn completions(&self, shape: Shape) -> Vec<String> {
        match shape {
            Shape::View => self.view_names(),
            Shape::SavedView => self.views.iter().map(|v| v.name.clone()).collect(),
            Shape::Sort => QueueSort::ALL.iter().map(|s| s.name().to_owned()).collect(),
            _ => Vec::new(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
