//! Completion of field names and values while the line is typed.

use super::Search;
use crate::grammar::ast::Field;
use crate::grammar::{Completions, Wanted, complete, every_field, wanted};
use crate::text::Shown;
use crate::tui::app::{Context, Level, Outcome};
use crate::tui::desk::Request;
use crate::tui::screens::typing::{in_one_line, still_fit, to_pick};

/// Tag of the list of offers.
pub(super) const OFFERS: &str = "search offers";

/// Letters of a word from which it may be the beginning of a field's name: shorter ones are
/// typed all the time.
const SHORTEST: usize = 2;

impl Search {
    /// Looks what could stand at the cursor. Values only the store knows come from the desk.
    pub(super) fn offer(&mut self) -> Outcome {
        let (text, cursor) = (self.input.text(), self.input.cursor());
        self.offers = Completions::default();
        match wanted(text, cursor, Field::SEARCH) {
            Wanted::Nothing => {}
            Wanted::FieldName(span) if span.end - span.start < SHORTEST => {}
            Wanted::FieldName(_) | Wanted::Value(..) => {
                self.offers = complete(text, cursor, Field::SEARCH, &|_, _| Vec::new());
                let open = matches!(wanted(text, cursor, Field::SEARCH), Wanted::Value(..));
                if open && self.offers.items.is_empty() {
                    return Outcome::done().ask(Request::CompleteSearch(text.to_owned(), cursor));
                }
            }
        }
        Outcome::done()
    }

    /// Offers have come, perhaps about an earlier text.
    pub(super) fn offered(&mut self, offers: Completions) {
        let (text, cursor) = (self.input.text(), self.input.cursor());
        if self.editing() && still_fit(&offers, text, cursor, Field::SEARCH) {
            self.offers = offers;
        }
    }

    /// Puts an offer into the line.
    pub(super) fn take_offer(&mut self, index: usize, context: &Context<'_>) -> Outcome {
        let span = self.offers.span;
        let Some(item) = self.offers.items.get(index) else {
            return Outcome::done();
        };
        let insert = item.insert.raw().to_owned();
        self.input.replace(span.start, span.end, &insert);
        self.typed(context)
    }

    /// All offers as a list.
    pub(super) fn pick_offer(&mut self) -> Outcome {
        if self.offers.items.is_empty() {
            // An empty place: every field.
            let at = self.input.cursor();
            let before = self.input.text().get(..at).unwrap_or_default();
            if before.is_empty() || before.ends_with(char::is_whitespace) {
                self.offers = every_field(at, Field::SEARCH);
            }
        }
        if self.offers.items.is_empty() {
            return Outcome::done().say(Level::Info, "nothing to offer here");
        }
        Outcome::done().open(to_pick(&self.offers, OFFERS))
    }

    /// The offers in one line.
    pub(super) fn offers_line(&self, key: &str) -> Option<Shown> {
        in_one_line(&self.offers, key).filter(|_| self.editing())
    }
}
