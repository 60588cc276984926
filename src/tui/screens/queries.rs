//! The list of queries: drafts, issued, answered; reading one, going on with a draft,
//! withdrawing, answering.
//!
//! Which queries come is decided by the desk (a provider sees their own, drafts only their
//! author's). Start reading at [`Queries`].

mod act;
mod draw;
mod export;
#[cfg(test)]
mod tests;
mod view;

use super::listing::{Listed, Listing};
use crate::command::{Command, Facts, Scope};
use crate::domain::ids::QueryId;
use crate::domain::query::{QueryFormat, QueryState};
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Outcome, Place, Screen, SharedList, Slot};
use crate::tui::desk::{QueriesAsk, QueryRow, Reply, Request};
use crate::tui::screens::answering::Answering;
use crate::tui::screens::composer::Composer;
use crate::tui::widgets::Canvas;
use ratatui::layout::Rect;

pub(super) use draw::{heading, pager, state_words, whole};

/// Queries read at a time; older ones are found in their charts.
const MOST: usize = 500;

/// The list of queries.
pub struct Queries {
    list: Listing<QueryRow>,
    answering: Answering,
    /// What is exported once it is confirmed.
    export: Option<export::Wanted>,
    /// What waits for the chart's documents.
    pending: Option<act::Pending>,
}

impl Default for Queries {
    fn default() -> Self {
        Self {
            list: Listing::new(&view::PLAN),
            answering: Answering::default(),
            export: None,
            pending: None,
        }
    }
}

impl Listed for QueryRow {
    type Key = QueryId;

    fn key(&self) -> QueryId {
        self.query.id
    }

    fn version(&self) -> i64 {
        self.query.version
    }

    fn haystack(&self) -> String {
        let texts = [
            &self.patient_name,
            &self.mrn,
            &self.visit,
            &self.provider_name,
            &self.query.text.title,
        ];
        let mut text = state_words(&self.query).to_owned();
        for part in texts {
            text.push(' ');
            text.push_str(show(part).as_str());
        }
        text
    }
}

impl Queries {
    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::Queries(QueriesAsk {
            limit: MOST,
            ..QueriesAsk::default()
        }))
    }

    fn row(&self) -> Option<&QueryRow> {
        self.list.row()
    }

    fn open(&self, context: &Context<'_>) -> Outcome {
        match self.row() {
            None => Outcome::done(),
            Some(row) if draft_of(row, context) => {
                Outcome::done().push(Box::new(Composer::draft(row.query.encounter, row.query.id)))
            }
            // With its history, which a row does not have.
            Some(row) => Outcome::done().ask(Request::Query(row.query.id)),
        }
    }

    fn read(&self, row: &QueryRow, context: &Context<'_>) -> Outcome {
        let pager = draw::pager(row, &context.session.zone);
        Outcome::done().open(Dialog::read(draw::heading(row), pager))
    }

    fn open_chart(&self) -> Outcome {
        match self.row() {
            Some(row) => Outcome::done().goto(Place::Chart {
                encounter: row.query.encounter,
                document: None,
                words: Vec::new(),
            }),
            None => Outcome::done(),
        }
    }
}

/// Whether it is a draft this user goes on writing; another's is read.
fn draft_of(row: &QueryRow, context: &Context<'_>) -> bool {
    row.query.state == QueryState::Draft && row.query.author == context.session.user
}

impl Screen for Queries {
    fn scope(&self) -> Scope {
        Scope::Queries
    }

    fn facts(&self, facts: &mut Facts) {
        self.list.facts(facts);
        facts.chart = self.row().is_some();
        let state = self.row().map(|r| r.query.state);
        facts.issued = state == Some(QueryState::Issued);
        facts.draft = state == Some(QueryState::Draft);
        facts.answered = state == Some(QueryState::Responded);
        facts.reconciled = state == Some(QueryState::Reconciled);
    }

    fn title(&self, _context: &Context<'_>) -> Shown {
        Shown::own(format!("QUERIES {}", self.list.numbers()))
    }

    fn hints(&self) -> Vec<Command> {
        self.list.hints().unwrap_or_else(|| {
            // What is done next with the query under the cursor.
            let verbal = |r: &QueryRow| r.query.text.format == QueryFormat::Verbal;
            let next = match self.row().map(|r| r.query.state) {
                Some(QueryState::Draft) if self.row().is_some_and(verbal) => {
                    [Command::RecordVerbal, Command::Discard]
                }
                Some(QueryState::Draft) => [Command::Discard, Command::Overrule],
                Some(QueryState::Responded) => [Command::Reconcile, Command::RequestAddendum],
                Some(QueryState::Reconciled) => [Command::CloseQuery, Command::Preview],
                _ => [Command::AnswerQuery, Command::Redirect],
            };
            let [first, second] = next;
            vec![
                Command::Open,
                Command::NextPane,
                Command::Filter,
                first,
                second,
                Command::OpenChart,
            ]
        })
    }

    fn shared(&self) -> Option<&dyn SharedList> {
        Some(&self.list)
    }

    fn shared_mut(&mut self) -> Option<&mut dyn SharedList> {
        Some(&mut self.list)
    }

    fn opened(&mut self, _context: &Context<'_>) -> Outcome {
        self.load()
    }

    fn returned(&mut self, _context: &Context<'_>, _changed: bool) -> Outcome {
        // A draft is saved without an action, so a change is not announced.
        self.load()
    }

    fn own(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::Open | Command::OpenQuery => self.open(context),
            Command::Preview => match self.row() {
                Some(row) => self.read(row, context),
                None => Outcome::done(),
            },
            Command::OpenChart => self.open_chart(),
            Command::OpenReview => match self.row() {
                Some(row) => Outcome::done().goto(Place::Review(row.query.encounter)),
                None => Outcome::done(),
            },
            Command::ExportQuery => self.ask_export(),
            other => self.act(other, context),
        }
    }

    fn reply(&mut self, _slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Queries(rows) => {
                let more = rows.len() == MOST;
                self.list.arrived(rows, more, context.body);
                Outcome::done()
            }
            Reply::Query(detail) => {
                let pager = draw::whole(&detail, &context.session.zone);
                Outcome::done().open(Dialog::read(draw::heading(&detail.row), pager))
            }
            Reply::Chart(chart) => self.chart_arrived(&chart, context),
            Reply::Acted(_) => self.load(),
            Reply::QueryExported(path) => Self::exported(&path),
            _ => Outcome::done(),
        }
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        self.answered(tag, answer, context)
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
