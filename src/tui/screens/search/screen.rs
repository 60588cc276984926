//! The search as a screen of the program: facts, commands, answers.

use super::{Asked, PREVIEW_AFTER, Search, draw};
use crate::command::{Command, Facts, Scope};
use crate::domain::search::SearchOrder;
use crate::domain::time::Instant;
use crate::text::Shown;
use crate::tui::app::{Context, Handed, Level, Outcome, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::keys::Key;
use crate::tui::screens::chart::copied::open_similar;
use crate::tui::screens::reader::Reader;
use crate::tui::widgets::Canvas;
use ratatui::layout::Rect;

impl Screen for Search {
    fn scope(&self) -> Scope {
        Scope::Search
    }

    fn facts(&self, facts: &mut Facts) {
        facts.text = self.editing;
        facts.rows = self.list.len > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
        facts.chart = self.hit().is_some();
        facts.document = self.hit().is_some();
        facts.matches = self.reader.as_ref().is_some_and(|r| r.matched().is_some());
        facts.busy = self.asked != Asked::Nothing;
    }

    fn title(&self, _context: &Context<'_>) -> Shown {
        Shown::own(match &self.within {
            Some(_) => "SEARCH this chart",
            None => "SEARCH all charts",
        })
    }

    fn hints(&self) -> Vec<Command> {
        if self.editing {
            return vec![Command::Accept, Command::Back];
        }
        vec![
            Command::Open,
            Command::NextHit,
            Command::EditSearch,
            Command::SearchOrder,
            Command::CiteHit,
            Command::ComposeQuery,
        ]
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        if self.input.is_empty() {
            return Outcome::done();
        }
        self.search(context)
    }

    fn returned(&mut self, context: &Context<'_>, changed: bool) -> Outcome {
        if changed && !self.input.is_empty() && !self.editing {
            return self.search(context);
        }
        Outcome::done()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        use Command as C;
        match command {
            C::Accept if self.editing => self.accept(context),
            C::Up if self.editing => self.recall(true, context),
            C::Down if self.editing => self.recall(false, context),
            C::NextField | C::PreviousField => self.accept(context),
            C::PageDown | C::PageUp | C::Down | C::Up | C::Top | C::End => {
                self.moved(command, context)
            }
            C::SelectRows(rows) => {
                let height = draw::areas(context.body, self.within.is_some()).hit_rows();
                if let Some(row) = rows.rows(self.list.len).first() {
                    self.list.go(*row, height);
                }
                self.rest(context, PREVIEW_AFTER);
                Outcome::done()
            }
            C::Back if self.editing && self.list.len > 0 => self.accept(context),
            C::EditSearch | C::NextPane | C::PreviousPane => {
                self.editing = true;
                Outcome::done()
            }
            C::SearchOrder => {
                self.order = match self.order {
                    SearchOrder::Best => SearchOrder::Newest,
                    SearchOrder::Newest => SearchOrder::Best,
                };
                self.search(context)
            }
            C::NextHit | C::PreviousHit => {
                self.step_match(*command == C::NextHit, context);
                Outcome::done()
            }
            C::Next | C::Previous => {
                let by = if *command == C::Next { C::Down } else { C::Up };
                self.moved(&by, context)
            }
            C::Open | C::OpenChart => self.open(context),
            C::CiteHit => self.compose(true, context),
            C::ComposeQuery => self.compose(false, context),
            C::Similar => match self.hit().map(|h| h.document) {
                Some(document) => Outcome::done().ask(Request::Similar(document)),
                None => Outcome::done(),
            },
            _ => Outcome::ignored(),
        }
    }

    fn text_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        let before = self.input.text().to_owned();
        if !self.input.key(key) {
            return Outcome::ignored();
        }
        if self.input.text() == before {
            return Outcome::done();
        }
        self.typed(context)
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        if !self.editing {
            return Outcome::ignored();
        }
        self.input.paste(text);
        self.typed(context)
    }

    fn reply(&mut self, _slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Search(answer) => {
                self.arrived(answer, context);
                self.tick(context)
            }
            Reply::Text(text) if Some(text.document) == self.preview => {
                let area = draw::areas(context.body, self.within.is_some()).text;
                let mut reader = Reader::new(&text.text, area.width);
                let needles = self.found.as_ref().map_or(&[][..], |f| &f.needles);
                reader.highlight(needles, area.height);
                self.reader = Some(reader);
                Outcome::done()
            }
            Reply::Similar(similar) => open_similar(&similar),
            Reply::Encounters(visits) => self.visits(&visits, context),
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, notice: &Notice, _context: &Context<'_>) -> Outcome {
        match slot {
            Slot::Rows => {
                self.asked = Asked::Nothing;
                self.failed = Some(Shown::own(notice.what.clone()));
            }
            Slot::Text => self.preview = None,
            _ => self.homeless = None,
        }
        Outcome::done()
    }

    fn handed(&mut self, handed: Handed, context: &Context<'_>) -> Outcome {
        let Handed::Neighbour { forward } = handed else {
            return Outcome::ignored();
        };
        let before = self.list.cursor;
        let by = if forward { Command::Down } else { Command::Up };
        let outcome = self.moved(&by, context);
        if self.list.cursor == before {
            return outcome.say(Level::Info, "no further hit");
        }
        outcome.and(self.open(context))
    }

    fn tick(&mut self, context: &Context<'_>) -> Outcome {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= context.now);
        if due(self.search_at) {
            return self.search(context);
        }
        if due(self.preview_at) {
            return self.read_preview();
        }
        Outcome::done()
    }

    fn wake_at(&self) -> Option<Instant> {
        [self.search_at, self.preview_at]
            .into_iter()
            .flatten()
            .min()
    }

    fn waits(&self) -> bool {
        // The line takes keys at any time; the hits must be there before keys act on them.
        !self.editing && self.asked == Asked::Hits
    }

    fn resized(&mut self, context: &Context<'_>) {
        let areas = draw::areas(context.body, self.within.is_some());
        self.list.go(self.list.cursor, areas.hit_rows());
        if let Some(reader) = &mut self.reader {
            reader.set_width(areas.text.width);
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
