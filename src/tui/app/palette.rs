//! The command line with completion: every command that means something here and is the user's
//! to give, with its key and the reason if it cannot run now.

use super::dialog::{Reaction, moved};
use super::outcome::Level;
use super::route::names;
use super::{App, Dialog, Open};
use crate::command::{ALL, Command, Facts, LineError, Shape, parse_line};
use crate::text::Shown;
use crate::tui::keymap::{self, Keymap};
use crate::tui::keys::Key;
use crate::tui::theme;
use crate::tui::widgets::{Item, PickList};

/// The palette.
pub struct Palette {
    pub list: PickList,
    lines: Vec<String>,
}

impl Palette {
    /// Every command for where the user stands; `complete` names what an argument can be.
    pub fn new(facts: &Facts, keymap: &Keymap, complete: impl Fn(Shape) -> Vec<String>) -> Self {
        let chain = facts.scope.chain(facts.text);
        let mut lines = Vec::new();
        let mut items = Vec::new();
        let permitted = ALL.iter().filter(|s| s.permitted(&facts.grants));
        for spec in permitted.filter(|s| s.lives_in(chain)) {
            let reason = spec.unavailable(facts);
            let note = match keymap.key_for_spec(facts, spec) {
                Some(key) => format!("{key}  {}", spec.doc.trim()),
                None => spec.doc.trim().to_owned(),
            };
            let mut add = |line: String, note: &str| {
                items.push(Item {
                    label: Shown::own(&line),
                    note: Shown::own(note),
                    disabled: reason.as_deref().map(Shown::own),
                });
                lines.push(line);
            };
            add(spec.id.to_owned(), &note);
            for argument in complete(spec.shape) {
                add(format!("{} {argument}", spec.id), spec.title);
            }
        }
        Self {
            list: PickList::new(items),
            lines,
        }
    }

    /// The lines offered. Tests only.
    #[cfg(test)]
    pub fn lines(&self) -> Vec<String> {
        self.lines.clone()
    }

    /// Takes the lines of another one; what was typed stays, and the cursor on its line.
    pub fn renew(&mut self, fresh: Self) {
        let at = self.list.chosen().and_then(|i| self.lines.get(i)).cloned();
        self.lines = fresh.lines;
        self.list.renew(fresh.list);
        let index = self.lines.iter().position(|line| Some(line) == at.as_ref());
        if let Some(index) = index {
            self.list.choose(index);
        }
    }

    /// A key for the text field. The prompt is a colon: one typed out of habit, or because the first
    /// was answered late, is no part of a command.
    pub fn key(&mut self, key: Key) {
        if !(self.list.input.is_empty() && key == Key::char(':')) {
            self.list.key(key);
        }
    }

    /// Pasted text.
    pub fn paste(&mut self, text: &str) {
        let text = match self.list.input.is_empty() {
            true => text.trim_start().trim_start_matches(':'),
            false => text,
        };
        self.list.paste(text);
    }

    pub fn command(&mut self, command: &Command) -> Reaction {
        match command {
            Command::Accept => self.accept(),
            Command::NextField => {
                self.complete();
                Reaction::Stay
            }
            _ => moved(&mut self.list, command),
        }
    }

    /// Tab: the text becomes the line under the cursor.
    fn complete(&mut self) {
        if let Some(line) = self.list.chosen().and_then(|i| self.lines.get(i)) {
            self.list.input.set(line.clone());
        }
    }

    /// Whether nothing of the command remains to be completed: `theme mo` is not yet a theme.
    fn is_complete(&self, command: &Command) -> bool {
        let named = matches!(
            command.spec().shape,
            Shape::Theme | Shape::Keymap | Shape::View | Shape::SavedView | Shape::Sort
        );
        let listed = |line: &String| parse_line(line).as_ref() == Ok(command);
        !named || self.lines.iter().any(listed)
    }

    /// Whether a text names a command: by its whole name, or by the beginning of one that is offered
    /// here.
    fn is_meant(&self, typed: &str, command: &Command) -> bool {
        let id = command.spec().id;
        let name = typed.trim_start_matches(':').split_whitespace().next();
        let whole = name == Some(id) || name == id.split('.').nth(1);
        whole || self.lines.iter().any(|line| line == id)
    }

    fn accept(&mut self) -> Reaction {
        let typed = self.list.input.text().trim().to_owned();
        let chosen = self.list.chosen().and_then(|i| self.lines.get(i)).cloned();
        // What was typed in full is meant, unless the arrows chose something else.
        if self.list.list.cursor == 0
            && let Ok(command) = parse_line(&typed)
            && (chosen.is_none() || (self.is_meant(&typed, &command) && self.is_complete(&command)))
        {
            return Reaction::Run(command);
        }
        let Some(line) = chosen else {
            let why = parse_line(&typed).err().unwrap_or(LineError::Empty);
            return Reaction::Say(Level::Warning, Shown::own(why.to_string()));
        };
        match parse_line(&line) {
            Ok(command) => Reaction::Run(command),
            Err(why) => {
                self.list.input.set(format!("{line} "));
                Reaction::Say(Level::Info, Shown::own(why.to_string()))
            }
        }
    }
}

impl App {
    pub(super) fn open_palette(&mut self) {
        let top = self.open.last_mut().and_then(|o| o.dialogs.last_mut());
        if top.is_some_and(|dialog| dialog.as_palette().is_some()) {
            // It is open.
            return;
        }
        let palette = self.palette();
        self.open_dialog(Dialog::palette(palette));
        let outcome = self.with_top(|screen, _| screen.offering());
        self.carry_out(outcome.unwrap_or_default());
    }

    /// The command line for where the user stands, whatever field may have the keys.
    fn palette(&self) -> Palette {
        let mut facts = self.screen_facts();
        facts.text = false;
        let screen = self.open.last().map(|o| &o.screen);
        Palette::new(&facts, &self.keymap, |shape| match shape {
            Shape::Theme => names(theme::BUNDLED),
            Shape::Keymap => names(keymap::BUNDLED),
            Shape::View
            | Shape::SavedView
            | Shape::Sort
            | Shape::SavedSearch
            | Shape::NamedList => screen.map(|s| s.completions(shape)).unwrap_or_default(),
            _ => Vec::new(),
        })
    }

    /// A command line that is open offers what there is now.
    pub(super) fn renew_palette(&mut self) {
        let dialog = |open: &mut Vec<Open>| open.last_mut()?.dialogs.pop();
        let Some(mut top) = dialog(&mut self.open) else {
            return;
        };
        if let Some(palette) = top.as_palette() {
            palette.renew(self.palette());
        }
        if let Some(open) = self.open.last_mut() {
            open.dialogs.push(top);
        }
    }
}
