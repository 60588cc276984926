//! Saving, signing and discarding a review being written.

use super::{DISCARD, Part, SIGN, Then, Writing};
use crate::domain::action::Action;
use crate::domain::review::ReviewWords;
use crate::domain::review_action::{ReviewAction, ReviewToSave};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::Shown;
use crate::tui::app::{Context, Dialog, Level, Outcome, Step};
use crate::tui::desk::Request;
use crate::tui::widgets::parse_date;

impl Writing {
    /// The words as they stand; a day that is none yet is left out.
    pub(super) fn words(&self, context: &Context<'_>) -> ReviewWords {
        let day = parse_date(self.next.text(), context.today()).ok();
        ReviewWords {
            kind: self.kind,
            findings: Untrusted::new(self.findings.text()),
            outcome: self.outcome,
            next: day.map(|day| Instant::start_of(day, &context.session.zone)),
        }
    }

    pub(super) fn ask_save(&mut self, context: &Context<'_>) -> Outcome {
        self.kept.sent();
        Outcome::done().ask(Request::SaveReview(Box::new(ReviewToSave {
            encounter: self.encounter,
            review: self.row.map(|r| r.0),
            words: self.words(context),
        })))
    }

    /// Esc: the words are kept, then the screen closes.
    pub(super) fn leave(&mut self, context: &Context<'_>) -> Outcome {
        if self.kept.has_failed() {
            return Outcome::done().say(
                Level::Error,
                "the review is not saved yet; it is tried again every 2 s and stays open meanwhile",
            );
        }
        self.then = Then::Leave;
        self.proceed(context)
    }

    /// Signing: what is missing is said first.
    pub(super) fn sign(&mut self, context: &Context<'_>) -> Outcome {
        let typed = self.next.text().trim();
        let day = parse_date(typed, context.today());
        if self.findings.text().trim().is_empty() {
            self.part = Part::Findings;
            return Outcome::done().say(Level::Warning, "not signed: a review says what was found");
        }
        let fits = typed.is_empty() || day.is_ok_and(|d| d >= context.today());
        if !fits {
            self.part = Part::Next;
            let text = "not signed: the next review needs a day from today on, or none";
            return Outcome::done().say(Level::Warning, text);
        }
        self.then = Then::Sign;
        self.proceed(context)
    }

    /// Goes on with what waits for the words to be saved.
    pub(super) fn proceed(&mut self, context: &Context<'_>) -> Outcome {
        if self.then == Then::Stay {
            return Outcome::done();
        }
        let begun = self.then == Then::Leave || self.row.is_some();
        if self.kept.is_dirty() || !begun {
            return match self.kept.is_saving() {
                true => Outcome::done(),
                false => self.ask_save(context),
            };
        }
        match std::mem::replace(&mut self.then, Then::Stay) {
            Then::Stay => Outcome::done(),
            Then::Leave => {
                let outcome = Outcome::done().step(Step::Pop);
                match self.row {
                    Some(_) => outcome.say(Level::Done, "your unfinished review is kept"),
                    None => outcome,
                }
            }
            Then::Sign => {
                let lines = vec![
                    self.who.clone(),
                    Shown::own(format!(
                        "{} review: {}",
                        self.kind.title(),
                        self.outcome.title()
                    )),
                    Shown::own("A signed review never changes; it can be added to."),
                ];
                Outcome::done().open(Dialog::confirm(SIGN, Shown::own("Sign the review?"), lines))
            }
        }
    }

    pub(super) fn ask_discard(&self) -> Outcome {
        Outcome::done().open(Dialog::confirm_word(
            DISCARD,
            Shown::own("Discard your unfinished review?"),
            vec![
                self.who.clone(),
                Shown::own("It is deleted. This cannot be undone."),
            ],
            "discard",
        ))
    }

    pub(super) fn discard(&mut self) -> Outcome {
        match self.row {
            Some((review, _)) => {
                self.kept.hold();
                let discard = ReviewAction::Discard { review };
                Outcome::done().act(Action::Review(discard))
            }
            None => {
                self.kept.forget();
                Outcome::done().step(Step::Pop)
            }
        }
    }
}
