//! Full-text search: a query line, hits as the user types, a preview that opens at the match.
//!
//! Typing never waits: a search goes out when the keys rest, and an answer to an older one is
//! dropped. What the searcher may see is decided by the desk. Start reading at [`Search`].

mod draw;
#[cfg(test)]
mod tests;

use crate::command::{Command, Facts, Scope};
use crate::domain::encounter::Encounter;
use crate::domain::ids::{DocumentId, EncounterId};
use crate::domain::query::{Indicator, IndicatorKind};
use crate::domain::search::{SearchHit, SearchOrder};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::grammar::GrammarError;
use crate::text::Shown;
use crate::tui::app::{Context, Handed, Level, Outcome, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request, SearchAsk};
use crate::tui::keys::Key;
use crate::tui::screens::banner::day;
use crate::tui::screens::chart::ChartScreen;
use crate::tui::screens::composer::Composer;
use crate::tui::screens::needles::needles;
use crate::tui::screens::reader::Reader;
use crate::tui::widgets::{Canvas, LineInput, List};
use ratatui::layout::Rect;

/// Microseconds without a key before a search goes out (ux: 120 ms).
const PAUSE: i64 = 120_000;
/// Microseconds the cursor rests before the document under it is read.
const PREVIEW_AFTER: i64 = 150_000;
/// The same while the query is being typed: every preview is a disclosure.
const PREVIEW_AFTER_TYPING: i64 = 600_000;
/// Hits asked for at a time.
const PAGE: usize = 50;
/// More are asked for this many hits before they are needed.
const AHEAD: usize = 10;
/// Letters from which a word that is being typed is searched for by its beginning.
const SHORTEST: usize = 3;
/// Queries kept in the history.
const HISTORY: usize = 100;

/// What was asked last and is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Nothing,
    Hits,
    More,
}

/// What came back.
#[derive(Clone, Debug, Default)]
struct Found {
    /// The query these hits are for, as typed.
    query: String,
    count: usize,
    micros: i64,
    hits: Vec<SearchHit>,
    /// What of the query stands in texts.
    needles: Vec<String>,
}

/// The search screen.
pub struct Search {
    /// Only in this visit, and whose it is.
    within: Option<(EncounterId, Shown)>,
    input: LineInput,
    editing: bool,
    order: SearchOrder,
    history: Vec<String>,
    /// Where in the history the line is; its length when it is new.
    at: usize,
    search_at: Option<Instant>,
    asked: Asked,
    /// The query that was asked last, as typed.
    asked_for: String,
    wrong: Option<GrammarError>,
    failed: Option<Shown>,
    found: Option<Found>,
    list: List,
    /// The document of the preview; its text, once read.
    preview: Option<DocumentId>,
    reader: Option<Reader>,
    preview_at: Option<Instant>,
    /// A hit without a visit is to be opened once the patient's visits are known.
    homeless: Option<SearchHit>,
}

impl Search {
    /// A search over every chart, or within one visit.
    pub fn new(within: Option<(EncounterId, Shown)>, text: &str) -> Self {
        Self {
            within,
            input: LineInput::new(text),
            editing: true,
            order: SearchOrder::Best,
            history: Vec::new(),
            at: 0,
            search_at: None,
            asked: Asked::Nothing,
            asked_for: String::new(),
            wrong: None,
            failed: None,
            found: None,
            list: List::default(),
            preview: None,
            reader: None,
            preview_at: None,
            homeless: None,
        }
    }

    fn hit(&self) -> Option<&SearchHit> {
        self.found.as_ref()?.hits.get(self.list.cursor)
    }

    /// The query that is meant now. While the last word is being typed it may go on: its
    /// beginning is searched for.
    fn meant(&self, context: &Context<'_>) -> String {
        let text = self.input.text().trim();
        if self.editing && !self.input.text().ends_with(char::is_whitespace) {
            let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
            let word = last.trim_start_matches(['(', '-']);
            if word.chars().count() >= SHORTEST && word.chars().all(char::is_alphanumeric) {
                let open = format!("{text}*");
                let operator = matches!(word, "AND" | "OR" | "NOT");
                if !operator && needles(&open, context.today()).is_ok() {
                    return open;
                }
            }
        }
        text.to_owned()
    }

    fn ask(&self, offset: usize) -> Outcome {
        Outcome::done().ask(Request::Search(SearchAsk {
            text: Untrusted::new(self.asked_for.as_str()),
            order: self.order,
            offset,
            limit: PAGE,
            encounter: self.within.as_ref().map(|w| w.0),
        }))
    }

    /// Searches for what stands in the line, if it can be understood.
    fn search(&mut self, context: &Context<'_>) -> Outcome {
        self.search_at = None;
        self.failed = None;
        if self.input.text().trim().is_empty() {
            self.wrong = None;
            self.found = None;
            self.asked = Asked::Nothing;
            self.forget_preview();
            return Outcome::done();
        }
        match needles(self.input.text(), context.today()) {
            Ok(_) => {
                self.wrong = None;
                self.asked = Asked::Hits;
                self.asked_for = self.meant(context);
                self.ask(0)
            }
            Err(wrong) => {
                self.wrong = Some(wrong);
                Outcome::done()
            }
        }
    }

    fn forget_preview(&mut self) {
        self.preview = None;
        self.reader = None;
        self.preview_at = None;
    }

    fn typed(&mut self, context: &Context<'_>) -> Outcome {
        self.at = self.history.len();
        self.search_at = Some(Instant(context.now.0 + PAUSE));
        self.preview_at = None;
        Outcome::done()
    }

    fn remember(&mut self) {
        let text = self.input.text().trim().to_owned();
        if !text.is_empty() {
            self.history.retain(|h| *h != text);
            self.history.push(text);
            if self.history.len() > HISTORY {
                self.history.remove(0);
            }
        }
        self.at = self.history.len();
    }

    /// Up and down in the line: what was searched before.
    fn recall(&mut self, older: bool, context: &Context<'_>) -> Outcome {
        let at = if older {
            self.at.checked_sub(1)
        } else {
            (self.at < self.history.len()).then_some(self.at + 1)
        };
        let Some(at) = at else {
            let text = if self.history.is_empty() {
                "no earlier search yet"
            } else {
                "no more in the history"
            };
            return Outcome::done().say(Level::Info, text);
        };
        let text = self.history.get(at).cloned().unwrap_or_default();
        self.input.set(text);
        let outcome = self.typed(context);
        self.at = at;
        outcome
    }

    /// Enter in the line: searches at once and goes to the hits.
    fn accept(&mut self, context: &Context<'_>) -> Outcome {
        self.editing = false;
        let fresh = self.same_query() && self.search_at.is_none();
        let outcome = if fresh {
            Outcome::done()
        } else {
            self.search(context)
        };
        let blank = self.input.text().trim().is_empty();
        if blank || self.wrong.is_some() {
            self.editing = true;
        }
        if blank {
            return outcome.say(Level::Info, "type a word to search for");
        }
        if self.wrong.is_some() {
            return outcome;
        }
        self.remember();
        if fresh {
            self.rest(context, PREVIEW_AFTER);
        }
        outcome
    }

    fn moved(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let height = draw::areas(context.body, self.within.is_some()).hit_rows();
        match command {
            Command::Down => self.list.down(1, height),
            Command::Up => self.list.up(1, height),
            Command::PageDown => self.list.page_down(height),
            Command::PageUp => self.list.page_up(height),
            Command::Top => self.list.go(0, height),
            Command::End => self.list.go(usize::MAX, height),
            _ => {}
        }
        self.rest(context, PREVIEW_AFTER);
        self.more()
    }

    /// Asks for more hits before the cursor needs them.
    fn more(&mut self) -> Outcome {
        let Some(found) = &self.found else {
            return Outcome::done();
        };
        let known = found.hits.len();
        let near = self.list.cursor + AHEAD >= known;
        if self.asked == Asked::Nothing && known < found.count && near && self.same_query() {
            self.asked = Asked::More;
            return self.ask(known);
        }
        Outcome::done()
    }

    /// Whether the hits are those of the line as it stands.
    fn same_query(&self) -> bool {
        let text = self.input.text().trim();
        let exact = |f: &Found| f.query == text;
        self.found.as_ref().is_some_and(exact)
    }

    fn rest(&mut self, context: &Context<'_>, after: i64) {
        if self.hit().map(|h| h.document) != self.preview {
            self.preview_at = Some(Instant(context.now.0 + after));
        }
    }

    fn read_preview(&mut self) -> Outcome {
        self.preview_at = None;
        let Some(document) = self.hit().map(|h| h.document) else {
            return Outcome::done();
        };
        self.preview = Some(document);
        self.reader = None;
        Outcome::done().ask(Request::Text(document, None))
    }

    fn open(&mut self, context: &Context<'_>) -> Outcome {
        let Some(hit) = self.hit() else {
            return Outcome::done();
        };
        match hit.encounter {
            Some(encounter) => self.open_at(encounter),
            None => {
                let patient = hit.patient;
                self.homeless = Some(hit.clone());
                let _ = context;
                Outcome::done().ask(Request::Encounters(patient))
            }
        }
    }

    fn open_at(&self, encounter: EncounterId) -> Outcome {
        let Some(hit) = self.homeless.as_ref().or(self.hit()) else {
            return Outcome::done();
        };
        let needles = self
            .found
            .as_ref()
            .map(|f| f.needles.clone())
            .unwrap_or_default();
        let chart = ChartScreen::at_document(encounter, hit.document, needles);
        Outcome::done().push(Box::new(chart))
    }

    /// A document that names no visit belongs to the charts of the visits around its date.
    fn visits(&mut self, visits: &[Encounter], context: &Context<'_>) -> Outcome {
        let Some(hit) = self.homeless.clone() else {
            return Outcome::done();
        };
        let zone = &context.session.zone;
        let at = hit.at.map(|m| m.earliest(zone));
        let home = visits.iter().find(|visit| {
            let facts = &visit.facts;
            let from = facts
                .admitted
                .map(|m| m.earliest(zone).plus_days(-30, zone));
            let to = facts.discharged.map(|m| m.latest(zone));
            at.is_some_and(|at| from.is_some_and(|f| f <= at) && to.is_none_or(|t| at <= t))
        });
        let outcome = match home {
            Some(visit) => self.open_at(visit.id),
            None => Outcome::done().say(
                Level::Warning,
                "this document belongs to no visit: read it in the preview",
            ),
        };
        self.homeless = None;
        outcome
    }

    /// The line of the preview under its match, else the passage of the hit.
    fn citation(&self, context: &Context<'_>) -> Option<(EncounterId, Indicator)> {
        let hit = self.hit()?;
        let encounter = hit.encounter?;
        let read = self
            .reader
            .as_ref()
            .filter(|_| self.preview == Some(hit.document));
        let passage = read.and_then(Reader::passage_text);
        let snippet = || {
            let parts: String = hit.snippet.iter().map(|p| p.text.raw()).collect();
            parts.trim_matches('.').trim().to_owned()
        };
        let kind = hit.kind.title();
        let date = day(hit.at, &context.session.zone);
        let indicator = Indicator {
            kind: IndicatorKind::Document,
            text: Untrusted::new(passage.unwrap_or_else(snippet)),
            date: hit.at,
            document: Some(hit.document),
            source: Untrusted::new(format!("{kind} {date}")),
            prior: false,
        };
        Some((encounter, indicator))
    }

    fn compose(&self, cite: bool, context: &Context<'_>) -> Outcome {
        match (self.hit(), self.citation(context)) {
            (None, _) => Outcome::done().say(Level::Info, "no hit under the cursor"),
            (Some(_), None) => Outcome::done().say(
                Level::Warning,
                "this document belongs to no visit: open the chart and cite from there",
            ),
            (_, Some((encounter, indicator))) => {
                let cited = if cite { vec![indicator] } else { Vec::new() };
                Outcome::done().push(Box::new(Composer::new(encounter, cited)))
            }
        }
    }

    fn arrived(&mut self, answer: crate::domain::search::SearchAnswer, context: &Context<'_>) {
        let asked = std::mem::replace(&mut self.asked, Asked::Nothing);
        if asked == Asked::More {
            if let Some(found) = &mut self.found {
                found.count = answer.count;
                found.hits.extend(answer.hits);
                self.list.set_len(found.hits.len());
            }
            return;
        }
        let query = self.asked_for.clone();
        let needles = needles(&query, context.today()).unwrap_or_default();
        let same = self.found.as_ref().is_some_and(|f| {
            let ids = |hits: &[SearchHit]| hits.iter().map(|h| h.document).collect::<Vec<_>>();
            ids(&f.hits) == ids(&answer.hits)
        });
        if !same {
            self.list = List::new(answer.hits.len());
        }
        self.found = Some(Found {
            query,
            count: answer.count,
            micros: answer.micros,
            hits: answer.hits,
            needles,
        });
        if !same {
            self.forget_preview();
        }
        let after = if self.editing {
            PREVIEW_AFTER_TYPING
        } else {
            0
        };
        self.rest(context, after);
    }

    fn step_match(&mut self, forward: bool, context: &Context<'_>) {
        let area = draw::areas(context.body, self.within.is_some()).text;
        if let Some(reader) = &mut self.reader {
            reader.step_match(forward, area.height);
        }
    }
}

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
