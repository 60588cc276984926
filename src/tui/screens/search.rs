//! Full-text search: a query line, hits as the user types, facets, a preview that opens at the
//! match.
//!
//! Typing never waits: a search goes out when the keys rest, and an answer to an older one is
//! dropped. What the searcher may see is decided by the desk. Start reading at [`Search`].

mod draw;
mod export;
mod facets;
mod hits;
mod keep;
mod layout;
mod offers;
mod screen;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_work;

use crate::command::Command;
use crate::domain::ids::{DocumentId, EncounterId, PatientId};
use crate::domain::saved_search::{SavedSearch, SearchList};
use crate::domain::search::{
    Grouping, QueryExpansion, SearchAnswer, SearchHit, SearchOrder, Suggestion, Widening,
};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::grammar::{Completions, GrammarError};
use crate::text::Shown;
use crate::tui::app::{Context, Level, Outcome};
use crate::tui::desk::{Request, SearchAsk};
use crate::tui::screens::needles::{self, needles};
use crate::tui::screens::reader::Reader;
use crate::tui::widgets::{LineInput, List};
use facets::Facets;

/// Microseconds without a key before a search goes out (ux: 120 ms).
const PAUSE: i64 = 120_000;
/// Microseconds the cursor rests before the document under it is read.
const PREVIEW_AFTER: i64 = 150_000;
/// The same while the query is being typed: every preview is a disclosure.
const PREVIEW_AFTER_TYPING: i64 = 600_000;
/// Microseconds until a search that an index being built could not answer is asked again.
const AGAIN: i64 = 500_000;
/// Hits asked for at a time.
const PAGE: usize = 50;
/// More are asked for this many hits before they are needed.
const AHEAD: usize = 10;
/// Letters from which a word that is being typed is searched for by its beginning.
const SHORTEST: usize = 3;

/// What was asked last and is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Nothing,
    Hits,
    More,
}

/// Which part of the screen has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pane {
    Line,
    Hits,
    Facets,
}

/// Where is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// Every chart.
    All,
    /// One visit, and whose it is.
    Visit(EncounterId, Shown),
    /// One patient, and who that is.
    Patient(PatientId, Shown),
}

/// What came back.
#[derive(Clone, Debug, Default)]
struct Found {
    /// The line these hits are for, and the query made of it.
    line: String,
    query: String,
    count: usize,
    groups: usize,
    micros: i64,
    /// No document has all of the words: these have some.
    partial: bool,
    hits: Vec<SearchHit>,
    expansions: Vec<QueryExpansion>,
    suggestion: Option<Suggestion>,
    /// What of the query stands in texts.
    needles: Vec<String>,
}

/// The search screen.
pub struct Search {
    within: Within,
    /// The saved search this is, as it was looked at before, and whether only what is new since
    /// then is shown.
    saved: Option<SearchList>,
    only_new: bool,
    /// A search that is being saved.
    saving: Option<SavedSearch>,
    input: LineInput,
    pane: Pane,
    order: SearchOrder,
    grouping: Grouping,
    widening: Widening,
    /// Whether documents with some of the words are shown when none has all.
    lenient: bool,
    history: Vec<String>,
    /// Where in the history the line is; its length when it is new.
    at: usize,
    search_at: Option<Instant>,
    asked: Asked,
    /// The line when it was asked last, and the query made of it.
    asked_line: String,
    asked_for: String,
    wrong: Option<GrammarError>,
    failed: Option<Shown>,
    /// The index is being built: the search is asked again until it is ready.
    building: bool,
    found: Option<Found>,
    list: List,
    facets: Facets,
    /// Hits that are marked, in the order they were.
    marks: Vec<SearchHit>,
    /// What could stand where the line is being typed.
    offers: Completions,
    /// The names of saved searches, for lists.
    lists: Vec<SearchList>,
    /// The document of the preview; its text, once read.
    preview: Option<DocumentId>,
    reader: Option<Reader>,
    preview_at: Option<Instant>,
    /// The preview opens at its last match.
    from_end: bool,
    /// A hit without a visit is to be opened once the patient's visits are known.
    homeless: Option<SearchHit>,
    /// The file an export is to go to, until it is confirmed.
    export: Option<export::Wanted>,
}

impl Search {
    /// A search over every chart, or within one visit or patient.
    pub fn new(within: Within, text: &str) -> Self {
        Self {
            within,
            saved: None,
            only_new: false,
            saving: None,
            input: LineInput::new(text),
            pane: Pane::Line,
            order: SearchOrder::Best,
            grouping: Grouping::Document,
            widening: Widening::Sure,
            lenient: true,
            history: Vec::new(),
            at: 0,
            search_at: None,
            asked: Asked::Nothing,
            asked_line: String::new(),
            asked_for: String::new(),
            wrong: None,
            failed: None,
            building: false,
            found: None,
            list: List::default(),
            facets: Facets::default(),
            marks: Vec::new(),
            offers: Completions::default(),
            lists: Vec::new(),
            preview: None,
            reader: None,
            preview_at: None,
            from_end: false,
            homeless: None,
            export: None,
        }
    }

    /// A saved search as a worklist: the hits have the keys.
    pub fn saved(list: SearchList) -> Self {
        Self {
            order: list.search.order,
            grouping: list.search.grouping,
            widening: list.search.widening,
            pane: Pane::Hits,
            ..Self::new(Within::All, list.search.text.raw())
        }
        .with_saved(list)
    }

    fn with_saved(mut self, list: SearchList) -> Self {
        self.saved = Some(list);
        self
    }

    fn editing(&self) -> bool {
        self.pane == Pane::Line
    }

    fn hit(&self) -> Option<&SearchHit> {
        self.found.as_ref()?.hits.get(self.list.cursor)
    }

    /// The saved search, while the line still says what it says.
    fn saved_as_it_is(&self) -> Option<&SearchList> {
        let text = self.input.text().trim();
        self.saved
            .as_ref()
            .filter(|s| s.search.text.raw().trim() == text)
    }

    /// The query that is meant: the last word may go on, so its beginning is searched for, as
    /// the line below says; a blank behind it ends it. What was chosen among the facets is added.
    fn meant(&self, context: &Context<'_>) -> String {
        let line = self.line_meant(context);
        let chosen = self.facets.query();
        match (line.is_empty() || chosen.is_empty(), line.contains(" OR ")) {
            (true, _) => line,
            (false, true) => format!("({line}) {chosen}"),
            (false, false) => format!("{line} {chosen}"),
        }
    }

    fn line_meant(&self, context: &Context<'_>) -> String {
        let text = self.input.text().trim();
        if !self.input.text().ends_with(char::is_whitespace) {
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

    /// What to ask the desk for the query as it was asked.
    fn wanted(&self, offset: usize, limit: usize) -> SearchAsk {
        let since = self.saved_as_it_is().map(|s| s.looked);
        SearchAsk {
            text: Untrusted::new(self.asked_for.as_str()),
            order: self.order,
            offset,
            limit,
            encounter: match &self.within {
                Within::Visit(id, _) => Some(*id),
                Within::All | Within::Patient(..) => None,
            },
            patient: match &self.within {
                Within::Patient(id, _) => Some(*id),
                Within::All | Within::Visit(..) => None,
            },
            taken_after: since.filter(|_| self.only_new),
            grouping: self.grouping,
            widening: self.widening,
            facets: offset == 0,
            // A worklist counts what has all of it.
            lenient: self.lenient && since.is_none(),
            saved: None,
            remember: false,
        }
    }

    /// Searches for what stands in the line, if it can be understood; `accepted` if the user said
    /// that this is the query.
    fn search(&mut self, accepted: bool, context: &Context<'_>) -> Outcome {
        self.search_at = None;
        self.failed = None;
        if self.input.text().trim().is_empty() {
            self.wrong = None;
            self.found = None;
            self.asked = Asked::Nothing;
            self.facets = Facets::default();
            self.forget_preview();
            return Outcome::done();
        }
        match needles(self.input.text(), context.today()) {
            Ok(_) => {
                self.wrong = None;
                self.asked = Asked::Hits;
                self.asked_line = self.input.text().to_owned();
                self.asked_for = self.meant(context);
                let saved = self.saved_as_it_is().filter(|_| !self.facets.any());
                let ask = SearchAsk {
                    saved: saved.map(|s| s.search.name.clone()),
                    remember: accepted,
                    ..self.wanted(0, PAGE)
                };
                Outcome::done().ask(Request::Search(ask))
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

    /// The line was edited: what was chosen among the facets was about another query.
    fn typed(&mut self, context: &Context<'_>) -> Outcome {
        self.at = self.history.len();
        self.search_at = Some(Instant(context.now.0 + PAUSE));
        self.preview_at = None;
        self.facets.clear();
        self.offer()
    }

    /// Enter in the line: searches at once and goes to the hits.
    fn accept(&mut self, context: &Context<'_>) -> Outcome {
        let fresh = self.same_query() && self.search_at.is_none();
        let text = self.input.text().trim().to_owned();
        let outcome = if fresh {
            Outcome::done().ask(Request::RememberSearch(Untrusted::new(text.as_str())))
        } else {
            self.search(true, context)
        };
        if text.is_empty() {
            return Outcome::done().say(Level::Info, "type a word to search for");
        }
        if self.wrong.is_some() {
            return outcome;
        }
        self.pane = Pane::Hits;
        self.offers = Completions::default();
        self.remember(text);
        if fresh {
            self.rest(context, PREVIEW_AFTER);
        }
        outcome
    }

    fn moved(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let areas = self.areas(context.body);
        if self.pane == Pane::Facets {
            self.facets.moved(command, areas.facets.height);
            return Outcome::done();
        }
        let height = areas.hit_rows();
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
        if self.asked == Asked::Nothing && known < found.groups && near && self.same_query() {
            self.asked = Asked::More;
            return Outcome::done().ask(Request::Search(self.wanted(known, PAGE)));
        }
        Outcome::done()
    }

    /// Whether the hits are those of the line as it stands.
    fn same_query(&self) -> bool {
        self.found
            .as_ref()
            .is_some_and(|f| f.line == self.input.text())
    }

    fn rest(&mut self, context: &Context<'_>, after: i64) {
        if self.hit().map(|h| h.document) != self.preview {
            self.preview_at = Some(Instant(context.now.0 + after));
        }
    }

    fn arrived(&mut self, answer: SearchAnswer, context: &Context<'_>) {
        let asked = std::mem::replace(&mut self.asked, Asked::Nothing);
        if asked == Asked::More {
            if let Some(found) = &mut self.found {
                found.count = answer.count;
                found.groups = answer.groups;
                found.hits.extend(answer.hits);
                self.list.set_len(found.hits.len());
            }
            return;
        }
        // An index that is being built has more later on.
        let again = answer.building.then_some(Instant(context.now.0 + AGAIN));
        self.search_at = self.search_at.or(again);
        self.building = answer.building;
        let query = self.asked_for.clone();
        let needles = if answer.marks.is_empty() {
            needles(&query, context.today()).unwrap_or_default()
        } else {
            answer.marks.iter().map(needles::of_mark).collect()
        };
        let same = self.found.as_ref().is_some_and(|f| {
            let ids = |hits: &[SearchHit]| hits.iter().map(|h| h.document).collect::<Vec<_>>();
            ids(&f.hits) == ids(&answer.hits)
        });
        if !same {
            self.list = List::new(answer.hits.len());
        }
        self.facets.take(&answer.facets);
        if self.facets.is_empty() && self.pane == Pane::Facets {
            self.pane = Pane::Hits;
        }
        self.found = Some(Found {
            line: self.asked_line.clone(),
            query,
            count: answer.count,
            groups: answer.groups,
            micros: answer.micros,
            partial: answer.partial,
            hits: answer.hits,
            expansions: answer.expansions,
            suggestion: answer.suggestion,
            needles,
        });
        if !same {
            self.forget_preview();
        }
        let after = if self.editing() {
            PREVIEW_AFTER_TYPING
        } else {
            0
        };
        self.rest(context, after);
    }

    /// To the next match of the preview; behind the last to the next hit.
    fn step_match(&mut self, forward: bool, context: &Context<'_>) -> Outcome {
        let area = self.areas(context.body).text;
        let read = self.hit().map(|h| h.document) == self.preview;
        if let Some(reader) = self.reader.as_mut().filter(|_| read) {
            let at_end = reader
                .matched()
                .is_none_or(|(at, of)| if forward { at == of } else { at == 1 });
            if !at_end {
                reader.step_match(forward, area.height);
                return Outcome::done();
            }
        }
        let before = self.list.cursor;
        let by = if forward { Command::Down } else { Command::Up };
        let outcome = self.moved(&by, context);
        if self.list.cursor == before {
            let text = if forward {
                "this is the last match"
            } else {
                "this is the first match"
            };
            return outcome.say(Level::Info, text);
        }
        self.from_end = !forward;
        outcome
    }
}
