//! A provider's inbox: everything they owe, items and queries in one list, due first.
//!
//! Completing, declining and answering take at most four keys each. Which rows come is decided
//! by the desk: a provider's own. Start reading at [`Inbox`].

mod decline;
mod draw;
mod entry;
#[cfg(test)]
mod tests;

use super::answering::Answering;
use super::listing::Listing;
use crate::command::{Command, Facts, Scope};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::{DeclineReason, DeficiencyDetail, QueueRow};
use crate::domain::ids::DeficiencyId;
use crate::domain::query::QueryState;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{
    CatalogueEntry, QueueCursor, QueueFilter, QueueRequest, QueueSort, QueueView, WorkOrder,
};
use crate::text::Shown;
use crate::tui::app::{Answer, Context, Dialog, Outcome, Place, Screen, SharedList, Slot};
use crate::tui::desk::{Notice, QueriesAsk, QueryRow, Reply, Request};
use crate::tui::widgets::{Canvas, Pager};
use entry::{Entry, PLAN, owed};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// Items read at a time; more are read when the cursor comes near the last.
const PAGE: usize = 500;

/// The slot of the question for queries.
const QUERIES: Slot = Slot::Other(20);

/// The slot of the question for the items that follow.
const FOLLOWING: Slot = Slot::Ahead(1);

const REASON: &str = "inbox reason";
const READ: &str = "inbox read query";
const COMMENT: &str = "inbox comment";

/// The inbox.
pub struct Inbox {
    items: Option<Vec<QueueRow>>,
    /// How many there are in all.
    total: i64,
    /// Where the items that follow begin, if there are more.
    next: Option<QueueCursor>,
    queries: Option<Vec<QueryRow>>,
    /// What the types are called.
    catalogue: Vec<CatalogueEntry>,
    list: Listing<Entry>,
    details: BTreeMap<DeficiencyId, DeficiencyDetail>,
    pager: Pager,
    answering: Answering,
    /// The reason chosen for a decline, while its comment is asked for.
    reason: Option<DeclineReason>,
}

impl Default for Inbox {
    fn default() -> Self {
        Self {
            items: None,
            total: 0,
            next: None,
            queries: None,
            catalogue: Vec::new(),
            list: Listing::new(&PLAN),
            details: BTreeMap::new(),
            pager: Pager::default(),
            answering: Answering::default(),
            reason: None,
        }
    }
}

impl Inbox {
    fn load() -> Outcome {
        Outcome::done().ask(Self::page(None)).ask_in(
            QUERIES,
            Request::Queries(QueriesAsk {
                state: Some(QueryState::Issued),
                limit: PAGE,
                ..QueriesAsk::default()
            }),
        )
    }

    fn page(after: Option<QueueCursor>) -> Request {
        let request = QueueRequest {
            view: QueueView::All,
            filter: QueueFilter::default(),
            sort: QueueSort::Due,
            reverse: false,
            after,
            limit: PAGE,
        };
        Request::Queue {
            request: Box::new(request),
            typed: String::new(),
        }
    }

    fn item(&self) -> Option<&QueueRow> {
        match self.list.row()? {
            Entry::Item(row) => Some(row),
            Entry::Query(_) => None,
        }
    }

    /// The query on the line, or the one whose overdue answer is the item on the line.
    fn query(&self) -> Option<&QueryRow> {
        match self.list.row()? {
            Entry::Query(row) => Some(row),
            Entry::Item(row) => {
                let wanted = row.subject.query?;
                let all = self.queries.as_ref()?;
                all.iter().find(|q| q.query.id == wanted)
            }
        }
    }

    /// Both lists are there: one line each. Declined items wait for somebody else.
    fn rebuild(&mut self, context: &Context<'_>) -> Outcome {
        let (Some(items), Some(queries)) = (&self.items, &self.queries) else {
            return Outcome::done();
        };
        let entries = owed(items)
            .chain(queries.iter().cloned().map(Box::new).map(Entry::Query))
            .collect();
        self.list
            .arrived(entries, self.next.is_some(), context.body);
        self.arrived(context)
    }

    /// The cursor stands somewhere: its detail is shown, and what follows is read in time.
    fn arrived(&mut self, context: &Context<'_>) -> Outcome {
        self.show_detail(context);
        let mut outcome = Outcome::done();
        if let Some(id) = self.item().map(|row| row.id)
            && !self.details.contains_key(&id)
        {
            outcome = outcome.ask(Request::Detail(id));
        }
        if self.list.near_end()
            && let Some(after) = self.next.take()
        {
            outcome = outcome.ask_in(FOLLOWING, Self::page(Some(after)));
        }
        outcome
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
        self.list.facts(facts);
        facts.chart = self.list.row().is_some();
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
        let more = self.next.is_some();
        let text = entry::title(items, self.total, more, queries.len(), context.now);
        Shown::own(text)
    }

    fn hints(&self) -> Vec<Command> {
        if let Some(hints) = self.list.hints() {
            return hints;
        }
        let first = if self.query().is_some() {
            [Command::AnswerQuery, Command::OpenChart]
        } else {
            [Command::Complete, Command::Decline]
        };
        let [first, second] = first;
        vec![Command::Open, first, second, Command::Why, Command::Undo]
    }

    fn shared(&self) -> Option<&dyn SharedList> {
        Some(&self.list)
    }

    fn shared_mut(&mut self) -> Option<&mut dyn SharedList> {
        Some(&mut self.list)
    }

    fn moved(&mut self, context: &Context<'_>) -> Outcome {
        self.arrived(context)
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        let width = self.list.detail_area(context.body).width;
        self.pager.set_width(width);
        Outcome::done().ask(Request::Catalogue).and(Self::load())
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.details.clear();
        Self::load()
    }

    fn own(&mut self, command: &Command, _: &Context<'_>) -> Outcome {
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

    fn reply(&mut self, slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Queue(page) if slot == FOLLOWING => {
                self.next = page.next;
                let entries = owed(&page.rows).collect();
                self.items.get_or_insert_default().extend(page.rows);
                self.list
                    .arrived_more(entries, self.next.is_some(), context.body);
                self.arrived(context)
            }
            Reply::Queue(page) => {
                self.total = page.total;
                self.next = page.next;
                self.items = Some(page.rows);
                self.rebuild(context)
            }
            Reply::Queries(rows) => {
                self.queries = Some(rows);
                self.rebuild(context)
            }
            Reply::Query(detail) => {
                let pager = super::queries::whole(&detail, &context.session.zone);
                let heading = super::queries::heading(&detail.row);
                let own = self
                    .query()
                    .is_some_and(|q| q.query.id == detail.row.query.id);
                Outcome::done().open(if own {
                    let heading = Shown::own(format!("{heading}: Enter answers, Esc leaves it"));
                    Dialog::read_then(READ, heading, pager)
                } else {
                    Dialog::read(heading, pager)
                })
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
        if slot == Slot::Rows || slot == QUERIES {
            self.list.fail();
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        if let Some(row) = self.query().cloned()
            && let Some(outcome) = self.answering.answered(&row, tag, &answer)
        {
            return outcome;
        }
        match (tag, answer) {
            (READ, Answer::Yes) => match self.query() {
                Some(row) => Outcome::done().open(Answering::dialog(row)),
                None => Outcome::done(),
            },
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

    fn resized(&mut self, context: &Context<'_>) {
        self.list.resized(context.body);
        self.show_detail(context);
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
