//! When a search goes out and what becomes of its answer.
//!
//! A key sends what stands in the line at once, unless one sent so is under way: then the newest text
//! goes out when the answer is there, so that never more than one waits. Such a beginning asks for
//! what the screen shows and no more, and is answered with what is found in a moment. When the keys
//! rest, or the user says so, what stands in the line is the query: it is asked for in full, and
//! only then remembered and counted as looked at. A key pressed while that is under way does not wait
//! for it: nobody does any more, and it ends.

use super::{
    AGAIN, AHEAD, Asked, Found, PAGE, PREVIEW_AFTER, PREVIEW_AFTER_TYPING, Pane, SETTLED, SHORTEST,
    Search, Within,
};
use crate::domain::search::{SearchAnswer, SearchHit, SearchRequest};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::grammar::Completions;
use crate::tui::app::{Context, Level, Outcome};
use crate::tui::desk::{Request, SearchAsk};
use crate::tui::screens::needles::{self, needles};

/// Hits a beginning asks for beyond those that fit: the list may get a little room.
const SPARE: usize = 1;

impl Search {
    /// The query that is meant: the last word may go on, so its beginning is searched for, as
    /// the line below says; a blank behind it ends it. What was chosen among the facets is added.
    pub(super) fn meant(&self, context: &Context<'_>) -> String {
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
        let word = self.word_open();
        if word.chars().count() >= SHORTEST && word.chars().all(char::is_alphanumeric) {
            let open = format!("{text}*");
            let operator = matches!(word, "AND" | "OR" | "NOT");
            if !operator && needles(&open, context.today()).is_ok() {
                return open;
            }
        }
        text.to_owned()
    }

    /// The word at the end of the line that no blank ends yet.
    fn word_open(&self) -> &str {
        let last = self.input.text().rsplit(char::is_whitespace).next();
        last.unwrap_or_default().trim_start_matches(['(', '-'])
    }

    /// What to ask the desk for the query as it was asked.
    pub(super) fn wanted(&self, offset: usize, limit: usize) -> SearchRequest {
        let since = self.saved_as_it_is().map(|s| s.looked);
        SearchRequest {
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
            ..SearchRequest::default()
        }
    }

    /// Searches for what stands in the line, if it can be understood; `accepted` if the user said
    /// that this is the query.
    pub(super) fn search(&mut self, accepted: bool, context: &Context<'_>) -> Outcome {
        self.search_at = None;
        self.begin_at = None;
        self.failed = None;
        if self.input.text().trim().is_empty() {
            self.nothing_typed();
            return Outcome::done();
        }
        match needles(self.input.text(), context.today()) {
            Ok(_) => {
                self.asks(Asked::Hits, context);
                let saved = self.saved_as_it_is().filter(|_| !self.facets.any());
                let ask = SearchAsk {
                    saved: saved.map(|s| s.search.name.clone()),
                    remember: accepted,
                    ..self.wanted(0, PAGE).into()
                };
                Outcome::done().ask(Request::Search(ask))
            }
            Err(wrong) => {
                self.wrong = Some(wrong);
                Outcome::done()
            }
        }
    }

    fn asks(&mut self, what: Asked, context: &Context<'_>) {
        self.wrong = None;
        self.asked = what;
        self.asked_line = self.input.text().to_owned();
        self.asked_for = self.meant(context);
    }

    fn nothing_typed(&mut self) {
        self.wrong = None;
        self.found = None;
        self.asked = Asked::Nothing;
        self.facets = super::Facets::default();
        self.forget_preview();
    }

    /// The line was edited: what was chosen among the facets was about another query.
    pub(super) fn typed(&mut self, context: &Context<'_>) -> Outcome {
        self.at = self.history.len();
        self.search_at = Some(Instant(context.now.0 + SETTLED));
        self.preview_at = None;
        self.facets.clear();
        let pause = context.session.search_pause;
        let began = if pause > 0 {
            self.begin_at = Some(Instant(context.now.0 + pause));
            Outcome::done()
        } else {
            self.begin(context)
        };
        self.offer().and(began)
    }

    /// Sends what stands in the line, the beginning of a query, unless one is under way. A search in
    /// full that is under way is overtaken.
    pub(super) fn begin(&mut self, context: &Context<'_>) -> Outcome {
        self.begin_at = None;
        if self.input.text().trim().is_empty() {
            self.search_at = None;
            self.nothing_typed();
            return Outcome::done();
        }
        if self.asked == Asked::Beginning || !self.may_begin(context) {
            return Outcome::done();
        }
        self.asks(Asked::Beginning, context);
        let rows = usize::from(self.areas(context.body).hit_rows()) + SPARE;
        let ask = SearchAsk {
            beginning: true,
            ..self.wanted(0, rows.min(PAGE)).into()
        };
        Outcome::done().ask(Request::Search(ask))
    }

    /// Whether what stands in the line can be searched for while it is typed. A mistake may be one
    /// only until the next key, and one or two letters are a word only when the keys rest.
    fn may_begin(&self, context: &Context<'_>) -> bool {
        let open = self.word_open().chars().count();
        self.editing()
            && (open == 0 || open >= SHORTEST)
            && needles(self.input.text(), context.today()).is_ok()
    }

    /// Enter in the line: searches at once and goes to the hits.
    pub(super) fn accept(&mut self, context: &Context<'_>) -> Outcome {
        let fresh = self.same_query() && self.search_at.is_none() && self.asked == Asked::Nothing;
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

    /// Asks for more hits before the cursor needs them.
    pub(super) fn more(&mut self) -> Outcome {
        let Some(found) = &self.found else {
            return Outcome::done();
        };
        let known = found.hits.len();
        let near = self.list.cursor + AHEAD >= known;
        if self.asked == Asked::Nothing && known < found.groups && near && self.same_query() {
            self.asked = Asked::More;
            return Outcome::done().ask(Request::Search(self.wanted(known, PAGE).into()));
        }
        Outcome::done()
    }

    /// Whether the hits are those of the line as it stands, asked for in full.
    pub(super) fn same_query(&self) -> bool {
        self.found
            .as_ref()
            .is_some_and(|f| f.settled && f.line == self.input.text())
    }

    /// An answer is there. One to what no longer stands in the line makes way for the newest.
    pub(super) fn arrived(&mut self, answer: SearchAnswer, context: &Context<'_>) -> Outcome {
        let asked = std::mem::replace(&mut self.asked, Asked::Nothing);
        let overtaken = self.asked_line != self.input.text();
        match asked {
            // The line was emptied meanwhile.
            Asked::Nothing => return Outcome::done(),
            Asked::More => {
                if let Some(found) = &mut self.found {
                    found.count = answer.count;
                    found.groups = answer.groups;
                    found.hits.extend(answer.hits);
                    self.list.set_len(found.hits.len());
                }
            }
            Asked::Beginning | Asked::Hits => {
                if overtaken && self.begin_at.is_none() && self.may_begin(context) {
                    return self.begin(context);
                }
                self.take(answer, asked == Asked::Hits, context);
            }
        }
        if overtaken && self.begin_at.is_none() {
            return self.begin(context);
        }
        Outcome::done()
    }

    fn take(&mut self, answer: SearchAnswer, settled: bool, context: &Context<'_>) {
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
            // The answer to a beginning and the one in full begin alike.
            let both = f.hits.len().min(answer.hits.len());
            let alike = f.hits.len() == answer.hits.len() || (f.query == query && both > 0);
            alike && ids(&f.hits[..both]).eq(ids(&answer.hits[..both]))
        });
        if same {
            self.list.set_len(answer.hits.len());
        } else {
            self.list = super::List::new(answer.hits.len());
        }
        match !settled && answer.facets.is_empty() && answer.count > 0 {
            true => self.facets.uncount(),
            false => self.facets.take(&answer.facets),
        }
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
            cut: answer.cut,
            hits: answer.hits,
            expansions: answer.expansions,
            suggestion: answer.suggestion,
            needles,
            settled,
        });
        if !same {
            self.forget_preview();
        }
        match (self.editing(), settled) {
            (false, _) => self.rest(context, 0),
            (true, true) => self.rest(context, PREVIEW_AFTER_TYPING),
            // Nobody reads beside a query that is being typed.
            (true, false) => {}
        }
    }

    /// A search could not be answered; what was typed since goes out all the same.
    pub(super) fn unanswered(&mut self, context: &Context<'_>) -> Outcome {
        self.asked = Asked::Nothing;
        if self.asked_line != self.input.text() && self.begin_at.is_none() {
            return self.begin(context);
        }
        Outcome::done()
    }
}

fn ids(hits: &[SearchHit]) -> impl Iterator<Item = crate::domain::ids::DocumentId> {
    hits.iter().map(|h| h.document)
}
