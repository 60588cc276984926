//! Full-text search: a query line, hits as the user types, facets, a preview that opens at the
//! match.
//!
//! Typing never waits: each key sends a search for what stands there, one at a time, and an answer
//! to what no longer stands there is not drawn (`asking.rs`). What the searcher may see is decided
//! by the desk. Start reading at [`Search`].

mod asking;
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
    Grouping, QueryExpansion, SearchHit, SearchOrder, Suggestion, Widening,
};
use crate::domain::time::Instant;
use crate::grammar::{Completions, GrammarError};
use crate::text::Shown;
use crate::tui::app::{Context, Level, Outcome};
use crate::tui::screens::reader::Reader;
use crate::tui::widgets::{LineInput, List};
use facets::Facets;
use keep::Meant;

/// Microseconds without a key after which what stands in the line counts as the query, and not as
/// the beginning of one.
const SETTLED: i64 = 400_000;
/// Microseconds the cursor rests before the document under it is read.
const PREVIEW_AFTER: i64 = 150_000;
/// The same while the query is being typed, counted from when it is settled: every preview is a
/// disclosure.
const PREVIEW_AFTER_TYPING: i64 = 200_000;
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
    /// As many hits as the screen shows, for a query that is being typed.
    Beginning,
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
    /// The beginning of a query: there may be more than was found in its moment.
    cut: bool,
    hits: Vec<SearchHit>,
    expansions: Vec<QueryExpansion>,
    suggestion: Option<Suggestion>,
    /// What of the query stands in texts.
    needles: Vec<String>,
    /// The query was settled when it was asked: this is not the answer to a beginning of it.
    settled: bool,
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
    /// What it was called before it was renamed, until the new name is kept.
    renamed_from: Option<String>,
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
    /// When what stands in the line counts as the query and is searched for.
    search_at: Option<Instant>,
    /// When a beginning goes out, where the session waits between keys.
    begin_at: Option<Instant>,
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
    /// The saved searches there are.
    lists: Vec<SearchList>,
    /// What is done with a saved search once it is known which there are now.
    meant: Option<Meant>,
    /// The saved searches of the list to choose from.
    offered: Vec<SearchList>,
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
            renamed_from: None,
            input: LineInput::new(text),
            pane: Pane::Line,
            order: SearchOrder::Best,
            grouping: Grouping::Document,
            widening: Widening::Sure,
            lenient: true,
            history: Vec::new(),
            at: 0,
            search_at: None,
            begin_at: None,
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
            meant: None,
            offered: Vec::new(),
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

    fn forget_preview(&mut self) {
        self.preview = None;
        self.reader = None;
        self.preview_at = None;
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

    fn rest(&mut self, context: &Context<'_>, after: i64) {
        if self.hit().map(|h| h.document) != self.preview {
            self.preview_at = Some(Instant(context.now.0 + after));
        }
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
