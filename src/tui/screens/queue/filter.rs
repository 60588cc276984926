//! The filter while it is typed: what it means, what is wrong with it and where, what could come
//! next. A filter that is not understood yet leaves the rows as they are.

use super::Queue;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::QueueFilter;
use crate::grammar::ast::Field;
use crate::grammar::{Completions, GrammarError, Wanted};
use crate::text::{Shown, show};
use crate::tui::app::{Context, Level, Outcome};
use crate::tui::desk::Request;
use crate::tui::screens::typing::{all_offers, help, offers_at, still_fit};
use crate::tui::widgets::Canvas;
use ratatui::layout::Rect;

/// Tag of the list of offers.
pub(super) const OFFERS: &str = "queue offers";
/// What became of the text in the line.
#[derive(Debug, Default)]
pub(super) struct Typing {
    /// The last text that was understood, and what it means: the rows are of it.
    text: String,
    meant: QueueFilter,
    wrong: Option<GrammarError>,
    offers: Completions,
}

impl Queue {
    /// The text that the rows are of, and what it means.
    pub(super) fn filtered(&self) -> (&str, &QueueFilter) {
        (&self.typing.text, &self.typing.meant)
    }

    /// Whether the line is not understood, so that the rows are of an earlier text.
    pub(super) fn misunderstood(&self) -> bool {
        self.typing.wrong.is_some()
    }

    /// The text that the rows are of, as shown.
    pub(super) fn filtered_words(&self) -> Shown {
        show(&Untrusted::from(self.typing.text.as_str()))
    }

    /// Looks at the line anew; `false` if it is not understood.
    pub(super) fn understand(&mut self, context: &Context<'_>) -> bool {
        let text = self.filter.text().trim();
        let meant = crate::grammar::queue_filter(text, context.today(), &context.session.zone);
        match meant {
            Ok(meant) => {
                self.typing.text = text.to_owned();
                self.typing.meant = meant;
                self.typing.wrong = None;
                true
            }
            Err(wrong) => {
                self.typing.wrong = Some(wrong);
                false
            }
        }
    }

    /// Asks for the rows of the line although it is not understood.
    pub(super) fn ask_as_it_is(&mut self) {
        self.typing.text = self.filter.text().trim().to_owned();
    }

    /// The line was edited.
    pub(super) fn edited(&mut self, context: &Context<'_>) -> Outcome {
        let offered = self.offer();
        if self.understand(context) {
            return self.load(context).and(offered);
        }
        offered
    }

    /// Enter in the line.
    pub(super) fn accept(&mut self) -> Outcome {
        if let Some(wrong) = &self.typing.wrong {
            return Outcome::done().say(Level::Warning, wrong.problem.to_string());
        }
        self.editing = false;
        self.typing.offers = Completions::default();
        Outcome::done()
    }

    /// Looks what could stand at the cursor; types, owners, services come from the desk.
    fn offer(&mut self) -> Outcome {
        let (text, cursor) = (self.filter.text(), self.filter.cursor());
        self.typing.offers = Completions::default();
        let found = offers_at(text, cursor, Field::QUEUE, &|_, _| Vec::new());
        let Some((place, offers)) = found else {
            return Outcome::done();
        };
        self.typing.offers = offers;
        if matches!(place, Wanted::Value(..)) && self.typing.offers.items.is_empty() {
            return Outcome::done().ask(Request::CompleteFilter(text.to_owned(), cursor));
        }
        Outcome::done()
    }

    /// Offers have come, perhaps about an earlier text.
    pub(super) fn offered(&mut self, offers: Completions) {
        let (text, cursor) = (self.filter.text(), self.filter.cursor());
        if self.editing && still_fit(&offers, text, cursor, Field::QUEUE) {
            self.typing.offers = offers;
        }
    }

    /// Puts an offer into the line.
    pub(super) fn take_offer(&mut self, index: usize, context: &Context<'_>) -> Outcome {
        let span = self.typing.offers.span;
        let Some(item) = self.typing.offers.items.get(index) else {
            return Outcome::done();
        };
        let insert = item.insert.raw().to_owned();
        self.filter.replace(span.start, span.end, &insert);
        self.edited(context)
    }

    /// All offers as a list; at an empty place every field.
    pub(super) fn pick_offer(&mut self) -> Outcome {
        let (text, cursor) = (self.filter.text(), self.filter.cursor());
        match all_offers(&mut self.typing.offers, text, cursor, Field::QUEUE, OFFERS) {
            Some(dialog) => Outcome::done().open(dialog),
            None => Outcome::done().say(Level::Info, "nothing to offer here"),
        }
    }

    /// The filter is left, or set otherwise.
    pub(super) fn stop_typing(&mut self) {
        self.editing = false;
        self.typing = Typing::default();
    }

    /// What is wrong, or what could come next, in the row above the line.
    pub(super) fn draw_help(&self, canvas: &mut Canvas<'_>, above: Rect, x: u16, key: &str) {
        if self.editing {
            let told = (self.typing.wrong.as_ref(), &self.typing.offers);
            help(canvas, above, x, self.filter.text(), told, key);
        }
    }
}
