//! Moving about in a chart: tabs, rows, opening what is under the cursor, and the way back.

use super::documents::Order;
use super::{ChartScreen, PREVIEW_AFTER, Tab};
use crate::command::Command;
use crate::domain::time::Instant;
use crate::tui::app::{Context, Level, Outcome};
use crate::tui::desk::Request;
use crate::tui::widgets::{LineInput, List};

impl ChartScreen {
    pub(super) fn show_tab(&mut self, tab: Tab, context: &Context<'_>) -> Outcome {
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
            Tab::Timeline | Tab::Deficiencies | Tab::Opportunities => Outcome::done(),
        }
    }

    pub(super) fn next_tab(&mut self, forward: bool, context: &Context<'_>) -> Outcome {
        if self.reading {
            self.reading = false;
            return Outcome::done();
        }
        if self.wide(context.body) && self.open.is_some() && forward {
            self.reading = true;
            return Outcome::done();
        }
        let tabs: Vec<Tab> = self.tabs_shown().collect();
        let step = if forward { 1 } else { tabs.len() - 1 };
        let here = tabs.iter().position(|t| *t == self.tab).unwrap_or(0);
        let next = tabs.get((here + step) % tabs.len()).copied();
        self.show_tab(next.unwrap_or_default(), context)
    }

    pub(super) fn moved(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
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
    pub(super) fn rest(&mut self, context: &Context<'_>) -> Outcome {
        let beside = self.wide(context.body) && self.chart.is_some();
        if beside && self.document_under_cursor().is_some() {
            self.preview_at = Some(Instant(context.now.0 + PREVIEW_AFTER));
        }
        Outcome::done()
    }

    pub(super) fn open_row(&mut self, context: &Context<'_>) -> Outcome {
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
            Tab::Opportunities => self.open_opportunity(context),
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

    pub(super) fn back(&mut self) -> Outcome {
        if self.find.take().is_some() {
            return Outcome::done();
        }
        if self.filtering {
            self.filtering = false;
            self.filter = LineInput::default();
            self.rebuild();
            return Outcome::done();
        }
        if self.reading && self.back_to_copy() {
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

    pub(super) fn sort(&mut self, name: Option<&str>, context: &Context<'_>) -> Outcome {
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
