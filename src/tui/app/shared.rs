//! What the program needs of the list that list screens share, whatever its rows are.
//!
//! A screen whose rows stand in such a list names it ([`super::Screen::shared`],
//! [`super::Screen::shared_mut`]); what it would only pass on to the list is then done by the
//! defaults of [`super::Screen`].

use super::Outcome;
use crate::command::Command;
use crate::tui::keys::Key;
use ratatui::layout::Rect;

/// A list as a screen shares it.
pub trait SharedList {
    /// Something was done with the rows marked, or else with the one under the cursor: if that
    /// sends it elsewhere, the cursor goes on to the row after it when the rows come again.
    fn dealt(&mut self);

    /// Whether keys typed now would have nothing to act on yet.
    fn waits(&self) -> bool;

    /// Rows could not be read. Those there are stay.
    fn fail(&mut self);

    /// The area has another size.
    fn resized(&mut self, body: Rect);

    /// Names of the orders, to complete a command's argument.
    fn sorts(&self) -> Vec<String>;

    /// A command. Movement, filter, order, views and marks are the list's own business.
    fn command(&mut self, command: &Command, body: Rect) -> Did;

    /// A key for the filter.
    fn text_key(&mut self, key: Key, body: Rect) -> Did;

    /// Pasted text for the filter.
    fn paste(&mut self, text: &str, body: Rect) -> Did;
}

/// What a list made of a command or a key.
pub enum Did {
    /// Not its business.
    Ignored,
    /// It is done; this follows.
    Done(Outcome),
    /// Perhaps another row stands under the cursor now.
    Moved,
    /// Another view was opened, and its rows are to be read.
    Turned,
}

impl Did {
    /// For a list without detail whose views all hold rows that are there: nothing more follows.
    pub fn plainly(self) -> Outcome {
        match self {
            Self::Ignored => Outcome::ignored(),
            Self::Done(outcome) => outcome,
            Self::Moved | Self::Turned => Outcome::done(),
        }
    }
}
