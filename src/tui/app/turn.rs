//! What becomes of the session when the user's account changes under it: new roles begin at the
//! first screen, and an account that is off is shown nothing any more.

use super::message::Slot;
use super::{App, Level, Message, Place, ScreenId, Ticket};
use crate::command::Grants;
use crate::domain::time::Instant;
use crate::text::Shown;
use crate::tui::desk::{Notice, Request, Turn};

/// Microseconds without a question after which the session asks whether its user still may.
const QUIET: i64 = 60_000_000;

impl App {
    /// The user's account is not what it was.
    pub(super) fn turned(&mut self, turn: &Turn, notice: &Notice) {
        let words = Shown::own(notice.text());
        match turn {
            Turn::Off => {
                self.leave();
                self.open.clear();
                self.farewell = Some(words);
            }
            Turn::Roles(may) => self.begin_again(may, words),
        }
    }

    /// Everything that is open was opened with other rights: what was typed is kept, and the
    /// first screen is opened.
    fn begin_again(&mut self, may: &Grants, words: Shown) {
        self.close_all();
        self.open.clear();
        self.type_ahead.clear();
        self.rows_typed.clear();
        self.pending.clear();
        self.session.grants = may.clone();
        self.go(Place::Home);
        self.message = Some(Message {
            level: Level::Error,
            text: words,
        });
    }

    /// What is to be said after the session has ended, if anything.
    pub fn farewell(&self) -> Option<&Shown> {
        self.farewell.as_ref()
    }

    /// A session that asks nothing is asked after its user once a minute.
    pub(super) fn still(&mut self, now: Instant) {
        if now.0 - self.asked_at.0 < QUIET || self.quit {
            return;
        }
        self.asked_at = now;
        self.ask(ScreenId(0), Slot::Ahead(u8::MAX), Request::Still);
    }

    /// Whether an answer brings a turn; it counts however late it comes.
    pub(super) fn turns(&mut self, ticket: Ticket, notice: &Notice) -> bool {
        let Some(turn) = &notice.turn else {
            return false;
        };
        if let Some(request) = self.acting.remove(&ticket.generation) {
            self.undo.failed(&request);
        }
        if !self.quit {
            self.turned(turn, notice);
        }
        true
    }
}
