//! The filter of the worklist while it is typed: the one language of filters with the worklist's
//! own fields, what is wrong with it and where, and what could come next. A filter that is not
//! understood yet leaves the rows as they are.

use super::Reviews;
use crate::command::Command;
use crate::domain::review_list::ReviewStay;
use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::Field;
use crate::grammar::{Completions, GrammarError, review_filter};
use crate::tui::app::{Context, Level, Outcome};
use crate::tui::screens::typing::{all_offers, help, offers_at};
use crate::tui::widgets::Canvas;
use ratatui::layout::Rect;
use std::collections::BTreeSet;

/// Tag of the list of offers.
pub(super) const OFFERS: &str = "reviews offers";

/// What became of the text in the line.
#[derive(Debug, Default)]
pub(super) struct Typing {
    /// The text that was looked at last.
    text: String,
    wrong: Option<GrammarError>,
    offers: Completions,
}

/// Values of a field that occur in the rows and begin like what was typed.
fn values(rows: &[ReviewStay], field: Field, typed: &str) -> Vec<Untrusted> {
    let lower = typed.to_lowercase();
    let of = |stay: &ReviewStay| {
        let text = match field {
            Field::Payer => &stay.payer,
            Field::Service => &stay.service_name,
            Field::Facility => &stay.facility_name,
            Field::Owner => &stay.attending_name,
            _ => return None,
        };
        Some(text.raw().to_owned())
    };
    let all: BTreeSet<String> = rows.iter().filter_map(of).collect();
    let fits = |v: &String| !v.trim().is_empty() && v.to_lowercase().starts_with(&lower);
    all.into_iter().filter(fits).map(Untrusted::from).collect()
}

impl Reviews {
    /// Looks at the line anew, if it is another.
    pub(super) fn understand(&mut self, context: &Context<'_>) {
        let (line, typing) = self.list.filter_line();
        let (text, cursor) = (line.text().to_owned(), line.cursor());
        if text == self.typing.text && typing {
            return;
        }
        let known = |field: Field, typed: &str| values(self.list.rows(), field, typed);
        let found = offers_at(&text, cursor, Field::REVIEW, &known);
        let offers = found.map(|(_, offers)| offers).filter(|_| typing);
        self.typing.offers = offers.unwrap_or_default();
        let zone = &context.session.zone;
        match review_filter(&text, context.today(), zone) {
            Ok(filter) => {
                self.typing.wrong = None;
                let sieve = move |stay: &ReviewStay| filter.holds(stay);
                self.list.sift(Some(Box::new(sieve)), context.body);
            }
            Err(wrong) => self.typing.wrong = Some(wrong),
        }
        self.typing.text = text;
    }

    /// Enter in a line that is not understood says why; `None` if there is nothing against it.
    pub(super) fn mistaken(&self) -> Option<Outcome> {
        let (_, typing) = self.list.filter_line();
        let wrong = self.typing.wrong.as_ref().filter(|_| typing)?;
        Some(Outcome::done().say(Level::Warning, wrong.problem.to_string()))
    }

    /// All offers as a list; at an empty place every field.
    pub(super) fn pick_offer(&mut self) -> Outcome {
        let (line, typing) = self.list.filter_line();
        if !typing {
            return Outcome::ignored();
        }
        let (text, cursor) = (line.text(), line.cursor());
        match all_offers(&mut self.typing.offers, text, cursor, Field::REVIEW, OFFERS) {
            Some(dialog) => Outcome::done().open(dialog),
            None => Outcome::done().say(Level::Info, "nothing to offer here"),
        }
    }

    /// Puts an offer into the line.
    pub(super) fn take_offer(&mut self, index: usize, context: &Context<'_>) -> Outcome {
        let span = self.typing.offers.span;
        if let Some(item) = self.typing.offers.items.get(index) {
            let insert = item.insert.raw().to_owned();
            let place = (span.start, span.end);
            self.list.complete_filter(place, &insert, context.body);
            self.understand(context);
        }
        Outcome::done()
    }

    /// Tab in the line takes the first offer; elsewhere it is another view.
    pub(super) fn tab(&mut self, command: &Command, context: &Context<'_>) -> Option<Outcome> {
        let (_, typing) = self.list.filter_line();
        let offered = !self.typing.offers.items.is_empty();
        match command {
            Command::NextField if typing && offered => Some(self.take_offer(0, context)),
            Command::NextField if typing => Some(Outcome::done()),
            Command::Pick if typing => Some(self.pick_offer()),
            Command::Accept => self.mistaken(),
            _ => None,
        }
    }

    /// What is wrong with the filter, or what could come next, above its line.
    pub(super) fn draw_help(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let (line, typing) = self.list.filter_line();
        if typing {
            let (above, x) = self.list.above_filter(body);
            let told = (self.typing.wrong.as_ref(), &self.typing.offers);
            let key = (context.keys)(&Command::NextField);
            help(canvas, above, x, line.text(), told, &key);
        }
    }
}
