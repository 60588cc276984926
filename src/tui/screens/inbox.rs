//! A provider's inbox: everything they owe, items and queries in one list, due first.
//!
//! Completing, declining and answering take at most four keys each. Which rows come is decided
//! by the desk: a provider's own. Start reading at [`Inbox`].

mod draw;
#[cfg(test)]
mod tests;

use super::answering::Answering;
use super::moving::moved;
use crate::command::{Command, Facts, Scope};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::{DeclineReason, DeficiencyDetail, QueueRow};
use crate::domain::ids::DeficiencyId;
use crate::domain::query::QueryState;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{
    CatalogueEntry, QueueFilter, QueueRequest, QueueSort, QueueView, WorkOrder,
};
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Outcome, Place, Screen, Slot};
use crate::tui::desk::{Notice, QueriesAsk, QueryRow, Reply, Request};
use crate::tui::widgets::{Canvas, Field, Form, Item, List, Pager};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// Items read; more than anybody should owe, and the header says when there are more.
const MOST: usize = 500;

/// The slot of the question for queries.
const QUERIES: Slot = Slot::Other(20);

const REASON: &str = "inbox reason";
const COMMENT: &str = "inbox comment";

/// The inbox.
#[derive(Default)]
pub struct Inbox {
    items: Option<Vec<QueueRow>>,
    /// How many there are in all.
    total: i64,
    queries: Option<Vec<QueryRow>>,
    /// What the types are called.
    catalogue: Vec<CatalogueEntry>,
    entries: Vec<Entry>,
    list: List,
    details: BTreeMap<DeficiencyId, DeficiencyDetail>,
    pager: Pager,
    answering: Answering,
    /// The reason chosen for a decline, while its comment is asked for.
    reason: Option<DeclineReason>,
    failed: bool,
}

/// A line: an item or a query, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Item(usize),
    Query(usize),
}

impl Inbox {
    fn load() -> Outcome {
        let request = QueueRequest {
            view: QueueView::All,
            filter: QueueFilter::default(),
            sort: QueueSort::Due,
            reverse: false,
            after: None,
            limit: MOST,
        };
        Outcome::done()
            .ask(Request::Queue {
                request: Box::new(request),
                typed: String::new(),
            })
            .ask_in(
                QUERIES,
                Request::Queries(QueriesAsk {
                    state: Some(QueryState::Issued),
                    limit: MOST,
                    ..QueriesAsk::default()
                }),
            )
    }

    fn entry(&self) -> Option<Entry> {
        self.entries.get(self.list.cursor).copied()
    }

    fn item(&self) -> Option<&QueueRow> {
        match self.entry()? {
            Entry::Item(i) => self.items.as_ref()?.get(i),
            Entry::Query(_) => None,
        }
    }

    fn query(&self) -> Option<&QueryRow> {
        match self.entry()? {
            Entry::Query(i) => self.queries.as_ref()?.get(i),
            Entry::Item(_) => None,
        }
    }

    /// Both lists are there: one line each, due first. Declined items wait for somebody else.
    fn rebuild(&mut self, context: &Context<'_>) -> Outcome {
        let (Some(items), Some(queries)) = (&self.items, &self.queries) else {
            return Outcome::done();
        };
        let due = |entry: &Entry| match entry {
            Entry::Item(i) => items[*i].due,
            Entry::Query(i) => queries[*i].query.due.unwrap_or(Instant(i64::MAX)),
        };
        let owed =
            |i: &usize| items[*i].state != crate::domain::deficiency::DeficiencyState::Declined;
        let mut entries: Vec<Entry> = (0..items.len())
            .filter(owed)
            .map(Entry::Item)
            .chain((0..queries.len()).map(Entry::Query))
            .collect();
        entries.sort_by_key(due);
        self.entries = entries;
        self.list.set_len(self.entries.len());
        let cursor = self.list.cursor;
        self.list.go(cursor, draw::rows_shown(context.body));
        self.arrived(context)
    }

    /// The cursor stands somewhere: its detail is shown.
    fn arrived(&mut self, context: &Context<'_>) -> Outcome {
        self.show_detail(context);
        match self.item().map(|row| row.id) {
            Some(id) if !self.details.contains_key(&id) => Outcome::done().ask(Request::Detail(id)),
            _ => Outcome::done(),
        }
    }

    fn change(&self, change: DeficiencyChange) -> Outcome {
        match self.item() {
            Some(row) => Outcome::done().act(Action::ChangeDeficiencies {
                items: vec![(row.id, row.version)],
                change,
            }),
            None => Outcome::done(),
        }
    }

    /// Why not: most reasons need no further words.
    fn decline(&self) -> Outcome {
        let Some(row) = self.item() else {
            return Outcome::done();
        };
        let title = format!("Decline: {} {}", show(&row.mrn), show(&row.patient_name));
        let item = |(i, reason): (usize, &DeclineReason)| {
            let label = format!("{} {}", i + 1, reason.title());
            Item::new(Shown::own(label), Shown::default())
        };
        let items = DeclineReason::ALL.iter().enumerate().map(item).collect();
        Outcome::done().open(Dialog::pick(REASON, Shown::own(title), items))
    }

    fn declined(&mut self, index: usize) -> Outcome {
        let Some(reason) = DeclineReason::ALL.get(index).copied() else {
            return Outcome::done();
        };
        let label = match reason {
            DeclineReason::AlreadyDocumented => "Where",
            DeclineReason::Other => "Why",
            DeclineReason::OtherProvider => "Who",
            _ => {
                return self.change(DeficiencyChange::Decline {
                    reason,
                    comment: Untrusted::default(),
                });
            }
        };
        self.reason = Some(reason);
        let form = Form::new(vec![Field::text(label, true)]);
        Outcome::done().open(Dialog::form(COMMENT, Shown::own(reason.title()), form))
    }

    /// The chart at the place that matters.
    fn open_chart(&self) -> Outcome {
        if let Some(row) = self.item() {
            return Outcome::done().goto(Place::Deficiency {
                encounter: row.encounter,
                deficiency: row.id,
                work: Box::new(WorkOrder::default()),
            });
        }
        match self.query() {
            Some(row) => Outcome::done().goto(Place::Chart {
                encounter: row.query.encounter,
                document: None,
                words: Vec::new(),
            }),
            None => Outcome::done(),
        }
    }

    fn open(&self) -> Outcome {
        match self.query() {
            Some(row) => Outcome::done().ask(Request::Query(row.query.id)),
            None => self.open_chart(),
        }
    }
}

impl Screen for Inbox {
    fn scope(&self) -> Scope {
        Scope::Inbox
    }

    fn facts(&self, facts: &mut Facts) {
        facts.rows = self.list.len > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
        facts.chart = self.entry().is_some();
        facts.state = self.item().map(|r| r.state);
        facts.held = self.item().is_some_and(|r| r.held_since.is_some());
        facts.issued = self.query().is_some();
        facts.provider = self.item().is_some_and(|r| r.owner.is_some());
        facts.busy = self.waits();
    }

    fn title(&self, context: &Context<'_>) -> Shown {
        let (Some(items), Some(queries)) = (&self.items, &self.queries) else {
            return Shown::own("MY INBOX …");
        };
        let late = items
            .iter()
            .filter(|r| r.state.is_outstanding() && r.ages(context.now).late)
            .count();
        Shown::own(format!(
            "MY INBOX {} items ({late} late), {} queries",
            self.total,
            queries.len()
        ))
    }

    fn hints(&self) -> Vec<Command> {
        let first = if self.query().is_some() {
            [Command::AnswerQuery, Command::OpenChart]
        } else {
            [Command::Complete, Command::Decline]
        };
        let [first, second] = first;
        vec![Command::Open, first, second, Command::Why, Command::Undo]
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.pager.set_width(draw::detail_area(context.body).width);
        Outcome::done().ask(Request::Catalogue).and(Self::load())
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.details.clear();
        Self::load()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        if moved(&mut self.list, command, draw::rows_shown(context.body)) {
            return self.arrived(context);
        }
        match command {
            Command::Open => self.open(),
            Command::OpenChart => self.open_chart(),
            Command::Complete => self.change(DeficiencyChange::Complete {
                comment: Untrusted::default(),
            }),
            Command::Decline => self.decline(),
            Command::AnswerQuery => match self.query() {
                Some(row) => Outcome::done().open(Answering::dialog(row)),
                None => Outcome::done(),
            },
            Command::Why => Outcome::done().open(Dialog::read(
                Shown::own("Why is it here"),
                self.pager.clone(),
            )),
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Queue(page) => {
                self.total = page.total;
                self.items = Some(page.rows);
                self.failed = false;
                self.rebuild(context)
            }
            Reply::Queries(rows) => {
                self.queries = Some(rows);
                self.rebuild(context)
            }
            Reply::Query(detail) => {
                let pager = super::queries::whole(&detail, &context.session.zone);
                let heading = super::queries::heading(&detail.row);
                Outcome::done().open(Dialog::read(heading, pager))
            }
            Reply::Detail(detail) => {
                self.details.insert(detail.row.id, *detail);
                self.show_detail(context);
                Outcome::done()
            }
            Reply::Catalogue(catalogue) => {
                self.catalogue = catalogue;
                Outcome::done()
            }
            Reply::Acted(_) => {
                self.details.clear();
                Self::load()
            }
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.failed |= slot == Slot::Rows || slot == QUERIES;
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        if let Some(row) = self.query().cloned()
            && let Some(outcome) = self.answering.answered(&row, tag, &answer)
        {
            return outcome;
        }
        match (tag, answer) {
            (REASON, Answer::Chosen(index)) => self.declined(index),
            (COMMENT, Answer::Fields(fields)) => {
                let comment = fields.into_iter().next().unwrap_or_default().text;
                let reason = self.reason.take().unwrap_or(DeclineReason::Other);
                self.change(DeficiencyChange::Decline {
                    reason,
                    comment: Untrusted::new(comment.trim()),
                })
            }
            _ => Outcome::done(),
        }
    }

    fn waits(&self) -> bool {
        (self.items.is_none() || self.queries.is_none()) && !self.failed
    }

    fn resized(&mut self, context: &Context<'_>) {
        let cursor = self.list.cursor;
        self.list.go(cursor, draw::rows_shown(context.body));
        self.show_detail(context);
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
