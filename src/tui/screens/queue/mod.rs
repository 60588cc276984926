//! The deficiency queue: a list over any number of rows, marks, filter, views, and the detail of
//! the row under the cursor.
//!
//! `load.rs` fetches rows, `act.rs` turns commands into actions, `detail.rs` explains an item,
//! `draw.rs` draws. Start reading at [`Queue`].

mod act;
mod columns;
mod detail;
mod draw;
mod load;
#[cfg(test)]
mod tests;
mod views;

use crate::command::{Command, Facts, Scope, Shape, Taken};
use crate::domain::deficiency::{DeficiencyDetail, QueueRow};
use crate::domain::ids::{DeficiencyId, UserId};
use crate::domain::worklist::{QueueCursor, QueueSort, QueueView, SavedView};
use crate::text::Shown;
use crate::tui::app::{Answer, Context, Handed, Level, Outcome, Place, QueueStart, Screen, Slot};
use crate::tui::desk::{Notice, Reply};
use crate::tui::keys::Key;
use crate::tui::widgets::{Canvas, LineInput, List, Pager, Window};
use columns::Extra;
use ratatui::layout::Rect;
use std::collections::BTreeMap;

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

/// The queue.
pub struct Queue {
    view: QueueView,
    /// The saved view it was opened as.
    saved: Option<String>,
    views: Vec<SavedView>,
    sort: QueueSort,
    reverse: bool,
    filter: LineInput,
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
    follow: Option<DeficiencyId>,
    /// Further pages that are under way.
    fetching: Vec<Slot>,
    details: BTreeMap<DeficiencyId, DeficiencyDetail>,
    /// The item whose explanation opens as soon as it has come.
    wanted: Option<DeficiencyId>,
    /// The detail pane has the keys.
    in_detail: bool,
    pager: Pager,
    extras: Vec<Extra>,
    me: Option<UserId>,
}

impl Queue {
    /// A queue as it opens.
    pub fn new(start: QueueStart) -> Self {
        let mut queue = Self {
            view: QueueView::All,
            saved: None,
            views: Vec::new(),
            sort: QueueSort::Due,
            reverse: false,
            filter: LineInput::default(),
            editing: false,
            phase: Phase::Loading,
            unfiltered: None,
            window: Window::default(),
            list: List::default(),
            marks: BTreeMap::new(),
            anchor: None,
            follow: None,
            fetching: Vec::new(),
            details: BTreeMap::new(),
            wanted: None,
            in_detail: false,
            pager: Pager::default(),
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

    /// Moves and fetches what the new place needs.
    fn moved(&mut self, context: &Context<'_>, go: impl FnOnce(&mut List, u16)) -> Outcome {
        go(&mut self.list, draw::rows_shown(context.body));
        self.arrived(context)
    }

    /// A command while the detail pane has the keys.
    fn in_pager(&mut self, command: &Command, context: &Context<'_>) -> bool {
        let height = draw::detail_area(context.body).height;
        match command {
            Command::Down => self.pager.down(1, height),
            Command::Up => self.pager.up(1),
            Command::PageDown => self.pager.down(usize::from(height), height),
            Command::PageUp => self.pager.up(usize::from(height)),
            Command::Top => self.pager.to_start(),
            Command::End => self.pager.down(usize::MAX / 2, height),
            _ => return false,
        }
        true
    }

    /// Esc: the innermost thing that is open closes.
    fn back(&mut self, context: &Context<'_>) -> Outcome {
        if self.editing || !self.filter.is_empty() {
            self.editing = false;
            if self.filter.is_empty() {
                return Outcome::done();
            }
            self.filter.set("");
            return self.load(context);
        }
        if self.in_detail {
            self.in_detail = false;
            return Outcome::done();
        }
        Outcome::ignored()
    }

    fn movement(&mut self, command: &Command, context: &Context<'_>) -> Option<Outcome> {
        if self.in_detail && self.in_pager(command, context) {
            return Some(Outcome::done());
        }
        Some(match command {
            Command::Down | Command::Next => self.moved(context, |l, h| l.down(1, h)),
            Command::Up | Command::Previous => self.moved(context, |l, h| l.up(1, h)),
            Command::PageDown => self.moved(context, List::page_down),
            Command::PageUp => self.moved(context, List::page_up),
            Command::Top => self.moved(context, |l, h| l.go(0, h)),
            Command::End => self.moved(context, |l, h| l.go(usize::MAX, h)),
            Command::NextChart => self.next_chart(context, true),
            Command::PreviousChart => self.next_chart(context, false),
            Command::NextPane | Command::PreviousPane => {
                self.in_detail = !self.in_detail;
                Outcome::done()
            }
            _ => return None,
        })
    }

    /// Goes to the nearest fetched row of another chart.
    fn next_chart(&mut self, context: &Context<'_>, forward: bool) -> Outcome {
        let Some(here) = self.row().map(|r| r.encounter) else {
            return Outcome::done();
        };
        let at = self.list.cursor;
        let other = |(_, row): &(usize, &QueueRow)| row.encounter != here;
        let target = if forward {
            self.window.iter().filter(|(i, _)| *i > at).find(other)
        } else {
            let before: Vec<_> = self.window.iter().filter(|(i, _)| *i < at).collect();
            before.into_iter().rev().find(other)
        };
        match target.map(|(i, _)| i) {
            Some(row) => self.moved(context, |l, h| l.go(row, h)),
            None => Outcome::done().say(Level::Info, "no other chart that way"),
        }
    }
}

impl Screen for Queue {
    fn scope(&self) -> Scope {
        Scope::Queue
    }

    fn facts(&self, facts: &mut Facts) {
        facts.text = self.editing;
        facts.reading = false;
        facts.rows = self.list.len > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
        facts.marks = self.marks.len();
        facts.filtering = !self.filter.is_empty();
        if let Some(row) = self.row() {
            facts.chart = true;
            facts.state = Some(row.state);
            facts.held = row.held_since.is_some();
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
            return vec![Command::Accept, Command::Back];
        }
        if self.list.len == 0 {
            return vec![
                Command::Refresh,
                Command::OpenView(None),
                Command::Filter,
                Command::GotoHome,
            ];
        }
        vec![
            Command::Open,
            Command::Mark,
            Command::Assign,
            Command::Complete,
            Command::Why,
            Command::Filter,
        ]
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.me = Some(context.session.user);
        self.pager.set_width(draw::detail_area(context.body).width);
        self.load(context).ask(crate::tui::desk::Request::Views)
    }

    fn returned(&mut self, context: &Context<'_>, changed: bool) -> Outcome {
        if changed {
            self.details.clear();
            return self.load(context);
        }
        Outcome::done()
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
                self.in_detail = false;
                Outcome::done()
            }
            Command::Accept if self.editing => {
                self.editing = false;
                Outcome::done()
            }
            Command::Open | Command::OpenChart => match self.row() {
                Some(row) => Outcome::done().goto(Place::Deficiency {
                    encounter: row.encounter,
                    deficiency: row.id,
                }),
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
        self.load(context)
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        if !self.editing {
            return Outcome::ignored();
        }
        self.filter.paste(text);
        self.load(context)
    }

    fn reply(&mut self, slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Queue(page) => return self.page(slot, page, context),
            Reply::Detail(detail) => {
                if self.details.len() >= KEPT_DETAILS {
                    self.details.clear();
                }
                self.details.insert(detail.row.id, *detail);
                self.show_detail(context);
                return self.explain_wanted(context);
            }
            Reply::Views(views) => self.views = views,
            Reply::Acted(acted) => return self.acted(&acted, context),
            _ => {}
        }
        Outcome::done()
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.fetching.retain(|s| *s != slot);
        if slot == Slot::Rows && !self.window.loaded() {
            self.phase = Phase::Failed;
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
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
        let place = self.row().map(|row| Place::Deficiency {
            encounter: row.encounter,
            deficiency: row.id,
        });
        match place {
            Some(place) => outcome.goto(place),
            None => outcome,
        }
    }

    fn waits(&self) -> bool {
        self.phase == Phase::Loading && !self.window.loaded() && !self.editing
    }

    fn resized(&mut self, context: &Context<'_>) {
        let (row, height) = (self.list.cursor, draw::rows_shown(context.body));
        self.list.go(row, height);
        self.pager.set_width(draw::detail_area(context.body).width);
        self.show_detail(context);
    }

    fn completions(&self, shape: Shape) -> Vec<String> {
        match shape {
            Shape::View => self.view_names(),
            Shape::Sort => QueueSort::ALL.iter().map(|s| s.name().to_owned()).collect(),
            _ => Vec::new(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
