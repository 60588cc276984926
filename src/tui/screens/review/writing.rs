//! Writing a review: the findings in an editor, occasion, outcome and the day of the next review.
//!
//! The words are the writer's unfinished review and are kept within a second of a key, on leaving
//! and when the terminal goes; nobody else sees them. Signing waits until the newest words are
//! saved. Start reading at [`Writing`]; `writing/keep.rs` saves and
//! signs, `writing/draw.rs` draws.

mod draw;
mod keep;
#[cfg(test)]
mod tests;

use crate::command::{Command, Facts, Scope};
use crate::domain::action::Action;
use crate::domain::ids::{EncounterId, ReviewId};
use crate::domain::review::{Review, ReviewKind, ReviewOutcome, ReviewWords};
use crate::domain::review_action::ReviewAction;
use crate::domain::time::Instant;
use crate::text::Shown;
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome, Screen, Slot, Step};
use crate::tui::desk::{Notice, Reply};
use crate::tui::keys::{Code, Key};
use crate::tui::screens::keeping::Keeping;
use crate::tui::widgets::{Canvas, Editor, Item, LineInput};
use ratatui::layout::Rect;

const OUTCOME: &str = "review outcome";
const KIND: &str = "review occasion";
const SIGN: &str = "review sign now";
const DISCARD: &str = "review discard now";

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Findings,
    Outcome,
    Kind,
    Next,
}

/// The way of Tab.
const PARTS: [Part; 4] = [Part::Findings, Part::Outcome, Part::Kind, Part::Next];

/// What is wanted as soon as everything is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Stay,
    Leave,
    Sign,
}

/// A review being written.
pub struct Writing {
    encounter: EncounterId,
    who: Shown,
    /// The unfinished review with its row version, once it has a row.
    row: Option<(ReviewId, i64)>,
    findings: Editor,
    outcome: ReviewOutcome,
    kind: ReviewKind,
    /// The occasions this hospital has.
    kinds: Vec<ReviewKind>,
    next: LineInput,
    part: Part,
    kept: Keeping,
    then: Then,
    /// What the review of the stay says so far, to be read beside.
    aside: Vec<(Shown, &'static str)>,
}

impl Writing {
    /// Goes on with an unfinished review of a stay, or begins with what a new one says.
    pub fn new(
        encounter: EncounterId,
        who: Shown,
        draft: Option<&Review>,
        fresh: &ReviewWords,
        kinds: &[ReviewKind],
        context: &Context<'_>,
    ) -> Self {
        let words = draft.map_or(fresh, |d| &d.words);
        let next = words
            .next
            .map(|at| at.day(&context.session.zone).to_string());
        Self {
            encounter,
            who,
            row: draft.map(|d| (d.id, d.version)),
            findings: Editor::new(words.findings.raw()),
            outcome: words.outcome,
            kind: words.kind,
            kinds: kinds.to_vec(),
            next: LineInput::new(next.unwrap_or_default()),
            part: Part::Findings,
            kept: Keeping::default(),
            then: Then::Stay,
            aside: Vec::new(),
        }
    }

    /// With what the review of the stay says so far beside it, where there is room.
    pub fn beside(mut self, aside: Vec<(Shown, &'static str)>) -> Self {
        self.aside = aside;
        self
    }

    fn edited(&mut self, context: &Context<'_>) -> Outcome {
        self.then = Then::Stay;
        self.kept.edited(context.now);
        Outcome::done()
    }

    fn step(&mut self, forward: bool) -> Outcome {
        let at = PARTS.iter().position(|p| *p == self.part).unwrap_or(0);
        let by = if forward { 1 } else { PARTS.len() - 1 };
        self.part = PARTS[(at + by) % PARTS.len()];
        Outcome::done()
    }

    /// Another choice of the field that has the keys.
    fn turn(&mut self, forward: bool, context: &Context<'_>) -> Outcome {
        match self.part {
            Part::Outcome => self.outcome = next_of(ReviewOutcome::ALL, self.outcome, forward),
            Part::Kind => self.kind = next_of(&self.kinds, self.kind, forward),
            Part::Findings | Part::Next => return Outcome::ignored(),
        }
        self.edited(context)
    }

    fn pick(&self) -> Outcome {
        let item = |words: &'static str| Item::new(Shown::own(words), Shown::default());
        let (tag, title, items) = match self.part {
            Part::Outcome => {
                let all = ReviewOutcome::ALL.iter().map(|o| item(o.title()));
                (OUTCOME, "What came of it", all.collect())
            }
            Part::Kind => {
                let all = self.kinds.iter().map(|k| item(k.title()));
                (KIND, "Occasion", all.collect())
            }
            Part::Findings | Part::Next => return Outcome::ignored(),
        };
        Outcome::done().open(Dialog::pick(tag, Shown::own(title), items))
    }

    fn undo_typing(&mut self, back: bool, context: &Context<'_>) -> Outcome {
        let done = match (self.part, back) {
            (Part::Findings, true) => self.findings.undo(),
            (Part::Findings, false) => self.findings.redo(),
            (_, true) => return self.text_key(Key::ctrl('_'), context),
            (_, false) => false,
        };
        if done {
            return self.edited(context);
        }
        let what = if back { "take back" } else { "do again" };
        Outcome::done().say(Level::Info, format!("nothing to {what} here"))
    }

    fn fit(&mut self, context: &Context<'_>) {
        let width = draw::findings(context.body).width;
        self.findings.set_width(width);
    }
}

/// The one after or before, round and round.
fn next_of<T: Copy + PartialEq>(all: &[T], now: T, forward: bool) -> T {
    let at = all.iter().position(|v| *v == now).unwrap_or(0);
    let by = if forward { 1 } else { all.len().max(1) - 1 };
    all.get((at + by) % all.len().max(1))
        .copied()
        .unwrap_or(now)
}

impl Screen for Writing {
    fn scope(&self) -> Scope {
        Scope::ReviewWords
    }

    fn facts(&self, facts: &mut Facts) {
        facts.text = true;
        facts.multiline = self.part == Part::Findings;
        facts.unfinished = true;
        facts.draft = true;
        facts.chart = true;
        facts.busy = self.waits();
    }

    fn title(&self, context: &Context<'_>) -> Shown {
        let state = self.kept.state(&context.session.zone);
        let name = match self.row {
            Some((review, _)) => format!("REVIEW draft-{review}"),
            None => "REVIEW new".to_owned(),
        };
        Shown::own(format!("{name}  {}  {state}", self.who))
    }

    fn hints(&self) -> Vec<Command> {
        let mut hints = vec![Command::NextField];
        if matches!(self.part, Part::Outcome | Part::Kind) {
            hints.push(Command::Pick);
        }
        hints.extend([Command::SignReview, Command::UndoTyping, Command::Back]);
        hints
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.fit(context);
        Outcome::done()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::NextField | Command::Down | Command::PageDown => self.step(true),
            Command::PreviousField | Command::Up | Command::PageUp => self.step(false),
            Command::Accept if self.part == Part::Next => self.step(true),
            Command::Accept | Command::Pick => self.pick(),
            Command::UndoTyping => self.undo_typing(true, context),
            Command::RedoTyping => self.undo_typing(false, context),
            Command::SignReview => self.sign(context),
            Command::DiscardReview => self.ask_discard(),
            Command::Back => self.leave(context),
            _ => Outcome::ignored(),
        }
    }

    fn text_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        let changed = match self.part {
            Part::Findings => {
                let before = self.findings.text();
                let taken = self.findings.key(key);
                taken.then(|| self.findings.text() != before)
            }
            Part::Next => {
                let before = self.next.text().to_owned();
                let taken = self.next.key(key);
                taken.then(|| self.next.text() != before)
            }
            Part::Outcome | Part::Kind => {
                return match key.code {
                    Code::Right | Code::Char(' ') => self.turn(true, context),
                    Code::Left => self.turn(false, context),
                    _ => Outcome::ignored(),
                };
            }
        };
        match changed {
            None => Outcome::ignored(),
            Some(false) => Outcome::done(),
            Some(true) => self.edited(context),
        }
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        match self.part {
            Part::Findings => self.findings.paste(text),
            Part::Next => self.next.paste(text),
            Part::Outcome | Part::Kind => return Outcome::ignored(),
        }
        self.edited(context)
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::ReviewSaved {
                review,
                version,
                at,
            } => {
                self.row = Some((review, version));
                self.kept.arrived(at);
                let outcome = self.proceed(context);
                outcome.and(self.tick(context))
            }
            Reply::Acted(acted) if acted.done > 0 => {
                self.kept.forget();
                Outcome::done().step(Step::Pop)
            }
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, _: &Notice, context: &Context<'_>) -> Outcome {
        if slot == Slot::Draft {
            self.kept.lost(context.now);
            self.then = Then::Stay;
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        match (tag, answer) {
            (OUTCOME, Answer::Chosen(at)) => {
                let chosen = ReviewOutcome::ALL.get(at).copied();
                self.outcome = chosen.unwrap_or(self.outcome);
                self.edited(context)
            }
            (KIND, Answer::Chosen(at)) => {
                self.kind = self.kinds.get(at).copied().unwrap_or(self.kind);
                self.edited(context)
            }
            (SIGN, Answer::Yes) => Outcome::done().act(Action::Review(ReviewAction::Save {
                encounter: self.encounter,
                draft: self.row,
                words: self.words(context),
                sign: true,
            })),
            (DISCARD, Answer::Yes) => self.discard(),
            _ => Outcome::done(),
        }
    }

    fn tick(&mut self, context: &Context<'_>) -> Outcome {
        if self.kept.is_due(context.now) {
            return self.ask_save(context);
        }
        Outcome::done()
    }

    fn wake_at(&self) -> Option<Instant> {
        self.kept.wake_at()
    }

    fn closing(&mut self, context: &Context<'_>) -> Outcome {
        if self.kept.is_dirty() && !self.kept.saves_newest() {
            return self.ask_save(context);
        }
        Outcome::done()
    }

    fn waits(&self) -> bool {
        self.then == Then::Leave
    }

    fn resized(&mut self, context: &Context<'_>) {
        self.fit(context);
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
