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

use crate::command::{Command, Facts, Scope, Shape};
use crate::domain::query::QueryState;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome, Place, Screen, Slot};
use crate::tui::desk::{Notice, QueriesAsk, QueryRow, Reply, Request};
use crate::tui::keys::Key;
use crate::tui::screens::answering::Answering;
use crate::tui::screens::composer::Composer;
use crate::tui::widgets::{Canvas, LineInput, List};
use ratatui::layout::Rect;
use view::{Sort, View};

pub(super) use draw::pager;

/// Queries read at a time; older ones are found in their charts.
const MOST: usize = 500;

/// The list of queries.
#[derive(Default)]
pub struct Queries {
    all: Option<Vec<QueryRow>>,
    failed: Option<Shown>,
    /// Indices of what is shown.
    shown: Vec<usize>,
    list: List,
    view: View,
    sort: Sort,
    reverse: bool,
    filter: LineInput,
    filtering: bool,
    answering: Answering,
    /// What is exported once it is confirmed.
    export: Option<export::Wanted>,
}

impl Queries {
    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::Queries(QueriesAsk {
            limit: MOST,
            ..QueriesAsk::default()
        }))
    }

    fn row(&self) -> Option<&QueryRow> {
        let at = self.shown.get(self.list.cursor)?;
        self.all.as_ref()?.get(*at)
    }

    fn rebuild(&mut self) {
        let Some(all) = &self.all else {
            return;
        };
        let under = self.row().map(|r| r.query.id);
        let text = self.filter.text().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut shown: Vec<usize> = (0..all.len())
            .filter(|i| {
                let row = &all[*i];
                let text = haystack(row);
                self.view.holds(row.query.state) && words.iter().all(|w| text.contains(w))
            })
            .collect();
        match self.sort {
            Sort::Newest => {}
            Sort::Due => shown.sort_by_key(|i| (all[*i].query.due.is_none(), all[*i].query.due)),
            Sort::Patient => shown.sort_by(|a, b| all[*a].patient_name.cmp(&all[*b].patient_name)),
            Sort::Provider => {
                shown.sort_by(|a, b| all[*a].provider_name.cmp(&all[*b].provider_name));
            }
        }
        if self.reverse {
            shown.reverse();
        }
        self.shown = shown;
        self.list.set_len(self.shown.len());
        let same = self
            .shown
            .iter()
            .position(|i| Some(all[*i].query.id) == under);
        if let Some(same) = same {
            self.list.cursor = same;
        }
    }

    fn turn_view(&mut self, forward: bool) -> Outcome {
        let at = View::ALL.iter().position(|v| *v == self.view).unwrap_or(0);
        let step = if forward { 1 } else { View::ALL.len() - 1 };
        self.view = View::ALL[(at + step) % View::ALL.len()];
        self.rebuild();
        Outcome::done()
    }

    fn sort_by(&mut self, name: Option<&str>) -> Outcome {
        let at = Sort::ALL.iter().position(|s| *s == self.sort).unwrap_or(0);
        self.sort = match name {
            None => Sort::ALL[(at + 1) % Sort::ALL.len()],
            Some(name) => match Sort::ALL.iter().find(|s| s.name() == name) {
                Some(sort) => *sort,
                None => {
                    return Outcome::done()
                        .say(Level::Warning, "sort by newest, due, patient or provider");
                }
            },
        };
        self.rebuild();
        Outcome::done()
    }

    fn open(&self, context: &Context<'_>) -> Outcome {
        match self.row() {
            None => Outcome::done(),
            Some(row) if row.query.state == QueryState::Draft => {
                Outcome::done().push(Box::new(Composer::draft(row.query.encounter, row.query.id)))
            }
            Some(row) => self.read(row, context),
        }
    }

    fn read(&self, row: &QueryRow, context: &Context<'_>) -> Outcome {
        let title = Shown::own(format!(
            "Query {} {}",
            row.query.id,
            draw::state_words(row.query.state)
        ));
        let pager = draw::pager(row, &context.session.zone);
        Outcome::done().open(Dialog::read(title, pager))
    }

    fn moved(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let height = draw::list_rows(context.body);
        match command {
            Command::Down => self.list.down(1, height),
            Command::Up => self.list.up(1, height),
            Command::PageDown => self.list.page_down(height),
            Command::PageUp => self.list.page_up(height),
            Command::Top => self.list.go(0, height),
            Command::End => self.list.go(usize::MAX, height),
            _ => {}
        }
        Outcome::done()
    }

    fn back(&mut self) -> Outcome {
        if self.filtering || !self.filter.is_empty() {
            self.filtering = false;
            self.filter = LineInput::default();
            self.rebuild();
            return Outcome::done();
        }
        Outcome::ignored()
    }
}

fn haystack(row: &QueryRow) -> String {
    let texts = [
        &row.patient_name,
        &row.mrn,
        &row.visit,
        &row.provider_name,
        &row.query.text.title,
    ];
    let state = draw::state_words(row.query.state);
    let mut text = state.to_owned();
    for part in texts {
        text.push(' ');
        text.push_str(show(part).as_str());
    }
    text.to_lowercase()
}

impl Screen for Queries {
    fn scope(&self) -> Scope {
        Scope::Queries
    }

    fn facts(&self, facts: &mut Facts) {
        facts.text = self.filtering;
        facts.rows = self.list.len > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
        facts.filtering = !self.filter.is_empty();
        facts.chart = self.row().is_some();
        let state = self.row().map(|r| r.query.state);
        facts.issued = state == Some(QueryState::Issued);
        facts.draft = state == Some(QueryState::Draft);
        facts.busy = self.waits();
    }

    fn title(&self, _context: &Context<'_>) -> Shown {
        let all = self.all.as_ref().map_or(0, Vec::len);
        Shown::own(format!("QUERIES {}/{all}", self.shown.len()))
    }

    fn hints(&self) -> Vec<Command> {
        if self.filtering {
            return vec![Command::Accept, Command::Back];
        }
        vec![
            Command::Open,
            Command::NextPane,
            Command::Filter,
            Command::AnswerQuery,
            Command::Withdraw,
            Command::OpenChart,
        ]
    }

    fn opened(&mut self, _context: &Context<'_>) -> Outcome {
        self.load()
    }

    fn returned(&mut self, _context: &Context<'_>, _changed: bool) -> Outcome {
        // A draft is saved without an action, so a change is not announced.
        self.load()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        use Command as C;
        match command {
            C::Accept if self.filtering => {
                self.filtering = false;
                Outcome::done()
            }
            C::Down | C::Up | C::PageDown | C::PageUp | C::Top | C::End => {
                self.moved(command, context)
            }
            C::SelectRows(rows) => {
                if let Some(row) = rows.rows(self.list.len).first() {
                    self.list.go(*row, draw::list_rows(context.body));
                }
                Outcome::done()
            }
            C::NextPane => self.turn_view(true),
            C::PreviousPane => self.turn_view(false),
            C::Filter => {
                self.filtering = true;
                Outcome::done()
            }
            C::ClearFilter | C::Back => self.back(),
            C::Sort(name) => self.sort_by(name.as_deref()),
            C::Reverse => {
                self.reverse = !self.reverse;
                self.rebuild();
                Outcome::done()
            }
            C::Open | C::OpenQuery => self.open(context),
            C::Preview => match self.row() {
                Some(row) => self.read(row, context),
                None => Outcome::done(),
            },
            C::OpenChart => match self.row() {
                Some(row) => Outcome::done().goto(Place::Chart {
                    encounter: row.query.encounter,
                    document: None,
                    words: Vec::new(),
                }),
                None => Outcome::done(),
            },
            C::ExportQuery => self.ask_export(),
            other => self.act(other),
        }
    }

    fn text_key(&mut self, key: Key, _context: &Context<'_>) -> Outcome {
        if self.filtering && self.filter.key(key) {
            self.rebuild();
            return Outcome::done();
        }
        Outcome::ignored()
    }

    fn paste(&mut self, text: &str, _context: &Context<'_>) -> Outcome {
        if !self.filtering {
            return Outcome::ignored();
        }
        self.filter.paste(text);
        self.rebuild();
        Outcome::done()
    }

    fn reply(&mut self, _slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Queries(rows) => {
                self.all = Some(rows);
                self.failed = None;
                self.rebuild();
                let cursor = self.list.cursor;
                self.list.go(cursor, draw::list_rows(context.body));
                Outcome::done()
            }
            Reply::Acted(_) => self.load(),
            Reply::QueryExported(path) => Self::exported(&path),
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, notice: &Notice, _context: &Context<'_>) -> Outcome {
        if slot == Slot::Rows {
            self.failed = Some(Shown::own(notice.what.clone()));
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _context: &Context<'_>) -> Outcome {
        self.answered(tag, answer)
    }

    fn waits(&self) -> bool {
        self.all.is_none() && self.failed.is_none()
    }

    fn resized(&mut self, context: &Context<'_>) {
        let cursor = self.list.cursor;
        self.list.go(cursor, draw::list_rows(context.body));
    }

    fn completions(&self, shape: Shape) -> Vec<String> {
        match shape {
            Shape::Sort => Sort::ALL.map(|s| s.name().to_owned()).to_vec(),
            _ => Vec::new(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
