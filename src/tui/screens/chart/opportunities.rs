//! The opportunities of a chart: each with its facts, one row each; from a fact to its place, from
//! an opportunity to a query about it.
//!
//! They are looked for in the background while the chart is open; nothing waits for them.

use super::copied::PlaceOf;
use super::{ChartScreen, Tab, who};
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::ids::EncounterId;
use crate::domain::opportunity::{Dismissal, Evidence, Opportunity};
use crate::domain::permission::{Grant, Permission};
use crate::domain::query::Indicator;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Context, Dialog, Level, Outcome, Slot};
use crate::tui::desk::{Request, StayOpportunities};
use crate::tui::screens::banner::when;
use crate::tui::screens::composer::Composer;
use crate::tui::screens::opportunity::{explained, place_briefly, said};
use crate::tui::widgets::{Align, Canvas, Column, Field, Form, Pager, RowView, table};
use ratatui::layout::Rect;

/// The slot in which they come.
pub(super) const FOUND: Slot = Slot::Ahead(30);
/// Tag of the form that asks why one is set aside.
pub(super) const DISMISS: &str = "chart dismiss";
/// Rows below the list that explain the one under the cursor, where nothing stands beside it.
const BELOW: u16 = 7;

/// What is known of a chart's opportunities.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The user may ask about them at all.
    pub allowed: bool,
    all: Option<Box<StayOpportunities>>,
    failed: bool,
    rows: Vec<Line>,
    /// The rule to go to once they are there.
    wanted: Option<String>,
}

/// A row: an opportunity, one of its facts, or one that was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Head(usize),
    Fact(usize, usize),
    Aside(usize),
}

impl Found {
    /// How many are open, once it is known.
    pub fn count(&self) -> Option<usize> {
        self.all.as_ref().map(|a| a.open.len())
    }

    fn rebuild(&mut self) {
        self.rows.clear();
        let Some(all) = &self.all else {
            return;
        };
        for (i, opportunity) in all.open.iter().enumerate() {
            self.rows.push(Line::Head(i));
            let facts = 0..opportunity.evidence.len();
            self.rows.extend(facts.map(|fact| Line::Fact(i, fact)));
        }
        self.rows.extend((0..all.aside.len()).map(Line::Aside));
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    fn at(&self, row: usize) -> Option<(&Opportunity, Option<&Dismissal>)> {
        let all = self.all.as_ref()?;
        match self.rows.get(row)? {
            Line::Head(i) | Line::Fact(i, _) => all.open.get(*i).map(|o| (o, None)),
            Line::Aside(i) => all.aside.get(*i).map(|(o, d)| (o, Some(d))),
        }
    }

    fn fact(&self, row: usize) -> Option<&Evidence> {
        match self.rows.get(row)? {
            Line::Fact(i, fact) => self.all.as_ref()?.open.get(*i)?.evidence.get(*fact),
            Line::Head(_) | Line::Aside(_) => None,
        }
    }
}

impl ChartScreen {
    /// A chart at an opportunity.
    pub fn at_opportunity(encounter: EncounterId, rule: &str) -> Self {
        let mut chart = Self::new(encounter);
        chart.tab = Tab::Opportunities;
        chart.found.wanted = Some(rule.to_owned());
        chart
    }

    /// The tabs this user has.
    pub(super) fn tabs_shown(&self) -> impl Iterator<Item = Tab> {
        let allowed = self.found.allowed;
        Tab::ALL
            .into_iter()
            .filter(move |t| *t != Tab::Opportunities || allowed)
    }

    /// Asks for them, if the user may.
    pub(super) fn ask_opportunities(&mut self, context: &Context<'_>) -> Outcome {
        let grant = context.session.grants.of(Permission::WriteQuery);
        self.found.allowed = grant != Grant::No;
        if !self.found.allowed {
            return Outcome::done();
        }
        Outcome::done().ask(Request::Opportunities(self.encounter))
    }

    pub(super) fn opportunities_arrived(
        &mut self,
        found: Box<StayOpportunities>,
        context: &Context<'_>,
    ) -> Outcome {
        self.found.all = Some(found);
        self.found.failed = false;
        self.found.rebuild();
        let len = self.found.len();
        self.lists[Tab::Opportunities as usize].set_len(len);
        if let Some(rule) = self.found.wanted.take() {
            let is = |row: &usize| self.found.at(*row).is_some_and(|(o, _)| o.rule == rule);
            let row = (0..len).find(is).unwrap_or(0);
            let height = self.areas(context.body).rows();
            self.lists[Tab::Opportunities as usize].go(row, height);
        }
        Outcome::done()
    }

    pub(super) fn opportunities_failed(&mut self) {
        self.found.failed = true;
    }

    /// The opportunity under the cursor.
    pub(super) fn opportunity(&self) -> Option<&Opportunity> {
        let here = self.tab == Tab::Opportunities && !self.reading;
        let (opportunity, aside) = self.found.at(self.list().cursor).filter(|_| here)?;
        aside.is_none().then_some(opportunity)
    }

    /// Facts under the cursor as indicators: one, or all of an opportunity.
    pub(super) fn cited_facts(&self) -> Vec<Indicator> {
        let Some(opportunity) = self.opportunity() else {
            return Vec::new();
        };
        let stay = self.chart.as_ref().and_then(|c| c.encounter.facts.admitted);
        let cited = |fact| crate::ops::citation(fact, stay);
        match self.found.fact(self.list().cursor) {
            Some(fact) => vec![cited(fact)],
            None => opportunity.evidence.iter().map(cited).collect(),
        }
    }

    pub(super) fn opportunity_command(
        &mut self,
        command: &Command,
        context: &Context<'_>,
    ) -> Outcome {
        match command {
            Command::Opportunities => self.show_tab(Tab::Opportunities, context),
            Command::DismissOpportunity => self.ask_dismiss(),
            Command::ComposeQuery if self.citing.is_none() => match self.opportunity() {
                Some(o) => {
                    let composer = Composer::about(self.encounter, &o.rule);
                    Outcome::done().push(Box::new(composer))
                }
                None => Outcome::ignored(),
            },
            _ => Outcome::ignored(),
        }
    }

    fn ask_dismiss(&self) -> Outcome {
        let (Some(chart), Some(opportunity)) = (&self.chart, self.opportunity()) else {
            return Outcome::done().say(Level::Info, "go to an opportunity first");
        };
        let title = format!("{}: set aside {}", who(chart), own(&opportunity.title));
        let form = Form::new(vec![Field::text("Why", true)]);
        Outcome::done().open(Dialog::form(DISMISS, Shown::own(title), form))
    }

    pub(super) fn dismiss(&self, reason: &str) -> Outcome {
        match self.opportunity() {
            Some(opportunity) => Outcome::done().act(Action::DismissOpportunity {
                encounter: self.encounter,
                rule: opportunity.rule.clone(),
                reason: Untrusted::new(reason.trim()),
            }),
            None => Outcome::done(),
        }
    }

    /// Enter: a fact of a document opens it at its place; anything else is explained.
    pub(super) fn open_opportunity(&mut self, context: &Context<'_>) -> Outcome {
        let row = self.list().cursor;
        if let Some(fact) = self.found.fact(row) {
            let Some(document) = fact.document else {
                let key = (context.keys)(&Command::Timeline);
                let text = format!("a value of the record: {key} shows it among the others");
                return Outcome::done().say(Level::Info, text);
            };
            self.passage = Some(PlaceOf {
                document,
                start: fact.start,
                end: fact.end,
            });
            let outcome = self.read(document, context);
            self.show_passage(context);
            return outcome;
        }
        let Some((opportunity, aside)) = self.found.at(row) else {
            return Outcome::done();
        };
        let facts = &opportunity.evidence;
        let pager = explained(opportunity, aside, facts, &context.session.zone);
        Outcome::done().open(Dialog::read(Shown::own("Why it is worth asking"), pager))
    }

    /// Rows kept below the list for what explains the one under the cursor.
    pub(super) fn rows_below(&self, room: u16) -> u16 {
        let explains = self.tab == Tab::Opportunities && self.found.len() > 0;
        if explains && room > 2 * BELOW {
            BELOW
        } else {
            0
        }
    }

    pub(super) fn draw_opportunities(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        context: &Context<'_>,
    ) {
        let columns = [
            column("RANK", 4, 0, Align::Right),
            column("WHAT", 20, 3, Align::Left),
            column("WHEN", 16, 0, Align::Left),
            column("WHERE", 14, 1, Align::Left),
        ];
        table(canvas, area, &columns, self.list(), 2, false, |i| {
            self.opportunity_row(i, context)
        });
    }

    fn opportunity_row(&self, row: usize, context: &Context<'_>) -> Option<RowView> {
        let zone = &context.session.zone;
        let (opportunity, aside) = self.found.at(row)?;
        let cells = match (self.found.fact(row), aside) {
            (Some(fact), _) => vec![
                (Shown::default(), "text"),
                (Shown::own(format!("  {}", said(fact))), "text"),
                (when(fact.at, zone), "dim"),
                (place_briefly(fact), "dim"),
            ],
            (None, Some(aside)) => vec![
                (Shown::own("-"), "queue.closed"),
                (own(&opportunity.title), "queue.closed"),
                (Shown::own("set aside"), "queue.closed"),
                (show(&aside.reason), "queue.closed"),
            ],
            (None, None) => vec![
                (Shown::own(opportunity.rank.to_string()), "list.head"),
                (own(&opportunity.title), "list.head"),
                (Shown::default(), "text"),
                (own(&opportunity.topic), "dim"),
            ],
        };
        Some(RowView {
            cells,
            marked: false,
        })
    }

    /// What explains the opportunity under the cursor: beside the list, or below it.
    pub(super) fn draw_explanation(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        context: &Context<'_>,
    ) {
        let Some((opportunity, aside)) = self.found.at(self.list().cursor) else {
            return;
        };
        let fact = self.found.fact(self.list().cursor);
        let facts = fact.map(std::slice::from_ref).unwrap_or_default();
        let zone = &context.session.zone;
        let mut pager: Pager = explained(opportunity, aside, facts, zone);
        pager.set_width(area.width);
        pager.render(canvas, area);
    }

    /// Why no opportunity is shown.
    pub(super) fn no_opportunities(&self, context: &Context<'_>) -> String {
        let key = |command: Command| (context.keys)(&command);
        match (&self.found.all, self.found.failed) {
            (None, true) => format!(
                "The opportunities could not be looked for. {} tries again.",
                key(Command::Refresh)
            ),
            (None, false) => "Looking for opportunities…".to_owned(),
            (Some(_), _) => format!(
                "The rules find nothing to ask about in this chart. {} writes a query all the same.",
                key(Command::ComposeQuery)
            ),
        }
    }
}

fn own(text: &str) -> Shown {
    show(&Untrusted::new(text))
}

fn column(title: &'static str, width: u16, grow: u16, align: Align) -> Column {
    Column {
        title,
        width,
        grow,
        align,
    }
}
