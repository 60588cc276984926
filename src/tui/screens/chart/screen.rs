//! The chart as a screen of the program: facts, commands, answers.

use super::copied::open_similar;
use super::documents::Order;
use super::opportunities::FOUND;
use super::{CLOSED, ChartScreen, Tab, who};
use crate::command::{Command, Facts, Scope, Shape, Taken};
use crate::domain::permission::{Grant, Permission};
use crate::domain::time::Instant;
use crate::text::Shown;
use crate::tui::app::{Answer, Context, Handed, Outcome, Place, Screen, Slot, Step};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::keys::Key;
use crate::tui::screens::reader::Reader;
use crate::tui::screens::search::{Search, Within};
use crate::tui::widgets::{Canvas, LineInput};
use ratatui::layout::Rect;

impl Screen for ChartScreen {
    fn scope(&self) -> Scope {
        Scope::Chart
    }

    fn facts(&self, facts: &mut Facts) {
        let list = self
            .reader()
            .filter(|_| self.reading)
            .map_or_else(|| *self.list(), |reader| *reader.cursor());
        facts.rows = list.len > 0;
        facts.at_start = list.at_start();
        facts.at_end = list.at_end();
        facts.marks = self.readers.values().map(Reader::marked).sum();
        facts.filtering = !self.filter.is_empty();
        facts.chart = self.chart.is_some();
        facts.document = self.open.is_some() || self.document_under_cursor().is_some();
        facts.matches = self.reader().is_some_and(|r| r.matched().is_some());
        facts.reading = self.reading;
        facts.text = self.find.is_some() || self.filtering;
        facts.citing = self.citing.is_some();
        facts.opportunity = self.opportunity().is_some();
        facts.busy = self.waits();
        let row = self.deficiency_row();
        facts.state = row.map(|r| r.state);
        facts.held = row.is_some_and(|r| r.held_since.is_some());
        let taken = self.outstanding.iter().flatten().find_map(|r| r.analyst);
        facts.taken = match taken {
            None => Taken::Nobody,
            Some(user) if Some(user) == self.me => Taken::Me,
            Some(_) => Taken::Other,
        };
    }

    fn title(&self, _context: &Context<'_>) -> Shown {
        let what = match self.citing {
            Some(_) => "CHART choose what to cite",
            None => "CHART",
        };
        let marks: usize = self.readers.values().map(Reader::marked).sum();
        let marks = if marks > 0 {
            format!("  {marks} marked")
        } else {
            String::new()
        };
        Shown::own(format!("{what}{marks}"))
    }

    fn hints(&self) -> Vec<Command> {
        if self.find.is_some() || self.filtering {
            return vec![Command::Accept, Command::Back];
        }
        if self.citing.is_some() && self.reading {
            return vec![
                Command::Cite,
                Command::Mark,
                Command::Find,
                Command::NextDocument,
            ];
        }
        if self.detail.is_some() && self.tab == Tab::Documents {
            let first = if self.reading {
                [Command::NextDocument, Command::Find]
            } else {
                [Command::Open, Command::Filter]
            };
            let [first, second] = first;
            return vec![
                first,
                Command::Complete,
                Command::TakeNext,
                Command::Next,
                second,
                Command::ComposeQuery,
            ];
        }
        if self.reading {
            return vec![
                Command::NextDocument,
                Command::Find,
                Command::NextMatch,
                Command::Mark,
                Command::ComposeQuery,
                Command::Documents,
            ];
        }
        match self.tab {
            Tab::Documents if self.citing.is_some() => vec![
                Command::Open,
                Command::Filter,
                Command::Timeline,
                Command::Encounters,
                Command::Back,
            ],
            Tab::Documents => vec![
                Command::Open,
                Command::Filter,
                Command::Timeline,
                Command::Deficiencies,
                Command::TakeNext,
                Command::ComposeQuery,
            ],
            Tab::Deficiencies => vec![
                Command::Open,
                Command::Complete,
                Command::Take,
                Command::TakeNext,
                Command::Documents,
            ],
            Tab::Timeline => vec![
                Command::Open,
                Command::Filter,
                Command::Cite,
                Command::Documents,
            ],
            Tab::Visits => vec![Command::Open, Command::Documents],
            Tab::Opportunities if self.citing.is_some() => {
                vec![Command::Cite, Command::Open, Command::Back]
            }
            Tab::Opportunities => vec![
                Command::ComposeQuery,
                Command::Open,
                Command::DismissOpportunity,
                Command::Documents,
            ],
        }
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.me = Some(context.session.user);
        let asked = match context.session.grants.of(Permission::CreateDeficiency) {
            Grant::No => Outcome::done(),
            _ => Outcome::done().ask(Request::Catalogue),
        };
        self.ask_opportunities(context).and(asked).and(self.load())
    }

    fn returned(&mut self, context: &Context<'_>, changed: bool) -> Outcome {
        if !changed {
            return Outcome::done();
        }
        self.failed = None;
        Outcome::done()
            .ask(Request::Chart(self.encounter))
            .and(self.ask_deficiencies())
            .and(self.ask_opportunities(context))
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        use Command as C;
        let outcome = self.opportunity_command(command, context);
        if !outcome.ignored {
            return outcome;
        }
        match command {
            C::Accept if self.find.is_some() => self.accept_find(),
            C::Accept if self.filtering => {
                self.filtering = false;
                self.rest(context)
            }
            C::Down | C::Up | C::PageDown | C::PageUp | C::Top | C::End => {
                self.moved(command, context)
            }
            C::SelectRows(rows) => {
                if let Some(row) = rows.rows(self.list().len).first().copied() {
                    let height = self.areas(context.body).rows();
                    self.list_mut().go(row, height);
                }
                self.rest(context)
            }
            C::Open if self.reading && self.shown_copied().is_some() => self.go_to_source(context),
            C::Open => self.open_row(context),
            C::Copied | C::CopiedSource | C::Similar => self.copied_command(command, context),
            C::Back => self.back(),
            C::NextPane => self.next_tab(true, context),
            C::PreviousPane => self.next_tab(false, context),
            C::Documents => self.show_tab(Tab::Documents, context),
            C::Encounters => self.show_tab(Tab::Visits, context),
            C::Timeline => self.show_tab(Tab::Timeline, context),
            C::Deficiencies => self.show_tab(Tab::Deficiencies, context),
            C::Sort(name) => self.sort(name.as_deref(), context),
            C::Reverse => {
                self.newest_first = !self.newest_first;
                self.rebuild();
                Outcome::done()
            }
            C::Filter => {
                self.filtering = true;
                Outcome::done()
            }
            C::ClearFilter => {
                self.filter = LineInput::default();
                self.rebuild();
                self.rest(context)
            }
            C::Next if !self.reading => self.neighbour(true),
            C::Previous if !self.reading => self.neighbour(false),
            C::OpenReview => Outcome::done().goto(Place::Review(self.encounter)),
            C::SearchChart => {
                let identity = self.chart.as_ref().map(|c| who(c)).unwrap_or_default();
                let within = Within::Visit(self.encounter, identity);
                Outcome::done().push(Box::new(Search::new(within, "")))
            }
            other => {
                let outcome = self.reading_command(other, context);
                if outcome.ignored {
                    self.acting_command(other, context)
                } else {
                    outcome
                }
            }
        }
    }

    fn text_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        if self.find.is_some() {
            return self.find_key(|find| find.key(key), context);
        }
        if self.filtering && self.filter.key(key) {
            self.filtered();
            return Outcome::done();
        }
        Outcome::ignored()
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        if self.find.is_some() {
            return self.find_key(
                |find| {
                    find.paste(text);
                    true
                },
                context,
            );
        }
        if self.filtering {
            self.filter.paste(text);
            self.filtered();
            return Outcome::done();
        }
        Outcome::ignored()
    }

    fn reply(&mut self, slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Chart(chart) => self.arrived(chart, context),
            Reply::Detail(detail) => {
                self.detail = Some(detail);
                self.go_to_place(context)
            }
            Reply::Encounters(visits) => {
                let here = visits.iter().position(|v| v.id == self.encounter);
                self.visits = Some(visits);
                self.rebuild();
                let height = self.areas(context.body).rows();
                self.lists[Tab::Visits as usize].go(here.unwrap_or(0), height);
                Outcome::done()
            }
            Reply::Queue(page) => {
                if slot == CLOSED {
                    self.closed = page.rows;
                } else {
                    self.outstanding = Some(page.rows);
                }
                self.rebuild();
                if slot == CLOSED {
                    Outcome::done()
                } else {
                    self.go_on(context)
                }
            }
            Reply::Opportunities(found) => self.opportunities_arrived(found, context),
            Reply::Catalogue(catalogue) => {
                self.catalogue = catalogue;
                Outcome::done()
            }
            Reply::Text(text) => self.text_arrived(&text, context),
            Reply::Copied(copied) => self.copied_arrived(copied, context),
            Reply::Similar(similar) => open_similar(&similar),
            Reply::Versions(versions) => self.offer_versions(versions, context),
            Reply::Acted(acted) => match acted.taken {
                // The chart that was taken stands in this one's place.
                Some(taken) => Outcome::done()
                    .goto(Place::Deficiency {
                        encounter: taken.encounter,
                        deficiency: taken.deficiency,
                        work: Box::new(self.work.clone()),
                    })
                    .step(Step::Pop),
                None => self.returned(context, true),
            },
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, notice: &Notice, _context: &Context<'_>) -> Outcome {
        match slot {
            Slot::Chart => self.failed = Some(Shown::own(notice.what.clone())),
            Slot::Text => self.text_failed = true,
            FOUND => self.opportunities_failed(),
            Slot::Detail => self.deficiency = None,
            Slot::Act => self.completed = None,
            _ => {}
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        self.answered(tag, answer, context)
    }

    fn handed(&mut self, handed: Handed, _context: &Context<'_>) -> Outcome {
        match handed {
            // A chart of another visit, opened from this one, hands its citation through.
            Handed::Citation(_) if self.citing.is_some() => {
                Outcome::done().step(Step::Hand(handed)).step(Step::Pop)
            }
            _ => Outcome::ignored(),
        }
    }

    fn tick(&mut self, context: &Context<'_>) -> Outcome {
        if self.preview_at.is_none_or(|at| at > context.now) {
            return Outcome::done();
        }
        self.preview_at = None;
        match self.document_under_cursor() {
            Some(document) => self.show_document((document, None)),
            None => Outcome::done(),
        }
    }

    fn wake_at(&self) -> Option<Instant> {
        self.preview_at
    }

    fn waits(&self) -> bool {
        let chart = self.chart.is_none() && self.failed.is_none();
        let place = self.deficiency.is_some() && self.detail.is_none() && self.failed.is_none();
        let text = self.reading && self.reader().is_none() && !self.text_failed;
        chart || place || text
    }

    fn resized(&mut self, context: &Context<'_>) {
        let areas = self.areas(context.body);
        for reader in self.readers.values_mut() {
            reader.set_width(areas.text.width);
        }
        let cursors = self.lists.map(|l| l.cursor);
        for (list, cursor) in self.lists.iter_mut().zip(cursors) {
            list.go(cursor, areas.rows());
        }
    }

    fn completions(&self, shape: Shape) -> Vec<String> {
        match shape {
            Shape::Sort => [Order::Newest, Order::Kind]
                .map(|o| o.name().to_owned())
                .to_vec(),
            _ => Vec::new(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
