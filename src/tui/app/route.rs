//! Where commands and text go: the top dialog, then the screen, then the program itself.

use super::dialog::Reaction;
use super::help::help;
use super::message::{Effect, Slot};
use super::outcome::{Level, Outcome};
use super::place::{Place, QueueStart};
use super::screen::{Answer, Context, Screen, ScreenId};
use super::{App, Dialog, Open};
use crate::command::Command;
use crate::domain::worklist::{GroupBy, QueueView};
use crate::text::{Shown, counted};
use crate::tui::desk::Request;
use crate::tui::keymap::{self, Keymap};
use crate::tui::keys::Key;
use crate::tui::theme::{self, Theme};
use crate::tui::widgets::Item;
use ratatui::layout::Size;

/// Tags of the program's own dialogs.
const PICK_THEME: &str = "app theme";
const PICK_KEYMAP: &str = "app keymap";

impl App {
    /// Runs a command: the top dialog may take it, then the screen, then the program.
    pub(super) fn run(&mut self, command: Command) {
        let facts = self.facts();
        let spec = command.spec();
        if let Some(reason) = spec.unavailable(&facts) {
            self.say(Level::Warning, format!("{}: {reason}", spec.title));
            return;
        }
        self.message = None;
        let dialog = self.with_context(|open, context| {
            let dialogs = open.last_mut().map(|o| &mut o.dialogs)?;
            Some(dialogs.last_mut()?.command(&command, context))
        });
        match dialog {
            Some(Reaction::Ignored) if self.runs_over_dialogs(&command) => {}
            Some(Reaction::Ignored) => return,
            Some(reaction) => return self.react(reaction),
            None => {
                let outcome = self.with_top(|screen, context| screen.command(&command, context));
                if let Some(outcome) = outcome
                    && self.carry_out(outcome)
                {
                    return;
                }
            }
        }
        self.own(command);
    }

    /// Runs what was chosen from the palette, which offers the commands of the screen. A text that
    /// lies open over it and has no use for one of them closes; what waits for an answer stays.
    fn run_chosen(&mut self, command: Command) {
        let over = self.with_context(|open, context| {
            let dialog = open.last_mut()?.dialogs.last_mut()?;
            Some((dialog.command(&command, context), dialog.is_text()))
        });
        match over {
            None => self.run(command),
            Some((Reaction::Ignored, _)) if self.runs_over_dialogs(&command) => self.run(command),
            Some((Reaction::Ignored, true)) => {
                self.close_dialog();
                self.run_chosen(command);
            }
            Some((Reaction::Ignored, false)) => {
                let out = self.key_name(&self.facts(), &Command::Back);
                let title = command.spec().title;
                self.say(Level::Warning, format!("{title}: leave this first ({out})"));
            }
            Some((reaction, _)) => self.react(reaction),
        }
    }

    fn runs_over_dialogs(&self, command: &Command) -> bool {
        matches!(
            command,
            Command::Help | Command::Palette | Command::Redraw | Command::Quit
        )
    }

    /// The program's own meaning of a command.
    fn own(&mut self, command: Command) {
        match command {
            Command::Quit => self.leave(),
            Command::Back if self.open.len() > 1 => self.pop_top(),
            Command::Back => {
                let quit = self.key_name(&self.facts(), &Command::Quit);
                self.say(
                    Level::Info,
                    format!("This is the first screen; {quit} quits"),
                );
            }
            Command::Help => {
                let pager = help(&self.facts(), &self.keymap);
                self.open_dialog(Dialog::read(Shown::own("Keys and commands"), pager));
            }
            Command::Palette => self.open_palette(),
            Command::Redraw => self.effects.push(Effect::Redraw),
            Command::Refresh => {
                let outcome = self.with_top(|screen, context| screen.returned(context, true));
                self.carry_out(outcome.unwrap_or_default());
            }
            Command::Undo => self.take_back(true),
            Command::Redo => self.take_back(false),
            Command::Theme(name) => self.choose_theme(name),
            Command::Keymap(name) => self.choose_keymap(name),
            Command::GotoHome => {
                while self.open.len() > 1 {
                    self.pop_top();
                }
            }
            Command::GotoQueue => self.goto(Place::Queue(QueueStart::View(QueueView::All))),
            Command::GotoView(n) => match QueueView::HOME.get(usize::from(n) - 1) {
                Some(view) => self.goto(Place::Queue(QueueStart::View(*view))),
                None => self.say(Level::Warning, format!("there is no view {n}")),
            },
            Command::GotoSearch => self.goto(Place::Search {
                encounter: None,
                text: String::new(),
            }),
            Command::GotoQueries => self.goto(Place::Queries),
            Command::GotoProviders => self.goto(Place::Groups(GroupBy::Provider)),
            Command::GotoServices => self.goto(Place::Groups(GroupBy::Service)),
            Command::GotoDashboard => self.goto(Place::Dashboard),
            Command::GotoSuspension => self.goto(Place::Suspension),
            Command::GotoWaiting => self.goto(Place::Waiting),
            Command::GotoCovers => self.goto(Place::Covers),
            Command::GotoLetters => self.goto(Place::Letters(None)),
            Command::GotoReviews => self.goto(Place::Reviews(None)),
            Command::GotoCdiFigures => self.goto(Place::CdiFigures),
            Command::GotoOpportunities => self.goto(Place::Opportunities),
            Command::GotoLists => self.goto(Place::Lists),
            Command::GotoInbox => self.goto(Place::Inbox),
            other => {
                let title = other.spec().title;
                self.say(Level::Info, format!("{title} means nothing here"));
            }
        }
    }

    /// Opens a screen over the first one, closing what lies between.
    fn goto(&mut self, place: Place) {
        while self.open.len() > 1 {
            self.pop_top();
        }
        self.go(place);
    }

    /// Opens the screen of a place on top.
    pub(super) fn go(&mut self, place: Place) {
        match (self.make)(place) {
            Some(screen) => self.push(screen),
            None => self.say(Level::Warning, "that is not part of this version"),
        }
    }

    fn choose_theme(&mut self, name: Option<String>) {
        let Some(name) = name else {
            return self.offer_names(PICK_THEME, "Colours", theme::BUNDLED);
        };
        match Theme::bundled(&name, self.depth) {
            Ok(theme) => {
                self.theme = theme;
                self.say(Level::Done, format!("colours: {name}"));
                self.effects.push(Effect::KeepTheme(name));
            }
            Err(error) => self.say(Level::Warning, error.to_string()),
        }
    }

    fn choose_keymap(&mut self, name: Option<String>) {
        let Some(name) = name else {
            return self.offer_names(PICK_KEYMAP, "Keys", keymap::BUNDLED);
        };
        let user = self
            .user_keymap
            .as_ref()
            .map(|(f, t)| (f.as_str(), t.as_str()));
        match Keymap::load(&name, user) {
            Ok(keymap) => {
                self.keymap = keymap;
                let help = self.key_name(&self.facts(), &Command::Help);
                self.say(Level::Done, format!("keys: {name} ({help}=help)"));
                self.effects.push(Effect::KeepKeymap(name));
            }
            Err(errors) => {
                let first = errors.first().map(ToString::to_string).unwrap_or_default();
                self.say(Level::Error, format!("keys stay as they are. {first}"));
            }
        }
    }

    fn offer_names(&mut self, tag: &'static str, title: &str, names: &[(&'static str, &str)]) {
        let item =
            |(name, _): &(&'static str, &str)| Item::new(Shown::own(*name), Shown::default());
        let items = names.iter().map(item).collect();
        self.open_dialog(Dialog::pick(tag, Shown::own(title), items));
    }

    // Screens and dialogs.

    pub(super) fn with_top(
        &mut self,
        with: impl FnOnce(&mut dyn Screen, &Context<'_>) -> Outcome,
    ) -> Option<Outcome> {
        self.with_context(|open, context| {
            let top = open.last_mut()?;
            Some(with(top.screen.as_mut(), context))
        })
    }

    pub(super) fn with_screen(
        &mut self,
        id: ScreenId,
        with: impl FnOnce(&mut dyn Screen, &Context<'_>) -> Outcome,
    ) {
        let outcome = self.with_context(|open, context| {
            let found = open.iter_mut().find(|o| o.id == id)?;
            Some(with(found.screen.as_mut(), context))
        });
        if let Some(outcome) = outcome {
            self.carry_out_for(id, outcome);
        }
    }

    pub(super) fn push(&mut self, screen: Box<dyn Screen>) {
        let id = ScreenId(self.next_number());
        self.open.push(Open {
            id,
            screen,
            dialogs: Vec::new(),
            stale: false,
        });
        let outcome = self.with_top(|screen, context| screen.opened(context));
        self.carry_out(outcome.unwrap_or_default());
    }

    fn pop_top(&mut self) {
        if let Some(id) = self.open.last().map(|o| o.id) {
            self.pop(id);
        }
    }

    /// Closes a screen, wherever it is; the first one stays.
    pub(super) fn pop(&mut self, id: ScreenId) {
        self.with_screen(id, |screen, context| screen.closing(context));
        let was_top = self.open.last().is_some_and(|o| o.id == id);
        let at = self.open.iter().position(|o| o.id == id);
        if let Some(at) = at.filter(|at| *at > 0) {
            self.open.remove(at);
        }
        if !was_top {
            return;
        }
        let changed = self
            .open
            .last_mut()
            .is_some_and(|o| std::mem::take(&mut o.stale));
        let outcome = self.with_top(|screen, context| {
            if changed {
                screen.dealt();
            }
            screen.returned(context, changed)
        });
        self.carry_out(outcome.unwrap_or_default());
    }

    /// Last writes of every screen.
    pub(super) fn close_all(&mut self) {
        let ids: Vec<ScreenId> = self.open.iter().map(|o| o.id).collect();
        for id in ids {
            self.with_screen(id, |screen, context| screen.closing(context));
        }
    }

    pub(super) fn leave(&mut self) {
        self.close_all();
        self.quit = true;
        self.effects.push(Effect::Quit);
    }

    pub(super) fn open_dialog(&mut self, dialog: Dialog) {
        let dropped = self.type_ahead.len();
        if dialog.is_irreversible() && dropped > 0 {
            self.type_ahead.clear();
            self.say(
                Level::Warning,
                format!(
                    "{} typed ahead dropped: read this first",
                    counted(dropped, "key")
                ),
            );
        }
        let reaction = dialog.opened();
        if let Some(top) = self.open.last_mut() {
            top.dialogs.push(dialog);
        }
        self.react(reaction);
    }

    fn react(&mut self, reaction: Reaction) {
        match reaction {
            Reaction::Ignored | Reaction::Stay => {}
            Reaction::Close => {
                self.close_dialog();
            }
            Reaction::Say(level, text) => self.message = Some(super::Message { level, text }),
            Reaction::Ask(kind, text) => {
                if let Some(id) = self.open.last().map(|o| o.id) {
                    self.ask(id, Slot::Choices, Request::Choices(kind, text));
                }
            }
            Reaction::Run(command) => {
                self.close_dialog();
                self.run_chosen(command);
            }
            Reaction::Answer(answer) => {
                if let Some(dialog) = self.close_dialog() {
                    self.dialog_answered(dialog.tag, answer);
                }
            }
        }
    }

    fn close_dialog(&mut self) -> Option<Dialog> {
        self.open.last_mut().and_then(|o| o.dialogs.pop())
    }

    fn dialog_answered(&mut self, tag: &'static str, answer: Answer) {
        let name = |names: &[(&'static str, &str)], i: usize| names.get(i).map(|n| n.0.to_owned());
        match (tag, &answer) {
            (PICK_THEME, Answer::Chosen(i)) => self.choose_theme(name(theme::BUNDLED, *i)),
            (PICK_KEYMAP, Answer::Chosen(i)) => self.choose_keymap(name(keymap::BUNDLED, *i)),
            _ => {
                let outcome = self.with_top(|screen, context| screen.answer(tag, answer, context));
                self.carry_out(outcome.unwrap_or_default());
            }
        }
    }

    /// A key for whatever text field has the keys; `false` if nobody wanted it.
    pub(super) fn text_key(&mut self, key: Key) -> bool {
        let dialog = self.open.last_mut().and_then(|o| o.dialogs.last_mut());
        if let Some(dialog) = dialog {
            let reaction = dialog.text_key(key);
            let taken = !matches!(reaction, Reaction::Ignored);
            self.react(reaction);
            return taken;
        }
        let outcome = self.with_top(|screen, context| screen.text_key(key, context));
        self.carry_out(outcome.unwrap_or_else(Outcome::ignored))
    }

    pub(super) fn paste(&mut self, text: &str) {
        let dialog = self.open.last_mut().and_then(|o| o.dialogs.last_mut());
        if let Some(dialog) = dialog {
            let reaction = dialog.paste(text);
            return self.react(reaction);
        }
        let outcome = self.with_top(|screen, context| screen.paste(text, context));
        if !self.carry_out(outcome.unwrap_or_else(Outcome::ignored)) {
            self.say(Level::Info, "pasted text is ignored: no field has the keys");
        }
    }

    pub(super) fn tick_screens(&mut self) {
        let now = self.now;
        let due: Vec<ScreenId> = self
            .open
            .iter()
            .filter(|o| o.screen.wake_at().is_some_and(|at| at <= now))
            .map(|o| o.id)
            .collect();
        for id in due {
            self.with_screen(id, |screen, context| screen.tick(context));
        }
    }

    pub(super) fn resized(&mut self, size: Size) {
        self.size = size;
        self.with_context(|open, context| {
            for open in open.iter_mut() {
                open.screen.resized(context);
            }
        });
    }
}

/// Names of bundled things.
pub(super) fn names(bundled: &[(&'static str, &str)]) -> Vec<String> {
    bundled.iter().map(|(name, _)| (*name).to_owned()).collect()
}
