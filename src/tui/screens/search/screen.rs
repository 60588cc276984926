//! The search as a screen of the program: facts, commands, answers.

use super::{AGAIN, Asked, PREVIEW_AFTER, Pane, Search, Within, hits, offers};
use crate::command::{Command, Facts, Scope, Shape};
use crate::domain::named_list::ListThing;
use crate::domain::search::{Grouping, SearchOrder, Widening};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, counted, show};
use crate::tui::app::{Answer, Context, Handed, Level, Outcome, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::keys::Key;
use crate::tui::screens::chart::copied::open_similar;
use crate::tui::screens::named_lists::add_or_ask;
use crate::tui::screens::reader::Reader;
use crate::tui::widgets::Canvas;
use ratatui::layout::Rect;

impl Screen for Search {
    fn scope(&self) -> Scope {
        Scope::Search
    }

    fn facts(&self, facts: &mut Facts) {
        let list = match self.pane {
            Pane::Facets => self.facets.list(),
            Pane::Line | Pane::Hits => &self.list,
        };
        facts.text = self.editing();
        facts.rows = list.len > 0;
        facts.at_start = list.at_start();
        facts.at_end = list.at_end();
        facts.marks = self.marks.len();
        facts.chart = self.hit().is_some();
        facts.document = self.hit().is_some();
        facts.matches = self.hit().is_some();
        facts.busy = matches!(self.asked, Asked::Hits | Asked::More);
    }

    fn title(&self, _context: &Context<'_>) -> Shown {
        let what = match (&self.saved_as_it_is(), &self.within) {
            (Some(saved), _) => {
                let name = show(&Untrusted::new(saved.search.name.as_str()));
                format!("SEARCH {name}")
            }
            (None, Within::All) => "SEARCH all charts".to_owned(),
            (None, Within::Visit(..)) => "SEARCH this chart".to_owned(),
            (None, Within::Patient(..)) => "SEARCH this patient".to_owned(),
        };
        match self.marks.len() {
            0 => Shown::own(what),
            n => Shown::own(format!("{what}  {n}-marked")),
        }
    }

    fn hints(&self) -> Vec<Command> {
        match self.pane {
            Pane::Line => vec![Command::Accept, Command::Pick, Command::Back],
            Pane::Facets => vec![Command::Mark, Command::NextPane, Command::Back],
            Pane::Hits => vec![
                Command::Open,
                Command::NextHit,
                Command::EditSearch,
                Command::CiteHit,
                Command::SaveSearch(None),
                Command::NextPane,
            ],
        }
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        let known = Outcome::done()
            .ask(Request::SearchHistory)
            .ask(Request::SearchLists);
        if self.input.is_empty() {
            return known;
        }
        if self.saved.is_some() {
            // The blank ends the last word: the search finds what it says and no more.
            let text = format!("{} ", self.input.text().trim());
            self.input.set(text);
        }
        self.search(false, context).and(known)
    }

    fn returned(&mut self, context: &Context<'_>, changed: bool) -> Outcome {
        let again = if changed && !self.input.is_empty() && !self.editing() {
            self.search(false, context)
        } else {
            Outcome::done()
        };
        again.and(self.offering())
    }

    fn offering(&mut self) -> Outcome {
        Outcome::done().ask(Request::SearchLists)
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        use Command as C;
        match command {
            C::Accept if self.editing() => self.accept(context),
            C::Up if self.editing() => self.recall(true, context),
            C::Down if self.editing() => self.recall(false, context),
            C::NextField if !self.offers.items.is_empty() => self.take_offer(0, context),
            C::NextField | C::PreviousField => self.accept(context),
            C::Pick if self.editing() => self.pick_offer(),
            C::PageDown | C::PageUp | C::Down | C::Up | C::Top | C::End => {
                self.moved(command, context)
            }
            C::SelectRows(rows) => {
                let height = self.areas(context.body).hit_rows();
                if let Some(row) = rows.rows(self.list.len).first() {
                    self.list.go(*row, height);
                }
                self.rest(context, PREVIEW_AFTER);
                Outcome::done()
            }
            C::Back if self.editing() && self.list.len > 0 => self.accept(context),
            C::Back if self.pane == Pane::Facets => self.focus(Pane::Hits),
            C::Back if self.facets.any() => {
                self.facets.clear();
                self.search(false, context)
            }
            C::Mark | C::Open if self.pane == Pane::Facets => self.choose(context),
            C::Mark | C::MarkAll | C::ClearMarks => self.mark(command, context),
            C::Refresh => self.search(false, context),
            C::NextPane => self.next_pane(true),
            C::PreviousPane => self.next_pane(false),
            C::EditSearch => self.focus(Pane::Line),
            C::NextHit | C::PreviousHit => self.step_match(*command == C::NextHit, context),
            C::Next | C::Previous => {
                let by = if *command == C::Next { C::Down } else { C::Up };
                self.pane = Pane::Hits;
                self.moved(&by, context)
            }
            C::Open | C::OpenChart => self.open(),
            C::CiteHit => self.compose(true, context),
            C::ComposeQuery => self.compose(false, context),
            C::Add | C::AddForm => self.ask_add(),
            C::AddToList(list) => {
                let documents = self.meant_hits().into_iter().map(|hit| hit.document);
                add_or_ask(
                    list.as_deref(),
                    documents.map(ListThing::Document).collect(),
                )
            }
            C::ExportHits => self.ask_export(context),
            C::Similar => match self.hit().map(|h| h.document) {
                Some(document) => Outcome::done().ask(Request::Similar(document)),
                None => Outcome::done(),
            },
            _ => {
                let outcome = self.switch(command, context);
                if outcome.ignored {
                    self.keep_command(command, context)
                } else {
                    outcome
                }
            }
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
        if !self.editing() {
            return Outcome::ignored();
        }
        self.input.paste(text);
        self.typed(context)
    }

    fn reply(&mut self, _slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Search(answer) => self.arrived(*answer, context).and(self.tick(context)),
            Reply::Text(text) if Some(text.document) == self.preview => {
                let area = self.areas(context.body).text;
                let mut reader = Reader::new(&text.text, area.width);
                let needles = self.found.as_ref().map_or(&[][..], |f| &f.needles);
                reader.highlight(needles, area.height);
                if std::mem::take(&mut self.from_end) {
                    reader.step_match(false, area.height);
                }
                self.reader = Some(reader);
                Outcome::done()
            }
            Reply::Similar(similar) => open_similar(&similar),
            Reply::Encounters(visits) => self.visits(&visits, context),
            Reply::SearchHistory(earlier) => {
                self.recalled(&earlier);
                Outcome::done()
            }
            Reply::SearchLists(lists) => self.listed(lists, context),
            Reply::Completions(offers) => {
                self.offered(offers);
                Outcome::done()
            }
            Reply::Exported { path, hits } => {
                let hits = counted(hits, "hit");
                let path = show(&Untrusted::new(path));
                Outcome::done().say(Level::Done, format!("{hits} written to {path}"))
            }
            Reply::Acted(_) => {
                self.renamed_from = None;
                Outcome::done().ask(Request::SearchLists)
            }
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, notice: &Notice, context: &Context<'_>) -> Outcome {
        self.not_kept(slot);
        match slot {
            Slot::Rows if notice.soon => {
                self.building = true;
                self.search_at = Some(Instant(context.now.0 + AGAIN));
                return self.unanswered(context);
            }
            Slot::Rows => {
                self.failed = Some(Shown::own(notice.what.clone()));
                return self.unanswered(context);
            }
            Slot::Text => self.preview = None,
            _ => self.homeless = None,
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        if let Some(outcome) = self.exporting(tag, &answer) {
            return outcome;
        }
        match (tag, answer) {
            (offers::OFFERS, Answer::Chosen(index)) => self.take_offer(index, context),
            (hits::ADD, Answer::Fields(fields)) => self.add(&fields, context),
            (tag, answer) => self.kept(tag, answer, context),
        }
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
        outcome.and(self.open())
    }

    fn tick(&mut self, context: &Context<'_>) -> Outcome {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= context.now);
        if due(self.search_at) {
            return self.search(false, context);
        }
        if due(self.begin_at) {
            return self.begin(context);
        }
        if due(self.preview_at) {
            return self.read_preview();
        }
        Outcome::done()
    }

    fn wake_at(&self) -> Option<Instant> {
        [self.search_at, self.begin_at, self.preview_at]
            .into_iter()
            .flatten()
            .min()
    }

    fn waits(&self) -> bool {
        // The line takes keys at any time; the hits must be there before keys act on them.
        self.pane == Pane::Hits && self.asked == Asked::Hits
    }

    fn resized(&mut self, context: &Context<'_>) {
        let areas = self.areas(context.body);
        self.list.go(self.list.cursor, areas.hit_rows());
        if let Some(reader) = &mut self.reader {
            reader.set_width(areas.text.width);
        }
    }

    fn completions(&self, shape: Shape) -> Vec<String> {
        match shape {
            Shape::SavedSearch => self.lists.iter().map(|l| l.search.name.clone()).collect(),
            _ => Vec::new(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}

impl Search {
    /// Commands that change how is searched.
    fn switch(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::SearchOrder => {
                self.order = match self.order {
                    SearchOrder::Best => SearchOrder::Newest,
                    SearchOrder::Newest => SearchOrder::Best,
                };
            }
            Command::GroupHits => {
                self.grouping = match self.grouping {
                    Grouping::Document => Grouping::Patient,
                    Grouping::Patient => Grouping::Stay,
                    Grouping::Stay => Grouping::Document,
                };
            }
            Command::Widen => {
                let words;
                (self.widening, words) = match self.widening {
                    Widening::Off => (Widening::Sure, "only sure ones"),
                    Widening::Sure => (Widening::Every, "of every meaning"),
                    Widening::Every => (Widening::Off, "none"),
                };
                let said = format!("other names that are searched for as well: {words}");
                return self.search(false, context).say(Level::Info, said);
            }
            Command::Lenient => {
                self.lenient = !self.lenient;
                let said = match self.lenient {
                    true => "where no document has all the words, those with most are shown",
                    false => "where no document has all the words, none is shown",
                };
                return self.search(false, context).say(Level::Info, said);
            }
            Command::TakeSuggestion => {
                let meant = self.found.as_ref().and_then(|f| f.suggestion.as_ref());
                let Some(query) = meant.map(|s| s.query.raw().to_owned()) else {
                    return Outcome::done().say(Level::Info, "no better spelling is known");
                };
                self.facets.clear();
                self.input.set(format!("{query} "));
            }
            Command::WholeGroup => return self.whole_group(),
            _ => return Outcome::ignored(),
        }
        self.search(false, context)
    }

    /// Chooses the facet value under the cursor, or no longer.
    fn choose(&mut self, context: &Context<'_>) -> Outcome {
        if self.facets.toggle() {
            return self.search(false, context);
        }
        Outcome::done()
    }

    fn next_pane(&mut self, forward: bool) -> Outcome {
        let panes: &[Pane] = if self.facets.is_empty() {
            &[Pane::Line, Pane::Hits]
        } else {
            &[Pane::Line, Pane::Hits, Pane::Facets]
        };
        let at = panes.iter().position(|p| *p == self.pane).unwrap_or(0);
        let step = if forward { 1 } else { panes.len() - 1 };
        self.focus(panes[(at + step) % panes.len()])
    }
}
