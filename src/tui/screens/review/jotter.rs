//! Writing an addition to a review, or a note on the stay, in an editor.
//!
//! The words are kept within a second of a key, on leaving and when the terminal goes; nobody else
//! sees them until they are put on record. Without words nothing is kept. Start at [`Jotter`].

use crate::command::{Command, Facts, Scope};
use crate::domain::action::Action;
use crate::domain::review::{Jotting, JottingKind};
use crate::domain::review_action::ReviewAction;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::Shown;
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome, Screen, Slot, Step};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::keys::Key;
use crate::tui::screens::keeping::Keeping;
use crate::tui::widgets::{Canvas, Editor, Pager, Span};
use ratatui::layout::Rect;

const FINISH: &str = "jotting finish";

/// From this width on the review so far stands beside the words.
const BESIDE: u16 = 110;
/// Columns of the review so far.
const ASIDE: u16 = 46;

/// What is wanted as soon as everything is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Stay,
    Leave,
    Finish,
}

/// An addition or a note being written.
pub struct Jotter {
    jotting: Jotting,
    who: Shown,
    editor: Editor,
    kept: Keeping,
    then: Then,
    /// What the review of the stay says so far, to be read beside.
    aside: Vec<(Shown, &'static str)>,
}

impl Jotter {
    /// Goes on with what was typed of it.
    pub fn new(jotting: Jotting, who: Shown, aside: Vec<(Shown, &'static str)>) -> Self {
        Self {
            editor: Editor::new(jotting.words.raw()),
            jotting,
            who,
            kept: Keeping::default(),
            then: Then::Stay,
            aside,
        }
    }

    fn name(&self) -> &'static str {
        match self.jotting.kind {
            JottingKind::Addition => "ADDITION",
            JottingKind::Note => "NOTE",
            JottingKind::Own => "NOTE TO MYSELF",
        }
    }

    /// Who will read it, and what becomes of it.
    fn told(&self) -> &'static str {
        match self.jotting.kind {
            JottingKind::Addition => "Added to the signed review; it never changes from then on.",
            JottingKind::Note => "For everybody who sees the review of this stay.",
            JottingKind::Own => "Only you see it.",
        }
    }

    fn words(&self) -> Untrusted {
        Untrusted::new(self.editor.text())
    }

    fn edited(&mut self, context: &Context<'_>) -> Outcome {
        self.then = Then::Stay;
        self.kept.edited(context.now);
        Outcome::done()
    }

    fn ask_save(&mut self) -> Outcome {
        self.kept.sent();
        Outcome::done().ask(Request::SaveJotting(Box::new(Jotting {
            words: self.words(),
            ..self.jotting.clone()
        })))
    }

    fn leave(&mut self) -> Outcome {
        if self.kept.has_failed() {
            return Outcome::done().say(
                Level::Error,
                "the words are not saved yet; it is tried again every 2 s and they stay open meanwhile",
            );
        }
        self.then = Then::Leave;
        self.proceed()
    }

    fn finish(&mut self) -> Outcome {
        if self.editor.text().trim().is_empty() {
            return Outcome::done().say(Level::Warning, "nothing is written yet");
        }
        if self.jotting.kind == JottingKind::Addition {
            let lines = vec![
                self.who.clone(),
                Shown::own("What is added to a signed review never changes."),
            ];
            let title = Shown::own("Put the addition on record?");
            return Outcome::done().open(Dialog::confirm(FINISH, title, lines));
        }
        self.put()
    }

    fn put(&mut self) -> Outcome {
        self.then = Then::Finish;
        self.proceed()
    }

    /// Goes on with what waits for a save under way.
    fn proceed(&mut self) -> Outcome {
        if self.then == Then::Stay || self.kept.is_saving() {
            return Outcome::done();
        }
        if self.then == Then::Leave && self.kept.is_dirty() {
            return self.ask_save();
        }
        match std::mem::replace(&mut self.then, Then::Stay) {
            Then::Stay => Outcome::done(),
            Then::Leave => {
                let outcome = Outcome::done().step(Step::Pop);
                match self.editor.text().trim().is_empty() {
                    true => outcome,
                    false => outcome.say(Level::Done, "your words are kept, not on record yet"),
                }
            }
            // A save behind the act would bring back what is on record.
            Then::Finish => {
                self.kept.hold();
                Outcome::done().act(Action::Review(self.action()))
            }
        }
    }

    fn action(&self) -> ReviewAction {
        let words = Untrusted::new(self.editor.text().trim());
        match (self.jotting.kind, self.jotting.review) {
            (JottingKind::Addition, Some(review)) => ReviewAction::Add { review, words },
            (kind, _) => ReviewAction::Note {
                encounter: self.jotting.encounter,
                words,
                private: kind == JottingKind::Own,
            },
        }
    }

    fn area(body: Rect) -> Rect {
        let aside = if body.width >= BESIDE { ASIDE + 2 } else { 0 };
        let width = body.width.saturating_sub(aside + 2);
        let height = body.height.saturating_sub(2);
        Rect::new(body.x + 1, body.y + 2.min(body.height), width, height)
    }
}

impl Screen for Jotter {
    fn scope(&self) -> Scope {
        Scope::ReviewWords
    }

    fn facts(&self, facts: &mut Facts) {
        facts.text = true;
        facts.multiline = true;
        facts.draft = true;
        facts.chart = true;
        facts.busy = self.waits();
    }

    fn title(&self, context: &Context<'_>) -> Shown {
        let state = self.kept.state(&context.session.zone);
        Shown::own(format!("{}  {}  {state}", self.name(), self.who))
    }

    fn hints(&self) -> Vec<Command> {
        vec![Command::FinishWords, Command::UndoTyping, Command::Back]
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.editor.set_width(Self::area(context.body).width);
        Outcome::done()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let (done, what) = match command {
            Command::FinishWords => return self.finish(),
            Command::Back => return self.leave(),
            Command::UndoTyping => (self.editor.undo(), "take back"),
            Command::RedoTyping => (self.editor.redo(), "do again"),
            _ => return Outcome::ignored(),
        };
        if done {
            return self.edited(context);
        }
        Outcome::done().say(Level::Info, format!("nothing to {what} here"))
    }

    fn text_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        let before = self.editor.text();
        match self.editor.key(key) {
            false => Outcome::ignored(),
            true if self.editor.text() == before => Outcome::done(),
            true => self.edited(context),
        }
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        self.editor.paste(text);
        self.edited(context)
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::JottingSaved(at) => {
                self.kept.arrived(at);
                let outcome = self.proceed();
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
        match slot {
            Slot::Draft => self.kept.lost(context.now),
            // It did not come on record: the words are kept.
            Slot::Act => self.kept.edited(context.now),
            _ => return Outcome::done(),
        }
        self.then = Then::Stay;
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        match (tag, answer) {
            (FINISH, Answer::Yes) => self.put(),
            _ => Outcome::done(),
        }
    }

    fn tick(&mut self, context: &Context<'_>) -> Outcome {
        if self.kept.is_due(context.now) {
            return self.ask_save();
        }
        Outcome::done()
    }

    fn wake_at(&self) -> Option<Instant> {
        self.kept.wake_at()
    }

    fn closing(&mut self, _: &Context<'_>) -> Outcome {
        if self.kept.is_dirty() && !self.kept.saves_newest() {
            return self.ask_save();
        }
        Outcome::done()
    }

    fn waits(&self) -> bool {
        self.then != Then::Stay
    }

    fn resized(&mut self, context: &Context<'_>) {
        self.editor.set_width(Self::area(context.body).width);
    }

    fn render(&self, canvas: &mut Canvas<'_>, whole: Rect, _: &Context<'_>) {
        let area = Self::area(whole);
        if whole.width >= BESIDE {
            canvas.divider(Rect::new(area.right() + 1, whole.y, 1, whole.height));
            let room = Rect::new(area.right() + 3, whole.y, ASIDE, whole.height);
            let lines = self.aside.iter().map(|(text, meaning)| {
                let text = text.clone();
                vec![Span { text, meaning }]
            });
            Pager::of_spans(lines).render(canvas, room);
        }
        let head = Rect::new(whole.x, whole.y, area.width + 2, 1);
        canvas.write(head, whole.x + 1, whole.y, self.told(), "dim");
        self.editor.render(canvas, area, true);
    }
}
