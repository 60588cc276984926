//! What wakes the program ([`Msg`]) and what it wants done ([`Effect`]): two closed lists.

use super::screen::ScreenId;
use crate::domain::time::Instant;
use crate::text::Shown;
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::keys::{Input, Key};
use ratatui::layout::Size;

/// Everything that wakes the program.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// A key.
    Key(Key),
    /// Pasted text.
    Paste(String),
    /// Time has passed. Sent before every other message and when [`super::App::wake_at`] says.
    Tick(Instant),
    /// The terminal has another size.
    Resize(Size),
    /// An effect has its answer.
    Done(Ticket, Result<Reply, Notice>),
    /// The terminal is gone or the program is asked to end: save and go.
    Hangup,
}

impl From<Input> for Msg {
    fn from(input: Input) -> Self {
        match input {
            Input::Key(key) => Self::Key(key),
            Input::Paste(text) => Self::Paste(text),
        }
    }
}

/// Which answers replace each other: a newer question in a slot makes older ones worthless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Changes: every answer counts.
    Act,
    /// Rows of a list.
    Rows,
    /// Detail of what is under the cursor.
    Detail,
    /// Counts.
    Counts,
    /// A chart.
    Chart,
    /// Text of a document.
    Text,
    /// Choices of a pick list.
    Choices,
    /// Saved views.
    Views,
    /// Saving a draft: every answer counts.
    Draft,
    /// Checking a draft.
    Lint,
    /// Anything else a screen asks for.
    Other(u8),
    /// Asked for before it is needed: no frame waits for it.
    Ahead(u8),
}

impl Slot {
    /// The slot a request falls into by itself.
    pub fn of(request: &Request) -> Self {
        match request {
            Request::Act(..) => Self::Act,
            Request::Queue { .. }
            | Request::Groups(_)
            | Request::Steps(_)
            | Request::Standing(_)
            | Request::Covers
            | Request::Letters(_)
            | Request::Stays(..)
            | Request::Reviews(_)
            | Request::CdiFigures { .. }
            | Request::CdiBehind { .. }
            | Request::StayReview(_)
            | Request::Search(_)
            | Request::OpportunityList(_)
            | Request::NamedLists
            | Request::ListEntries(_)
            | Request::Queries(_) => Self::Rows,
            Request::Detail(_) | Request::Step(_) => Self::Detail,
            Request::Counts | Request::Dashboard => Self::Counts,
            Request::Chart(_) => Self::Chart,
            Request::Text(..)
            | Request::Letter(_)
            | Request::LetterPreview(_)
            | Request::Statement(_) => Self::Text,
            Request::Choices(..) => Self::Choices,
            Request::Views => Self::Views,
            Request::SaveDraft(_)
            | Request::SaveVersion(_)
            | Request::SaveReview(_)
            | Request::SaveJotting(_) => Self::Draft,
            Request::Lint(_) => Self::Lint,
            Request::Still => Self::Ahead(u8::MAX),
            Request::Encounters(_) => Self::Other(0),
            Request::Versions(_) => Self::Other(1),
            Request::Query(_) => Self::Other(2),
            Request::Template(_) => Self::Other(5),
            Request::Copied(_) => Self::Other(6),
            Request::Similar(_) => Self::Other(7),
            Request::SearchLists => Self::Other(15),
            Request::SearchHistory => Self::Other(16),
            Request::RememberSearch(_) => Self::Other(12),
            Request::CompleteSearch(..) | Request::CompleteFilter(..) => Self::Other(13),
            Request::Export { .. } => Self::Other(14),
            Request::ExportQuery { .. } => Self::Other(17),
            Request::Catalogue => Self::Other(8),
            Request::Productivity => Self::Other(9),
            Request::PrintLetters { .. } => Self::Other(21),
            Request::QueryVersions(_) => Self::Other(17),
            Request::BeginQuery(..) => Self::Other(18),
            // Nothing waits for what is found in the background.
            Request::Opportunities(_) => Self::Ahead(30),
            Request::SeeOpportunities(_) => Self::Ahead(31),
        }
    }

    /// Whether a frame waits a moment for the answer, so that a key and what it shows come at
    /// once.
    pub fn is_waited_for(self) -> bool {
        !matches!(self, Self::Ahead(_))
    }

    /// Whether an answer counts even when a newer question was asked.
    pub fn keeps_all(self) -> bool {
        matches!(self, Self::Act | Self::Draft)
    }
}

/// Whose question it is, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket {
    /// The screen that asked.
    pub screen: ScreenId,
    /// What it asked about.
    pub slot: Slot,
    /// Grows with every question; an answer to an older one is dropped.
    pub generation: u64,
}

/// Everything the program can want done outside itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask the desk; the answer comes as [`Msg::Done`] with the same ticket.
    Ask(Ticket, Request),
    /// Send text to the terminal's clipboard (OSC 52).
    Copy(Shown),
    /// Draw everything anew.
    Redraw,
    /// Remember the user's theme.
    KeepTheme(String),
    /// Remember the user's keymap.
    KeepKeymap(String),
    /// End, once every question already asked is answered (at most a second).
    Quit,
}
