//! The program as a pure function: messages in, effects out, no I/O, no clock, no globals.
//!
//! [`App::update`] is the only way its state changes; [`App::render`] only draws. Layers (dialogs
//! over screens) are offered events from the top: consumed or ignored. Late answers are dropped
//! by generation number. Start reading at [`App::update`], then `screen.rs`, the seam to screens.

mod answer;
mod dialog;
mod draw;
mod help;
mod input;
mod message;
mod outcome;
mod palette;
mod place;
mod route;
mod screen;
mod shared;
mod turn;
mod undo;

pub use dialog::Dialog;
pub use message::{Effect, Msg, Slot, Ticket};
pub use outcome::{Handed, Level, Outcome, Step};
pub use place::{Place, QueueStart};
pub use screen::{Answer, Context, FieldValue, Maker, Screen, ScreenId, Session, body};
pub use shared::{Did, SharedList};

use crate::command::{Command, Facts, Scope};
use crate::domain::ids::RequestId;
use crate::domain::time::Instant;
use crate::text::Shown;
use crate::tui::keymap::Keymap;
use crate::tui::keys::{Input, Key};
use crate::tui::theme::{Depth, Theme};
/// Columns and rows.
pub use ratatui::layout::Size;
use std::collections::{BTreeMap, VecDeque};

/// Microseconds before the keys that may follow are shown (ux: 400 ms).
const WHICH_KEY_AFTER: i64 = 400_000;

/// Microseconds after which a lone Esc in the function-key map is the key itself.
const ESC_ALONE_AFTER: i64 = 1_000_000;

/// Smallest terminal the screens are drawn in.
pub const SMALLEST: Size = Size::new(60, 15);

/// An open screen and its dialogs, the last on top.
struct Open {
    id: ScreenId,
    screen: Box<dyn Screen>,
    dialogs: Vec<Dialog>,
    /// Something was written since the screen was last on top.
    stale: bool,
}

/// A message to the user.
#[derive(Clone, Debug, PartialEq)]
struct Message {
    level: Level,
    text: Shown,
}

/// What an [`App`] starts with; every value comes from the session.
pub struct Start {
    /// The session.
    pub session: Session,
    /// Now.
    pub now: Instant,
    /// Size of the terminal.
    pub size: Size,
    /// The keymap.
    pub keymap: Keymap,
    /// The theme.
    pub theme: Theme,
    /// How many colours the terminal shows.
    pub depth: Depth,
    /// The user's own keymap file: name and text, laid over whichever keymap is chosen.
    pub user_keymap: Option<(String, String)>,
    /// What is wrong from the start, said on the first screen.
    pub warning: Option<Shown>,
    /// Makes the screens (`screens::make`).
    pub make: Maker,
}

/// The program.
pub struct App {
    session: Session,
    now: Instant,
    size: Size,
    keymap: Keymap,
    theme: Theme,
    depth: Depth,
    user_keymap: Option<(String, String)>,
    make: Maker,
    open: Vec<Open>,
    message: Option<Message>,
    pending: Vec<Key>,
    pending_since: Instant,
    rows_typed: String,
    type_ahead: VecDeque<Input>,
    latest: BTreeMap<(ScreenId, Slot), u64>,
    counter: u64,
    /// What undo can take back.
    undo: undo::Undo,
    /// Changes under way, by the generation of their question.
    acting: BTreeMap<u64, RequestId>,
    effects: Vec<Effect>,
    quit: bool,
    /// When the desk was asked last.
    asked_at: Instant,
    /// Said after the end.
    farewell: Option<Shown>,
}

impl App {
    /// The program with its first screen, and the first effects.
    pub fn start(start: Start) -> (Self, Vec<Effect>) {
        let mut app = Self {
            session: start.session,
            now: start.now,
            size: start.size,
            keymap: start.keymap,
            theme: start.theme,
            depth: start.depth,
            user_keymap: start.user_keymap,
            make: start.make,
            open: Vec::new(),
            message: None,
            pending: Vec::new(),
            pending_since: start.now,
            rows_typed: String::new(),
            type_ahead: VecDeque::new(),
            latest: BTreeMap::new(),
            counter: 0,
            undo: undo::Undo::default(),
            acting: BTreeMap::new(),
            effects: Vec::new(),
            quit: false,
            asked_at: start.now,
            farewell: None,
        };
        app.go(Place::Home);
        app.message = start.warning.map(|text| Message {
            level: Level::Error,
            text,
        });
        let effects = std::mem::take(&mut app.effects);
        (app, effects)
    }

    /// Takes a message and says what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        if self.quit {
            return Vec::new();
        }
        match msg {
            Msg::Tick(now) => self.tick(now),
            Msg::Key(key) => self.typed(Input::Key(key)),
            Msg::Paste(text) => self.typed(Input::Paste(text)),
            Msg::Resize(size) => self.resized(size),
            Msg::Done(ticket, result) => self.answered(ticket, result),
            Msg::Hangup => self.leave(),
        }
        std::mem::take(&mut self.effects)
    }

    /// Whether the program has ended.
    pub fn has_quit(&self) -> bool {
        self.quit
    }

    /// The theme in use.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// When the next tick is wanted, at the latest: the clock's next minute.
    pub fn wake_at(&self) -> Instant {
        const MINUTE: i64 = 60_000_000;
        let mut at = Instant((self.now.0.div_euclid(MINUTE) + 1) * MINUTE);
        if !self.pending.is_empty() {
            let shown = self.now.0 - self.pending_since.0 >= WHICH_KEY_AFTER;
            let after = if shown {
                ESC_ALONE_AFTER
            } else {
                WHICH_KEY_AFTER
            };
            at = at.min(Instant(self.pending_since.0 + after).max(Instant(self.now.0 + 1)));
        }
        if let Some(wake) = self.open.iter().filter_map(|o| o.screen.wake_at()).min() {
            at = at.min(wake.max(Instant(self.now.0 + 1)));
        }
        at
    }

    /// Where the user stands.
    pub fn facts(&self) -> Facts {
        let mut facts = self.screen_facts();
        if let Some(dialog) = self.open.last().and_then(|o| o.dialogs.last()) {
            dialog.facts(&mut facts);
        }
        facts
    }

    /// The same as if no dialog were open.
    fn screen_facts(&self) -> Facts {
        let mut facts = Facts {
            undo: self.undo.can_undo(),
            redo: self.undo.can_redo(),
            root: self.open.len() == 1,
            may_copy: self.session.may_copy,
            grants: self.session.grants.clone(),
            ..Facts::default()
        };
        if let Some(top) = self.open.last() {
            facts.scope = top.screen.scope();
            top.screen.facts(&mut facts);
        }
        facts
    }

    /// Calls `with` with the top screen's state and its surroundings.
    fn with_context<R>(&mut self, with: impl FnOnce(&mut Vec<Open>, &Context<'_>) -> R) -> R {
        let facts = self.screen_facts();
        let mut open = std::mem::take(&mut self.open);
        let keys = |command: &Command| self.key_name(&facts, command);
        let context = Context {
            now: self.now,
            session: &self.session,
            body: body(self.size),
            numbering: !self.rows_typed.is_empty(),
            keys: &keys,
        };
        let result = with(&mut open, &context);
        self.open = open;
        result
    }

    /// The keys that reach a command from where `facts` says: the one that works there; from a
    /// text field or a dialog the way out of it and then the key; where it works only elsewhere its
    /// key there; `:id` only where no key is.
    fn key_name(&self, facts: &Facts, command: &Command) -> String {
        let dialog = Facts {
            scope: Scope::Dialog,
            ..Facts::default()
        };
        let here = self.keymap.key_for(facts, command);
        here.or_else(|| self.keymap.key_for(&dialog, command))
            .or_else(|| self.key_outside(facts, command))
            .or_else(|| self.key_elsewhere(facts, command))
            .unwrap_or_else(|| format!(":{}", command.spec().id))
    }

    /// The way out of a text field or a dialog, and the key behind it.
    fn key_outside(&self, facts: &Facts, command: &Command) -> Option<String> {
        if !facts.text && facts.scope != Scope::Dialog {
            return None;
        }
        let out = self.keymap.key_for(facts, &Command::Back)?;
        let key = self.keymap.key_for(&self.outside(facts), command)?;
        Some(format!("{out} {key}"))
    }

    /// The key of a command on the first kind of screen that has one.
    fn key_elsewhere(&self, facts: &Facts, command: &Command) -> Option<String> {
        Scope::ALL.iter().find_map(|scope| {
            let there = Facts {
                scope: *scope,
                ..self.outside(facts)
            };
            self.keymap.key_for(&there, command)
        })
    }

    /// Where the user stands behind a text field or a dialog.
    fn outside(&self, facts: &Facts) -> Facts {
        let scope = self.open.last().map(|o| o.screen.scope());
        Facts {
            scope: match facts.scope {
                Scope::Dialog => scope.unwrap_or_default(),
                other => other,
            },
            text: false,
            ..facts.clone()
        }
    }

    fn say(&mut self, level: Level, text: impl Into<String>) {
        self.message = Some(Message {
            level,
            text: Shown::own(text),
        });
    }

    fn next_number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
pub(crate) mod tests;
