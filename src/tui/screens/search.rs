//! Full-text search: a query line, hits as the user types, a preview that opens at the match.
//!
//! Typing never waits: a search goes out when the keys rest, and an answer to an older one is
//! dropped. What the searcher may see is decided by the desk. Start reading at [`Search`].

mod draw;
mod hits;
mod screen;
#[cfg(test)]
mod tests;

use crate::command::Command;
use crate::domain::ids::{DocumentId, EncounterId};
use crate::domain::search::{SearchHit, SearchOrder};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::grammar::GrammarError;
use crate::text::Shown;
use crate::tui::app::{Context, Level, Outcome};
use crate::tui::desk::{Request, SearchAsk};
use crate::tui::screens::needles::needles;
use crate::tui::screens::reader::Reader;
use crate::tui::widgets::{LineInput, List};

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
    /// The line these hits are for, and the query made of it.
    line: String,
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
    /// The line when it was asked last, and the query made of it.
    asked_line: String,
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
            asked_line: String::new(),
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

    /// The query that is meant: the last word may go on, so its beginning is searched for, as
    /// the line below says; a blank behind it ends it.
    fn meant(&self, context: &Context<'_>) -> String {
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
                self.asked_line = self.input.text().to_owned();
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
        self.found
            .as_ref()
            .is_some_and(|f| f.line == self.input.text())
    }

    fn rest(&mut self, context: &Context<'_>, after: i64) {
        if self.hit().map(|h| h.document) != self.preview {
            self.preview_at = Some(Instant(context.now.0 + after));
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
            line: self.asked_line.clone(),
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
