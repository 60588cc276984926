//! The part that every list screen shares: rows read at once, a cursor, a filter, orders, views
//! with counts, marks, words for loading, failing and nothing, and a detail beside or below.
//!
//! A new list screen is short:
//!
//! 1. Say what a row is: implement [`Listed`] for it (its key, the text a filter looks in).
//! 2. Say what the list is: one `static` [`Plan`] (what is listed, views, orders, how it is split).
//! 3. Keep a [`Listing`] in the screen and name it in `shared` and `shared_mut`: its commands, keys of the
//!    filter, waiting, failing, resizing and completion then come of themselves, and a view that is turned
//!    to is read. Do in `own` what is left of the commands, in `moved` what follows from another row; in
//!    `reply` call [`Listing::arrived`], in `facts` [`Listing::facts`].
//! 4. Draw it with [`Listing::render`], which gives back where the detail belongs.
//!
//! The cursor stays on its row when rows are read again, narrowed or turned round; where the row
//! is gone it stays on the line, and where what was done sent it elsewhere in the order it goes on
//! to the row that came next. Marks survive filter and order. `groups.rs` is the shortest
//! screen written this way, `suspension.rs` has views and marks, `inbox.rs` reads page by page.
//! Nothing here asks the desk or knows what a row means; the deficiency queue, whose list is too
//! long to be read at once, has a window of its own (`queue/`).

mod draw;
mod plan;
mod stand;
#[cfg(test)]
mod tests;

use super::moving::moved;
use crate::command::{Command, Facts};
use crate::tui::app::{Did, Level, Outcome, SharedList};
use crate::tui::keys::Key;
use crate::tui::widgets::{LineInput, List};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

pub use draw::{Look, Split, column};
pub use plan::{Listed, OfPatient, OfProvider, OfService, Plan, Sieve, Sort, View};
pub use stand::Stand;

/// A list.
pub struct Listing<R: Listed + 'static> {
    plan: &'static Plan<R>,
    rows: Option<Vec<R>>,
    /// There are more than were read.
    more: bool,
    failed: bool,
    /// Indices of the rows that are shown, in order.
    shown: Vec<usize>,
    list: List,
    view: usize,
    /// A view that is not this user's to see.
    hidden: Option<usize>,
    sort: usize,
    reverse: bool,
    filter: LineInput,
    filtering: bool,
    /// Marked rows with the row version seen.
    marks: BTreeMap<R::Key, i64>,
    /// How many rows each view has, where the desk counted them.
    counts: Vec<i64>,
    /// What the filter lets through, where it is more than words.
    sieve: Option<Sieve<R>>,
    /// Where the cursor stood when something was done with its row.
    dealt: Option<Stand<R::Key>>,
}

impl<R: Listed> Listing<R> {
    /// A list that nothing was read for yet.
    pub fn new(plan: &'static Plan<R>) -> Self {
        Self {
            plan,
            rows: None,
            more: false,
            failed: false,
            shown: Vec::new(),
            list: List::default(),
            view: 0,
            hidden: None,
            sort: 0,
            reverse: false,
            filter: LineInput::default(),
            filtering: false,
            marks: BTreeMap::new(),
            counts: Vec::new(),
            sieve: None,
            dealt: None,
        }
    }

    /// The row under the cursor.
    pub fn row(&self) -> Option<&R> {
        self.at(self.list.cursor)
    }

    /// The row of a line, from 0.
    fn at(&self, line: usize) -> Option<&R> {
        self.rows.as_ref()?.get(*self.shown.get(line)?)
    }

    /// Every row read, whether it is shown or not.
    pub fn rows(&self) -> &[R] {
        self.rows.as_deref().unwrap_or_default()
    }

    /// The view that is open, by its place in the plan.
    pub fn view(&self) -> usize {
        self.view
    }

    /// Opens a view by its place in the plan, before anything is read.
    pub fn open_view(&mut self, view: usize) {
        self.view = view.min(self.plan.views.len().saturating_sub(1));
    }

    /// Leaves a view out that the user may not see; never the first.
    pub fn hide(&mut self, view: usize) {
        self.hidden = Some(view).filter(|v| *v > 0);
    }

    /// Whether the last lines are near, so that more rows are wanted.
    pub fn near_end(&self) -> bool {
        self.list.cursor + AHEAD >= self.list.len
    }

    /// What the rows marked, or else the one under the cursor, are called in a change.
    pub fn targets(&self) -> Vec<&R> {
        if self.marks.is_empty() {
            return self.row().into_iter().collect();
        }
        let marked = |r: &&R| self.marks.contains_key(&r.key());
        self.rows().iter().filter(marked).collect()
    }

    /// How many are shown of how many there are, and how many are marked: `3/12+ 2-marked`.
    pub fn numbers(&self) -> String {
        let all = self.rows.as_ref().map_or(0, Vec::len);
        let more = if self.more { "+" } else { "" };
        let mut text = format!("{}/{all}{more}", self.shown.len());
        if !self.marks.is_empty() {
            text.push_str(&format!(" {}-marked", self.marks.len()));
            let here = |i: &&usize| {
                let row = self.rows.as_ref().and_then(|rows| rows.get(**i));
                row.is_some_and(|r| self.marks.contains_key(&r.key()))
            };
            let hidden = self.marks.len() - self.shown.iter().filter(here).count();
            if hidden > 0 {
                text.push_str(&format!(" ({hidden} hidden)"));
            }
        }
        text
    }

    /// What the list knows of where the user stands.
    pub fn facts(&self, facts: &mut Facts) {
        facts.text = self.filtering;
        facts.rows = self.list.len > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
        facts.filtering = !self.filter.is_empty();
        facts.marks = self.marks.len();
        facts.busy = self.waits();
    }

    /// Commands of the footer while the filter is typed.
    pub fn hints(&self) -> Option<Vec<Command>> {
        self.filtering.then(|| vec![Command::Accept, Command::Back])
    }

    /// Rows have come, all of them or (`more`) the first.
    pub fn arrived(&mut self, rows: Vec<R>, more: bool, body: Rect) {
        let under = self.row().map(Listed::key);
        self.rows = Some(rows);
        self.more = more;
        self.failed = false;
        let rows = self.rows.as_deref().unwrap_or_default();
        // What was marked and changed meanwhile is marked no longer: nobody saw it as it is.
        self.marks.retain(|key, version| {
            rows.iter()
                .any(|r| r.key() == *key && r.version() == *version)
        });
        let stand = self.dealt.take();
        let stand = stand.filter(|s| under.as_ref() == Some(s.on()));
        self.rebuild(under, body);
        if let Some(line) = stand.and_then(|s| s.find(&self.keys())) {
            self.list.go(line, self.rows_shown(body));
        }
    }

    /// The filter's line, for what helps while it is typed.
    pub fn filter_line(&self) -> (&LineInput, bool) {
        (&self.filter, self.filtering)
    }

    /// Puts text in place of a part of the filter.
    pub fn complete_filter(&mut self, (start, end): (usize, usize), text: &str, body: Rect) {
        self.filter.replace(start, end, text);
        self.again(body);
    }

    /// What the filter lets through from now on in place of its words, and what is shown of it.
    pub fn sift(&mut self, sieve: Option<Sieve<R>>, body: Rect) {
        self.sieve = sieve;
        self.again(body);
    }

    /// The rows that follow have come.
    pub fn arrived_more(&mut self, rows: Vec<R>, more: bool, body: Rect) {
        let under = self.row().map(Listed::key);
        self.rows.get_or_insert_default().extend(rows);
        self.more = more;
        self.rebuild(under, body);
    }

    /// Takes the marks off rows that were dealt with; those refused stay marked.
    pub fn unmark(&mut self, refused: impl Fn(&R::Key) -> bool) {
        self.marks.retain(|key, _| refused(key));
    }

    fn turn(&mut self, forward: bool, body: Rect) -> Did {
        let count = self.plan.views.len();
        let step = if forward { 1 } else { count - 1 };
        self.view = (self.view + step) % count;
        if self.hidden == Some(self.view) {
            self.view = (self.view + step) % count;
        }
        self.marks.clear();
        if self.plan.views[self.view].holds.is_some() {
            return self.again(body);
        }
        self.rows = None;
        self.shown.clear();
        self.list = List::default();
        self.more = false;
        self.failed = false;
        Did::Turned
    }

    fn sort_by(&mut self, name: Option<&str>) -> Result<(), String> {
        let sorts = self.plan.sorts;
        self.sort = match name {
            None => (self.sort + 1) % sorts.len(),
            Some(name) => {
                let found = sorts.iter().position(|s| s.name == name);
                found.ok_or_else(|| format!("sort by one of {}", self.sorts().join(", ")))?
            }
        };
        Ok(())
    }

    fn mark(&mut self) {
        if let Some((key, version)) = self.row().map(|r| (r.key(), r.version()))
            && self.marks.remove(&key).is_none()
        {
            self.marks.insert(key, version);
        }
    }

    fn mark_lines(&mut self, lines: &[usize]) {
        let marked: Vec<_> = lines
            .iter()
            .filter_map(|line| self.at(*line))
            .map(|r| (r.key(), r.version()))
            .collect();
        self.marks.extend(marked);
    }

    fn again(&mut self, body: Rect) -> Did {
        let under = self.row().map(Listed::key);
        self.rebuild(under, body);
        Did::Moved
    }

    /// Works out which rows are shown, and puts the cursor on the row it was on.
    fn rebuild(&mut self, under: Option<R::Key>, body: Rect) {
        let rows = self.rows.as_deref().unwrap_or_default();
        let typed = self.filter.text().trim();
        let holds = self.plan.views.get(self.view).and_then(|v| v.holds);
        let fits = |row: &R| match &self.sieve {
            Some(sieve) => sieve(row),
            None => typed.is_empty() || row.matches(typed),
        };
        let wanted = |i: &usize| holds.is_none_or(|holds| holds(&rows[*i])) && fits(&rows[*i]);
        let mut shown: Vec<usize> = (0..rows.len()).filter(wanted).collect();
        if let Some(compare) = self.plan.sorts.get(self.sort).and_then(|s| s.compare) {
            shown.sort_by(|a, b| compare(&rows[*a], &rows[*b]));
        }
        if self.reverse {
            shown.reverse();
        }
        let same = |i: &usize| under.as_ref() == Some(&rows[*i].key());
        let at = shown.iter().position(same).unwrap_or(self.list.cursor);
        self.shown = shown;
        self.list.set_len(self.shown.len());
        self.list.go(at, self.rows_shown(body));
    }
}

impl<R: Listed> SharedList for Listing<R> {
    fn dealt(&mut self) {
        self.remember();
    }

    fn waits(&self) -> bool {
        self.rows.is_none() && !self.failed
    }

    fn fail(&mut self) {
        self.failed = true;
    }

    fn resized(&mut self, body: Rect) {
        let cursor = self.list.cursor;
        self.list.go(cursor, self.rows_shown(body));
    }

    fn sorts(&self) -> Vec<String> {
        let sorts = self.plan.sorts.iter();
        sorts.map(|s| s.name.to_owned()).collect()
    }

    fn command(&mut self, command: &Command, body: Rect) -> Did {
        let height = self.rows_shown(body);
        if let Command::SelectRows(rows) = command
            && self.plan.marks
            && rows.single().is_none()
        {
            self.mark_lines(&rows.rows(self.list.len));
            return Did::Done(Outcome::done());
        }
        if moved(&mut self.list, command, height) {
            return Did::Moved;
        }
        match command {
            Command::Accept if self.filtering => self.filtering = false,
            Command::Filter => self.filtering = true,
            Command::Back | Command::ClearFilter if self.filtering || !self.filter.is_empty() => {
                self.filtering = false;
                self.filter.set("");
                return self.again(body);
            }
            Command::NextPane | Command::PreviousPane if self.plan.views.len() > 1 => {
                return self.turn(matches!(command, Command::NextPane), body);
            }
            Command::Sort(name) if self.plan.sorts.len() > 1 => {
                if let Err(names) = self.sort_by(name.as_deref()) {
                    return Did::Done(Outcome::done().say(Level::Warning, names));
                }
                return self.again(body);
            }
            Command::Reverse if self.plan.sorts.len() > 1 => {
                self.reverse = !self.reverse;
                return self.again(body);
            }
            Command::Mark if self.plan.marks => {
                self.mark();
                self.list.down(1, height);
                return Did::Moved;
            }
            Command::MarkAll if self.plan.marks => {
                let all: Vec<usize> = (0..self.list.len).collect();
                self.mark_lines(&all);
            }
            Command::ClearMarks if self.plan.marks => self.marks.clear(),
            _ => return Did::Ignored,
        }
        Did::Done(Outcome::done())
    }

    fn text_key(&mut self, key: Key, body: Rect) -> Did {
        if self.filtering && self.filter.key(key) {
            return self.again(body);
        }
        Did::Ignored
    }

    fn paste(&mut self, text: &str, body: Rect) -> Did {
        if !self.filtering {
            return Did::Ignored;
        }
        self.filter.paste(text);
        self.again(body)
    }
}

/// Lines before the end at which more rows are wanted.
const AHEAD: usize = 50;
