//! The first screen: worklists with their counts, and what to press.

use super::figures::count;
use crate::command::{Command, Facts, Scope, Shape};
use crate::domain::action::Action;
use crate::domain::saved_search::SearchList;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{QueueView, SavedView, WorklistCounts};
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome, Place, QueueStart, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::widgets::{Canvas, Field, Form, Item, List};
use ratatui::layout::Rect;

const PICK_VIEW: &str = "home view";
const DELETE_VIEW: &str = "home delete";
const OPEN_SEARCH: &str = "home open search";
const DELETE_SEARCH: &str = "home delete search";
const RENAME_SEARCH: &str = "home rename search";

/// Columns of the left half: name and count.
const LEFT: u16 = 38;

/// The first screen.
#[derive(Default)]
pub struct Home {
    list: List,
    counts: Option<WorklistCounts>,
    views: Vec<SavedView>,
    searches: Vec<SearchList>,
    failed: bool,
}

/// A line of the list.
enum Row<'a> {
    View(usize, QueueView),
    Saved(&'a SavedView),
    SavedSearch(&'a SearchList),
    Queries,
    Search,
}

impl Home {
    fn row(&self, index: usize) -> Option<Row<'_>> {
        let views = QueueView::ALL;
        if let Some(view) = views.get(index) {
            return Some(Row::View(index + 1, *view));
        }
        let index = index - views.len();
        if let Some(saved) = self.views.get(index) {
            return Some(Row::Saved(saved));
        }
        let index = index - self.views.len();
        if let Some(list) = self.searches.get(index) {
            return Some(Row::SavedSearch(list));
        }
        match index - self.searches.len() {
            0 => Some(Row::Queries),
            1 => Some(Row::Search),
            _ => None,
        }
    }

    fn rows(&self) -> usize {
        QueueView::ALL.len() + self.views.len() + self.searches.len() + 2
    }

    fn place(&self, index: usize) -> Option<Place> {
        Some(match self.row(index)? {
            Row::View(_, view) => Place::Queue(QueueStart::View(view)),
            Row::Saved(saved) => Place::Queue(QueueStart::Saved(saved.clone())),
            Row::SavedSearch(list) => Place::SavedSearch(Box::new(list.clone())),
            Row::Queries => Place::Queries,
            Row::Search => Place::Search {
                encounter: None,
                text: String::new(),
            },
        })
    }

    fn load() -> Outcome {
        Outcome::done()
            .ask(Request::Counts)
            .ask(Request::Views)
            .ask(Request::SearchLists)
    }

    fn named(&self, name: &str) -> Option<Place> {
        let view = QueueView::ALL
            .iter()
            .find(|v| v.name() == name || v.title().eq_ignore_ascii_case(name));
        let saved = self.views.iter().find(|v| v.name == name);
        saved
            .map(|s| QueueStart::Saved(s.clone()))
            .or_else(|| view.map(|v| QueueStart::View(*v)))
            .map(Place::Queue)
    }

    fn pick_view(&self) -> Dialog {
        let own = QueueView::ALL.iter().map(|v| Shown::own(v.title()));
        let saved = self.views.iter().map(|v| shown(&v.name));
        let items = own.chain(saved).map(|n| Item::new(n, Shown::default()));
        Dialog::pick(PICK_VIEW, Shown::own("Open view"), items.collect())
    }

    fn is_new(&self) -> bool {
        self.counts
            .as_ref()
            .is_some_and(|c| c.documents == 0 && c.encounters == 0)
    }
}

fn shown(name: &str) -> Shown {
    show(&Untrusted::new(name))
}

/// The list's area within the body.
fn list_height(body: Rect) -> u16 {
    body.height.saturating_sub(4)
}

impl Screen for Home {
    fn scope(&self) -> Scope {
        Scope::Home
    }

    fn facts(&self, facts: &mut Facts) {
        facts.rows = true;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        Shown::own("WORKLISTS")
    }

    fn hints(&self) -> Vec<Command> {
        vec![
            Command::Open,
            Command::GotoSearch,
            Command::GotoQueries,
            Command::Refresh,
            Command::Quit,
        ]
    }

    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        self.list = List::new(self.rows());
        Self::load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        Self::load()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let height = list_height(context.body);
        match command {
            Command::Down => self.list.down(1, height),
            Command::Up => self.list.up(1, height),
            Command::PageDown => self.list.page_down(height),
            Command::PageUp => self.list.page_up(height),
            Command::Top => self.list.go(0, height),
            Command::End => self.list.go(usize::MAX, height),
            Command::SelectRows(rows) => {
                if let Some(row) = rows.single() {
                    self.list.go(row, height);
                }
            }
            Command::Open => {
                return match self.place(self.list.cursor) {
                    Some(place) => Outcome::done().goto(place),
                    None => Outcome::done(),
                };
            }
            Command::OpenView(None) => return Outcome::done().open(self.pick_view()),
            Command::OpenView(Some(name)) => {
                return match self.named(name) {
                    Some(place) => Outcome::done().goto(place),
                    None => Outcome::done().say(
                        Level::Warning,
                        format!("there is no view \"{}\"", shown(name)),
                    ),
                };
            }
            Command::DeleteView(None) => {
                let items = self.views.iter().map(|v| shown(&v.name));
                let items = items.map(|n| Item::new(n, Shown::default())).collect();
                let title = Shown::own("Delete view");
                return Outcome::done().open(Dialog::pick(DELETE_VIEW, title, items));
            }
            Command::DeleteView(Some(name)) => {
                return Outcome::done().act(Action::DeleteView { name: name.clone() });
            }
            other => return self.search_command(other),
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        if let (RENAME_SEARCH, Answer::Fields(fields)) = (tag, &answer) {
            let to = fields.first().map_or("", |f| f.text.trim()).to_owned();
            return match self.search_under_cursor() {
                Some(name) => Outcome::done().act(Action::RenameSearch { name, to }),
                None => Outcome::done(),
            };
        }
        let Answer::Chosen(index) = answer else {
            return Outcome::done();
        };
        match tag {
            OPEN_SEARCH => match self.searches.get(index) {
                Some(list) => Outcome::done().goto(Place::SavedSearch(Box::new(list.clone()))),
                None => Outcome::done(),
            },
            DELETE_SEARCH => match self.searches.get(index) {
                Some(list) => Outcome::done().act(Action::DeleteSearch {
                    name: list.search.name.clone(),
                }),
                None => Outcome::done(),
            },
            PICK_VIEW => match self.place(index) {
                Some(place) => Outcome::done().goto(place),
                None => Outcome::done(),
            },
            DELETE_VIEW => match self.views.get(index) {
                Some(view) => Outcome::done().act(Action::DeleteView {
                    name: view.name.clone(),
                }),
                None => Outcome::done(),
            },
            _ => Outcome::done(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, _: &Context<'_>) -> Outcome {
        match reply {
            Reply::Counts(counts) => {
                self.counts = Some(counts);
                self.failed = false;
            }
            Reply::Views(views) => {
                self.views = views;
                self.list.set_len(self.rows());
            }
            Reply::SearchLists(searches) => {
                self.searches = searches;
                self.list.set_len(self.rows());
            }
            Reply::Acted(_) => return Self::load(),
            _ => {}
        }
        Outcome::done()
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.failed |= slot == Slot::Counts;
        Outcome::done()
    }

    fn completions(&self, shape: Shape) -> Vec<String> {
        if shape == Shape::SavedSearch {
            let names = self.searches.iter().map(|l| l.search.name.clone());
            return names.collect();
        }
        if shape != Shape::View {
            return Vec::new();
        }
        let own = QueueView::ALL.iter().map(|v| v.name().to_owned());
        own.chain(self.views.iter().map(|v| v.name.clone()))
            .collect()
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let body = Rect::new(area.x, area.y + 1, area.width, list_height(area));
        let left = Rect::new(body.x, body.y, LEFT.min(body.width), body.height);
        canvas.write(area, area.x + 2, area.y, "Deficiencies", "list.head");
        for (y, index) in (left.y..).zip(self.list.visible(left.height)) {
            self.line(canvas, left, y, index);
        }
        let right = Rect::new(
            left.right(),
            area.y,
            area.width - left.width,
            area.height - 3,
        );
        canvas.divider(Rect::new(right.x, right.y, 1, right.height));
        self.overview(
            canvas,
            Rect::new(
                right.x + 2,
                right.y,
                right.width.saturating_sub(2),
                right.height,
            ),
        );
        canvas.rule(area, area.bottom() - 3);
        self.advice(
            canvas,
            Rect::new(area.x, area.bottom() - 2, area.width, 2),
            context,
        );
    }
}

/// A saved search in a list to choose from.
pub(super) fn search_item(list: &SearchList) -> Item {
    let note = match list.count {
        None => Shown::default(),
        Some(c) if c.new > 0 => Shown::own(format!("{}, {} new", count(c.all as i64), c.new)),
        Some(c) => Shown::own(count(c.all as i64)),
    };
    Item::new(shown(&list.search.name), note)
}

impl Home {
    /// The name of the saved search under the cursor.
    fn search_under_cursor(&self) -> Option<String> {
        match self.row(self.list.cursor)? {
            Row::SavedSearch(list) => Some(list.search.name.clone()),
            _ => None,
        }
    }

    fn search_command(&self, command: &Command) -> Outcome {
        let done = Outcome::done;
        match command {
            Command::OpenSearch(None) if !self.searches.is_empty() => {
                let items = self.searches.iter().map(search_item).collect();
                let title = Shown::own("Open saved search");
                done().open(Dialog::pick(OPEN_SEARCH, title, items))
            }
            Command::OpenSearch(None) | Command::DeleteSearch(None) if self.searches.is_empty() => {
                done().say(Level::Info, "no search is saved yet")
            }
            Command::OpenSearch(Some(name)) => {
                match self.searches.iter().find(|l| l.search.name == *name) {
                    Some(list) => done().goto(Place::SavedSearch(Box::new(list.clone()))),
                    None => done().say(
                        Level::Warning,
                        format!("there is no saved search \"{}\"", shown(name)),
                    ),
                }
            }
            Command::DeleteSearch(Some(name)) => {
                done().act(Action::DeleteSearch { name: name.clone() })
            }
            Command::DeleteSearch(None) => match self.search_under_cursor() {
                Some(name) => done().act(Action::DeleteSearch { name }),
                None => {
                    let items = self.searches.iter().map(search_item).collect();
                    let title = Shown::own("Delete saved search");
                    done().open(Dialog::pick(DELETE_SEARCH, title, items))
                }
            },
            Command::RenameSearch(to) => match (self.search_under_cursor(), to) {
                (None, _) => done().say(Level::Info, "no saved search under the cursor"),
                (Some(name), Some(to)) => done().act(Action::RenameSearch {
                    name,
                    to: to.clone(),
                }),
                (Some(name), None) => {
                    let form = Form::new(vec![Field::text("Name", true).with_text(&name)]);
                    let title = Shown::own("New name of the search");
                    done().open(Dialog::form(RENAME_SEARCH, title, form))
                }
            },
            _ => Outcome::ignored(),
        }
    }

    fn line(&self, canvas: &mut Canvas<'_>, area: Rect, y: u16, index: usize) {
        let Some(row) = self.row(index) else {
            return;
        };
        let number = |view: QueueView| {
            let counts = self.counts.as_ref()?;
            let found = counts.views.iter().find(|(v, _)| *v == view)?;
            Some(found.1)
        };
        let queries = || {
            let counts = self.counts.as_ref()?;
            Some(counts.queries.iter().map(|(_, n)| n).sum())
        };
        let (name, n, meaning) = match row {
            Row::View(i, view) => {
                let meaning = if view == QueueView::Late {
                    "queue.overdue"
                } else {
                    "text"
                };
                (
                    Shown::own(format!("{i} {}", view.title())),
                    number(view),
                    meaning,
                )
            }
            Row::Saved(saved) => (
                Shown::own(format!("  {}", shown(&saved.name))),
                None,
                "text",
            ),
            Row::SavedSearch(list) => {
                let new = list.count.map_or(0, |c| c.new);
                let name = shown(&list.search.name);
                let name = match new {
                    0 => format!("  {name}"),
                    n => format!("  {name}  {} new", count(n as i64)),
                };
                let all = list.count.map(|c| c.all as i64);
                (Shown::own(name), all, "text")
            }
            Row::Queries => (Shown::own("  Queries to providers"), queries(), "text"),
            Row::Search => (Shown::own("  Search every document"), None, "text"),
        };
        let end = canvas.write(area, area.x + 2, y, &name, "text");
        if let Some(n) = n {
            let meaning = if n > 0 { meaning } else { "dim" };
            let room = Rect::new(area.x, y, area.width.saturating_sub(2), 1);
            canvas.write_right(room, y, Shown::own(count(n)), meaning);
        }
        if index == self.list.cursor {
            canvas.write(area, area.x, y, ">", "text");
            let reach = end.saturating_sub(area.x);
            canvas.tint(Rect::new(area.x, y, reach, 1), "list.selection");
        }
    }

    /// Ageing bands, types, what is in the store.
    fn overview(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let Some(counts) = &self.counts else {
            if !self.failed {
                canvas.write(area, area.x, area.y, "counting…", "dim");
            }
            return;
        };
        let mut y = area.y;
        let charts = format!("Open items by age, {} charts", count(counts.charts));
        canvas.write(area, area.x, y, Shown::own(charts), "list.head");
        for (from, to, n) in &counts.bands {
            y += 1;
            let name = match to {
                Some(to) => format!("{from}-{to} days"),
                None => format!("over {} days", from - 1),
            };
            pair(canvas, area, y, &Shown::own(name), *n);
        }
        y += 2;
        canvas.write(area, area.x, y, "By type", "list.head");
        let room = area.bottom().saturating_sub(y + 3);
        for (kind, n) in counts.kinds.iter().take(usize::from(room)) {
            y += 1;
            pair(canvas, area, y, &shown(kind), *n);
        }
        let y = area.bottom().saturating_sub(2);
        let people = format!(
            "{} patients, {} visits",
            count(counts.patients),
            count(counts.encounters)
        );
        canvas.write(area, area.x, y, Shown::own(people), "dim");
        let documents = format!("{} documents", count(counts.documents));
        canvas.write(area, area.x, y + 1, Shown::own(documents), "dim");
    }

    /// What to press, or why there is nothing.
    fn advice(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let (first, second) = if self.failed {
            let again = key(Command::Refresh);
            (
                "The counts could not be read.".to_owned(),
                format!("{again} reads them again; the lists work without them."),
            )
        } else if self.is_new() {
            let quit = key(Command::Quit);
            (
                "Nothing has been imported yet.".to_owned(),
                format!("{quit} leaves; then: chartroom import PATH (or: chartroom demo)"),
            )
        } else {
            let (open, help) = (key(Command::Open), key(Command::Help));
            let (down, up) = (key(Command::Down), key(Command::Up));
            let (search, line) = (key(Command::GotoSearch), key(Command::Palette));
            (
                format!("{down} and {up} move, {open} opens the list under the cursor."),
                format!(
                    "{help} shows all keys, {search} searches every document, {line} takes commands."
                ),
            )
        };
        canvas.write(area, area.x + 2, area.y, Shown::own(first), "text");
        canvas.write(area, area.x + 2, area.y + 1, Shown::own(second), "text");
    }
}

/// A name and a number at the right edge of a narrow column.
fn pair(canvas: &mut Canvas<'_>, area: Rect, y: u16, name: &Shown, n: i64) {
    let room = Rect::new(area.x, area.y, area.width.min(32), area.height);
    if y >= room.bottom() {
        return;
    }
    canvas.write(room, room.x, y, name, "text");
    canvas.write_right(room, y, Shown::own(count(n)), "text");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::app::testing::{Bench, assert_screen, assert_state};

    fn counts() -> Reply {
        let views = QueueView::ALL
            .iter()
            .zip([4180, 312, 3868, 977, 640, 12, 88, 31, 1204]);
        Reply::Counts(WorklistCounts {
            views: views.map(|(v, n)| (*v, n)).collect(),
            kinds: [("DS-M", 1200), ("OP-M", 640), ("H&P-U", 410), ("VO-U", 77)]
                .map(|(k, n)| (k.to_owned(), n))
                .to_vec(),
            bands: vec![
                (0, Some(7), 1800),
                (8, Some(14), 1000),
                (15, Some(30), 403),
                (31, None, 977),
            ],
            charts: 2211,
            queries: vec![("draft".into(), 2), ("issued".into(), 15)],
            patients: 51_200,
            encounters: 88_020,
            documents: 1_204_113,
        })
    }

    fn views() -> Reply {
        let saved = |name: &str| SavedView {
            name: name.into(),
            view: QueueView::Mine,
            filter: "late".into(),
            sort: crate::domain::worklist::QueueSort::Age,
            reverse: false,
        };
        Reply::Views(vec![saved("Mine-late"), saved("Dr\u{1b}[31m Smith")])
    }

    fn full() -> Bench {
        let mut bench = Bench::new(crate::tui::screens::make);
        bench.reply(counts());
        bench.reply(views());
        bench
    }

    #[test]
    fn every_state_looks_as_it_should() {
        let mut bench = Bench::new(crate::tui::screens::make);
        assert_state("home_busy", &mut bench);
        bench.reply(Reply::Counts(WorklistCounts::default()));
        assert_state("home_empty", &mut bench);
        let mut bench = full();
        assert_screen("home_full_80x24", &bench.screen());
        assert_screen("home_full_120x40", &bench.screen_at(120, 40));
        assert_screen("home_full_60x15", &bench.screen_at(60, 15));
        assert_screen("home_tiny_20x5", &bench.screen_at(20, 5));
    }

    #[test]
    fn a_failure_says_what_to_do() {
        let mut bench = Bench::new(crate::tui::screens::make);
        bench.reply(views());
        bench.fail("The store is locked by a restore");
        assert_state("home_error", &mut bench);
    }

    #[test]
    fn enter_opens_the_list_under_the_cursor() {
        let mut bench = full();
        bench.keys("j Enter");
        assert!(bench.screen().contains("Mine"));
        let asked = bench.asked();
        assert!(
            asked
                .iter()
                .any(|r| matches!(r, Request::Queue { request, .. }
            if request.view == QueueView::Mine))
        );
        bench.run(Command::GotoView(4));
        let asked = bench.asked();
        assert!(
            asked
                .iter()
                .any(|r| matches!(r, Request::Queue { request, .. }
            if request.view == QueueView::Late))
        );
        bench.run(Command::GotoHome);
        bench.reply(views());
        bench.keys("1 0 Enter");
        let asked = bench.asked();
        assert!(
            asked
                .iter()
                .any(|r| matches!(r, Request::Queue { typed, .. } if typed == "late"))
        );
    }

    #[test]
    fn moving_the_cursor_costs_at_most_160_bytes() {
        let mut bench = full();
        bench.frame_bytes();
        for _ in 0..8 {
            bench.keys("j");
            let bytes = bench.frame_bytes();
            assert!(bytes <= 160, "{bytes}");
        }
    }
}
