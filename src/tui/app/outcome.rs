//! What a screen made of something: questions for the desk, changes, and steps for the program.

use super::dialog::Dialog;
use super::message::Slot;
use super::place::Place;
use super::screen::Screen;
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::query::Indicator;
use crate::text::Shown;
use crate::tui::desk::Request;

/// What a screen made of something.
#[derive(Default)]
pub struct Outcome {
    /// Not this screen's business: the program tries its own meaning of the command.
    pub ignored: bool,
    /// Questions for the desk, with the slot they fall into.
    pub asks: Vec<(Slot, Request)>,
    /// Changes; the program gives them request ids.
    pub acts: Vec<Action>,
    /// Steps for the program, in order.
    pub steps: Vec<Step>,
}

impl Outcome {
    /// Done, nothing follows.
    pub fn done() -> Self {
        Self::default()
    }

    /// Not meant for this screen.
    pub fn ignored() -> Self {
        Self {
            ignored: true,
            ..Self::default()
        }
    }

    /// Asks the desk.
    #[must_use]
    pub fn ask(mut self, request: Request) -> Self {
        self.asks.push((Slot::of(&request), request));
        self
    }

    /// Asks the desk in a slot of the screen's own.
    #[must_use]
    pub fn ask_in(mut self, slot: Slot, request: Request) -> Self {
        self.asks.push((slot, request));
        self
    }

    /// Changes something.
    #[must_use]
    pub fn act(mut self, action: Action) -> Self {
        self.acts.push(action);
        self
    }

    /// Adds a step.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Says something.
    #[must_use]
    pub fn say(self, level: Level, text: impl Into<String>) -> Self {
        self.step(Step::Say(level, Shown::own(text)))
    }

    /// Opens the screen of a place.
    #[must_use]
    pub fn goto(self, place: Place) -> Self {
        self.step(Step::Goto(place))
    }

    /// Opens a screen.
    #[must_use]
    pub fn push(self, screen: Box<dyn Screen>) -> Self {
        self.step(Step::Push(screen))
    }

    /// Opens a dialog.
    #[must_use]
    pub fn open(self, dialog: Dialog) -> Self {
        self.step(Step::Open(dialog))
    }

    /// Adds what another outcome holds.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.asks.extend(other.asks);
        self.acts.extend(other.acts);
        self.steps.extend(other.steps);
        self
    }
}

/// Something the program does for a screen.
pub enum Step {
    /// Opens a screen on top.
    Push(Box<dyn Screen>),
    /// Opens the screen of a place on top; the screens do not know each other's types.
    Goto(Place),
    /// Closes this screen.
    Pop,
    /// Closes this screen and runs a command on the one below.
    PopAnd(Command),
    /// Opens a dialog; its answer comes to [`Screen::answer`] with the tag.
    Open(Dialog),
    /// Shows a message.
    Say(Level, Shown),
    /// Runs another command.
    Run(Command),
    /// Copies text to the clipboard.
    Copy(Shown),
    /// Gives something to the screen below, such as a citation.
    Hand(Handed),
}

/// What one screen hands to the one below it.
#[derive(Clone, Debug, PartialEq)]
pub enum Handed {
    /// An indicator for the query that is being written.
    Citation(Indicator),
    /// The list below moves on and opens what it lands on. Follow it with [`Step::Pop`].
    Neighbour {
        /// Forward or back.
        forward: bool,
    },
}

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// For information.
    Info,
    /// Something was done.
    Done,
    /// Something was not done.
    Warning,
    /// Something went wrong; stays until a key.
    Error,
}

impl Level {
    /// Its meaning, for the theme.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Info => "message",
            Self::Done => "message.done",
            Self::Warning => "message.warning",
            Self::Error => "message.error",
        }
    }

    /// The word before it, so that colour is never needed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "",
            Self::Done => "OK: ",
            Self::Warning => "! ",
            Self::Error => "ERROR: ",
        }
    }
}
