//! The review of one stay: what was found, working and final diagnoses beside each other, what
//! there is to ask and what was asked, notes, and whose turn it is.
//!
//! One list of lines in sections; Tab goes from section to section, and the detail says the line
//! under the cursor in full. Start reading at [`Review`].

mod act;
mod draw;
pub mod hand;
mod jotter;
mod lines;
#[cfg(test)]
mod tests;
mod writing;

use super::moving::moved;
use crate::command::{Command, Facts, Scope, Taken};
use crate::domain::ids::{EncounterId, UserId};
use crate::domain::review::{ListKind, ReviewState, StayReview};
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Outcome, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::widgets::{Canvas, List};
use hand::{HAND, HandOver, STAGE};
use lines::{About, Line};
use ratatui::layout::Rect;

/// The review of a stay.
pub struct Review {
    encounter: EncounterId,
    review: Option<StayReview>,
    failed: Option<Shown>,
    lines: Vec<Line>,
    list: List,
    hand: HandOver,
    me: UserId,
    /// The list of diagnoses a dialog is about.
    listing: ListKind,
    /// The place in it.
    place: usize,
}

impl Review {
    /// The review of this stay.
    pub fn new(encounter: EncounterId) -> Self {
        Self {
            encounter,
            review: None,
            failed: None,
            lines: Vec::new(),
            list: List::default(),
            hand: HandOver::default(),
            me: UserId(0),
            listing: ListKind::Working,
            place: 0,
        }
    }

    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::StayReview(self.encounter))
    }

    fn about(&self) -> Option<About> {
        self.lines.get(self.list.cursor).map(|l| l.about)
    }

    /// Builds the lines anew; the cursor stays on what it was on, as far as that is there.
    fn rebuild(&mut self, context: &Context<'_>) {
        let Some(review) = &self.review else {
            return;
        };
        let under = self.about();
        let first = self.lines.is_empty();
        self.lines = lines::lines(review, context);
        self.list.set_len(self.lines.len());
        let same = self.lines.iter().position(|l| Some(l.about) == under);
        let at = same.unwrap_or(if first { 1 } else { self.list.cursor });
        self.list.go(at, draw::list_rows(context.body));
    }

    /// Goes to the first line of the next section, or of the one before.
    fn section(&mut self, forward: bool, height: u16) {
        let heads: Vec<usize> = (0..self.lines.len())
            .filter(|i| self.lines[*i].about.is_section())
            .collect();
        let at = self.list.cursor;
        let here = heads.iter().rposition(|h| *h <= at).unwrap_or(0);
        let n = heads.len().max(1);
        let to = if forward { here + 1 } else { here + n - 1 } % n;
        if let Some(head) = heads.get(to) {
            self.list.go(head + 1, height);
        }
    }
}

impl Screen for Review {
    fn scope(&self) -> Scope {
        Scope::Review
    }

    fn facts(&self, facts: &mut Facts) {
        facts.rows = self.list.len > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
        facts.chart = self.review.is_some();
        facts.busy = self.waits();
        let Some(review) = &self.review else {
            return;
        };
        facts.taken = match &review.stay.taken_by {
            None => Taken::Nobody,
            Some((user, _)) if *user == self.me => Taken::Me,
            Some(_) => Taken::Other,
        };
        facts.stage = Some(review.stay.stage);
        facts.list = Some(self.list_here(&facts.grants));
        facts.diagnosis = matches!(self.about(), Some(About::Diagnosis(..)));
        facts.unfinished = review.draft_of(self.me).is_some();
        facts.signed = match self.about() {
            Some(About::Review(at)) => review
                .reviews
                .get(at)
                .is_some_and(|r| r.state == ReviewState::Signed),
            _ => false,
        };
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        match &self.review {
            None => Shown::own("REVIEW …"),
            Some(review) => Shown::own(format!(
                "REVIEW {} {}  visit {}  {}",
                show(&review.stay.mrn),
                show(&review.stay.patient_name),
                show(&review.stay.visit),
                review.stay.stage.title()
            )),
        }
    }

    fn hints(&self) -> Vec<Command> {
        let mut hints = match self.about() {
            Some(About::Diagnosis(..)) => vec![
                Command::PoaOfDiagnosis,
                Command::Principal,
                Command::AddDiagnosis,
                Command::RemoveDiagnosis,
            ],
            Some(about) if about.list().is_some() => {
                vec![Command::AddDiagnosis, Command::CopyDiagnoses]
            }
            Some(About::Opportunity(_)) => vec![Command::Open, Command::ComposeQuery],
            _ => vec![Command::WriteReview, Command::Open],
        };
        if self
            .review
            .as_ref()
            .is_some_and(|r| r.draft_of(self.me).is_some())
        {
            hints.push(Command::SignReview);
        }
        hints.extend([
            Command::NextPane,
            Command::OpenChart,
            Command::HandOver,
            Command::Back,
        ]);
        hints
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.me = context.session.user;
        self.hand.me = self.me;
        self.load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.load()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let height = draw::list_rows(context.body);
        match command {
            Command::NextPane => self.section(true, height),
            Command::PreviousPane => self.section(false, height),
            _ if moved(&mut self.list, command, height) => {}
            _ => return self.act(command, context),
        }
        Outcome::done()
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::StayReview(review) => {
                self.review = Some(*review);
                self.failed = None;
                self.rebuild(context);
                Outcome::done()
            }
            Reply::Acted(_) => self.load(),
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, notice: &Notice, _: &Context<'_>) -> Outcome {
        if slot == Slot::Rows && self.review.is_none() {
            self.failed = Some(Shown::own(notice.what.clone()));
        }
        // What was seen may have moved on.
        if slot == Slot::Act {
            self.load()
        } else {
            Outcome::done()
        }
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        match tag {
            STAGE | HAND => self.hand.answered(tag, answer),
            _ => self.answered(tag, answer),
        }
    }

    fn waits(&self) -> bool {
        self.review.is_none() && self.failed.is_none()
    }

    fn resized(&mut self, context: &Context<'_>) {
        let cursor = self.list.cursor;
        self.list.go(cursor, draw::list_rows(context.body));
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
