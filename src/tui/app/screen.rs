//! The seam between the program and its screens.
//!
//! A screen is a state with methods: it says where the user stands ([`Screen::facts`]), takes
//! commands, text keys and replies, and draws itself. It returns an [`Outcome`]: questions for
//! the desk and steps for the program. It performs nothing, reads no clock, and never sees
//! another screen.

use super::message::Slot;
use super::outcome::{Handed, Outcome};
use super::place::Place;
use super::shared::{Did, SharedList};
use crate::command::{Command, Facts, Grants, Scope, Shape};
use crate::domain::ids::UserId;
use crate::domain::time::Instant;
use crate::text::Shown;
use crate::tui::desk::{Notice, Reply};
use crate::tui::keys::Key;
use crate::tui::widgets::Canvas;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ratatui::layout::{Rect, Size};

/// Names a screen while it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScreenId(pub u64);

/// What stays the same during a session.
#[derive(Clone, Debug)]
pub struct Session {
    /// The user.
    pub user: UserId,
    /// The user's name.
    pub user_name: Shown,
    /// Where they sit: `SSH`, or nothing when local.
    pub place: Shown,
    /// The facility's time zone.
    pub zone: TimeZone,
    /// What the user may do.
    pub grants: Grants,
    /// Whether the terminal's clipboard may be written.
    pub may_copy: bool,
    /// Microseconds a search waits between the keys of a query; nothing unless the line is slow.
    pub search_pause: i64,
    /// Begins every request id of this session.
    pub name: String,
}

/// What a screen may know of its surroundings.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Now.
    pub now: Instant,
    /// The session.
    pub session: &'a Session,
    /// The area screens have: all but header, message line and footer.
    pub body: Rect,
    /// Row numbers are being typed: lists show them.
    pub numbering: bool,
    /// Names the key of a command, for texts that say what to press.
    pub keys: &'a dyn Fn(&Command) -> String,
}

impl Context<'_> {
    /// Whether the user's roles permit a command: what they do not permit is not offered.
    pub fn may(&self, command: &Command) -> bool {
        command.spec().permitted(&self.session.grants)
    }

    /// `KEY words` for a text that says what to press; nothing if the user may not.
    pub fn offer(&self, command: &Command, words: &str) -> String {
        if self.may(command) {
            format!("{} {words}", (self.keys)(command))
        } else {
            String::new()
        }
    }

    /// The local day.
    pub fn today(&self) -> Date {
        self.now.day(&self.session.zone)
    }
}

/// Makes the screen of a place; `None` if this build has none.
pub type Maker = fn(Place) -> Option<Box<dyn Screen>>;

/// What a dialog answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The question was answered with yes (or the word was typed).
    Yes,
    /// An item was chosen: its index.
    Chosen(usize),
    /// The fields of a form, in order.
    Fields(Vec<FieldValue>),
}

/// The value of a form's field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldValue {
    /// Text typed or chosen.
    pub text: String,
    /// Index or row identity chosen.
    pub number: Option<i64>,
    /// Date typed.
    pub day: Option<Date>,
}

/// A screen.
///
/// Only `scope`, `facts`, `title`, `hints`, `opened`, `reply` and `render` must be written, and what
/// its commands do: in `own`, or in `command` for a screen without the shared list. A screen whose rows stand in the list that list screens share names it
/// ([`Self::shared`]); the rest then has what such a screen needs, and else the defaults of a
/// screen without text fields.
pub trait Screen {
    /// Its scope.
    fn scope(&self) -> Scope;

    /// Fills in what the screen knows. Scope, grants, undo, root and copying are filled already.
    fn facts(&self, facts: &mut Facts);

    /// The header's left part: screen, view, counts, marks, identity of the patient.
    fn title(&self, context: &Context<'_>) -> Shown;

    /// Commands for the footer, most useful first.
    fn hints(&self) -> Vec<Command>;

    /// The list the screen shares with others, if its rows stand in one.
    fn shared(&self) -> Option<&dyn SharedList> {
        None
    }

    /// The same list, to change it.
    fn shared_mut(&mut self) -> Option<&mut dyn SharedList> {
        None
    }

    /// What follows from what the list made of a command or a key: a view that was turned to is
    /// read as the first one was.
    fn did(&mut self, did: Did, context: &Context<'_>) -> Outcome {
        match did {
            Did::Moved => self.moved(context),
            Did::Turned => self.opened(context),
            did => did.plainly(),
        }
    }

    /// The cursor of the list may stand on another row, or other rows are shown.
    fn moved(&mut self, _context: &Context<'_>) -> Outcome {
        Outcome::done()
    }

    /// First questions, when the screen is opened.
    fn opened(&mut self, context: &Context<'_>) -> Outcome;

    /// The screen is on top again after another was closed; `changed` if something was written
    /// meanwhile.
    fn returned(&mut self, _context: &Context<'_>, _changed: bool) -> Outcome {
        Outcome::done()
    }

    /// Something may have been done with what is under the cursor, here or on a screen opened from
    /// here; what came of it is told next ([`Self::reply`], [`Self::returned`]). A list remembers
    /// where it stands, so that the cursor goes on to the next row if its own is sent elsewhere.
    fn dealt(&mut self) {
        if let Some(list) = self.shared_mut() {
            list.dealt();
        }
    }

    /// A command: the list's business first, then the screen's [own](Self::own).
    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let list = self.shared_mut();
        let did = list.map_or(Did::Ignored, |list| list.command(command, context.body));
        match did {
            Did::Ignored => self.own(command, context),
            did => self.did(did, context),
        }
    }

    /// A command that is not the list's. Return [`Outcome::ignored`] for what is not the screen's
    /// business either.
    fn own(&mut self, _command: &Command, _context: &Context<'_>) -> Outcome {
        Outcome::ignored()
    }

    /// A key for the text field, while `facts.text` is set and no binding wanted it.
    fn text_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        let list = self.shared_mut();
        let did = list.map_or(Did::Ignored, |list| list.text_key(key, context.body));
        self.did(did, context)
    }

    /// Pasted text.
    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        let list = self.shared_mut();
        let did = list.map_or(Did::Ignored, |list| list.paste(text, context.body));
        self.did(did, context)
    }

    /// An answer to a question of this screen that is still wanted.
    fn reply(&mut self, slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome;

    /// A question failed. The notice is shown by the program.
    fn failed(&mut self, slot: Slot, _notice: &Notice, _context: &Context<'_>) -> Outcome {
        if slot == Slot::Rows
            && let Some(list) = self.shared_mut()
        {
            list.fail();
        }
        Outcome::done()
    }

    /// A dialog opened with this tag was answered; a cancelled one answers nothing.
    fn answer(&mut self, _tag: &'static str, _answer: Answer, _context: &Context<'_>) -> Outcome {
        Outcome::done()
    }

    /// Something handed down by a screen that was on top.
    fn handed(&mut self, _handed: Handed, _context: &Context<'_>) -> Outcome {
        Outcome::ignored()
    }

    /// Time has passed; called when `wake_at` has come.
    fn tick(&mut self, _context: &Context<'_>) -> Outcome {
        Outcome::done()
    }

    /// When the screen wants a tick (a pause in typing, a draft to save).
    fn wake_at(&self) -> Option<Instant> {
        None
    }

    /// The screen is closed, or the program ends: last writes.
    fn closing(&mut self, _context: &Context<'_>) -> Outcome {
        Outcome::done()
    }

    /// Whether keys typed now would have nothing to act on yet: they are kept in order until
    /// the answer comes.
    fn waits(&self) -> bool {
        self.shared().is_some_and(SharedList::waits)
    }

    /// The area has another size.
    fn resized(&mut self, context: &Context<'_>) {
        if let Some(list) = self.shared_mut() {
            list.resized(context.body);
        }
    }

    /// Names of views or sort keys, for completion of a command's argument.
    fn completions(&self, shape: Shape) -> Vec<String> {
        match (shape, self.shared()) {
            (Shape::Sort, Some(list)) => list.sorts(),
            _ => Vec::new(),
        }
    }

    /// The command line opens: questions for what [`Self::completions`] names, which others may
    /// have changed meanwhile. It shows what is answered.
    fn offering(&mut self) -> Outcome {
        Outcome::done()
    }

    /// Draws itself into `area`.
    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>);
}

/// The area screens have in a terminal of this size.
pub fn body(size: Size) -> Rect {
    Rect::new(0, 1, size.width, size.height.saturating_sub(3))
}
