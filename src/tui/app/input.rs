//! From keys to commands: row numbers, Esc as prefix, pending sequences, type-ahead, text.

use super::{App, ESC_ALONE_AFTER, Level};
use crate::command::{Command, RowRange, Scope};
use crate::domain::time::Instant;
use crate::tui::keymap::{EscapeIs, Resolution, short_text};
use crate::tui::keys::{Code, Input, Key};

impl App {
    pub(super) fn tick(&mut self, now: Instant) {
        self.now = now;
        let alone = now.0 - self.pending_since.0 >= ESC_ALONE_AFTER;
        if alone
            && self.pending == [Key::new(Code::Esc)]
            && self.keymap.escape == EscapeIs::Function
        {
            self.pending.clear();
            self.resolve(Key::new(Code::Esc));
        }
        self.tick_screens();
        self.still(now);
    }

    /// Takes input, or keeps it in order while the screen cannot act on it.
    pub(super) fn typed(&mut self, input: Input) {
        let cancels = matches!(input, Input::Key(key)
            if key == Key::new(Code::Esc) || key == Key::ctrl('g') || key == Key::ctrl('c'));
        if self.waits() && !cancels {
            self.type_ahead.push_back(input);
            return;
        }
        if cancels {
            self.type_ahead.clear();
        }
        self.take(input);
    }

    /// Runs what was typed ahead, until the screen waits again.
    pub(super) fn drain_type_ahead(&mut self) {
        while !self.waits() {
            let Some(input) = self.type_ahead.pop_front() else {
                return;
            };
            self.take(input);
        }
    }

    fn waits(&self) -> bool {
        self.open
            .last()
            .is_some_and(|o| o.dialogs.is_empty() && o.screen.waits())
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Paste(text) => self.paste(&text),
            // Ctrl-C cancels, as Esc does; it never ends the program.
            Input::Key(key) if key == Key::ctrl('c') && self.pending.is_empty() => {
                self.rows_typed.clear();
                self.run(Command::Back);
            }
            Input::Key(key) => self.key(key),
        }
    }

    fn key(&mut self, key: Key) {
        if self
            .message
            .as_ref()
            .is_some_and(|m| m.level == Level::Error)
        {
            self.message = None;
        }
        if self.row_number(key) {
            return;
        }
        let escape = Key::new(Code::Esc);
        let cancels = key == Key::ctrl('g')
            || key == Key::ctrl('c')
            || (key == escape && self.keymap.escape == EscapeIs::Key);
        if cancels && !self.pending.is_empty() {
            self.pending.clear();
            return;
        }
        match self.keymap.escape {
            EscapeIs::Key => {}
            EscapeIs::Meta => {
                if key == escape && self.pending.last() != Some(&escape) {
                    return self.pend(key);
                }
                if self.pending.last() == Some(&escape) {
                    self.pending.pop();
                    if key != escape {
                        return self.resolve(key.with_meta());
                    }
                }
            }
            EscapeIs::Function => {
                let digit = |key: Key| match key.code {
                    Code::Char(c) if !key.ctrl => c.to_digit(10),
                    _ => None,
                };
                let function = |n: u32| Key::new(Code::F(if n == 0 { 10 } else { n as u8 }));
                if key.meta
                    && let Some(n) = digit(key)
                {
                    return self.resolve(function(n));
                }
                if self.pending == [escape] {
                    self.pending.clear();
                    if let Some(n) = digit(key) {
                        return self.resolve(function(n));
                    }
                    self.resolve(escape);
                    if key == escape {
                        return;
                    }
                } else if key == escape && self.pending.is_empty() {
                    return self.pend(key);
                }
            }
        }
        self.resolve(key);
    }

    fn pend(&mut self, key: Key) {
        if self.pending.is_empty() {
            self.pending_since = self.now;
        }
        self.pending.push(key);
    }

    /// Digits, `-` and `,` collect row numbers wherever there are rows and no text field.
    fn row_number(&mut self, key: Key) -> bool {
        let facts = self.facts();
        let lists = facts.scope.chain(facts.text).contains(&Scope::List);
        if !lists || !self.pending.is_empty() || facts.scope == Scope::Dialog || !facts.rows {
            return false;
        }
        match key.typed() {
            Some(c) if c.is_ascii_digit() && (c != '0' || !self.rows_typed.is_empty()) => {
                self.rows_typed.push(c);
            }
            Some(c @ ('-' | ',')) if !self.rows_typed.is_empty() => self.rows_typed.push(c),
            _ if self.rows_typed.is_empty() => return false,
            _ if key.code == Code::Backspace => {
                self.rows_typed.pop();
            }
            _ if key == Key::new(Code::Esc) || key == Key::ctrl('g') => self.rows_typed.clear(),
            _ => return false,
        }
        true
    }

    /// Adds a key to what is pending and does what it means.
    fn resolve(&mut self, key: Key) {
        let first = self.pending.is_empty();
        self.pend(key);
        let facts = self.facts();
        match self.keymap.resolve(&facts, &self.pending) {
            Resolution::Pending => {}
            Resolution::Command(command) => {
                self.pending.clear();
                self.run_on_rows(command);
            }
            Resolution::None => {
                let keys = std::mem::take(&mut self.pending);
                if first && facts.text && self.text_key(key) {
                    return;
                }
                if first && key.meta && self.keymap.escape == EscapeIs::Key {
                    // Esc and a key came so close together that they looked like Meta.
                    self.resolve(Key::new(Code::Esc));
                    self.key(key.without_meta());
                    return;
                }
                self.rows_typed.clear();
                if !facts.text || keys.len() > 1 {
                    let help = self.key_name(&facts, &Command::Help);
                    let text = format!("{} means nothing here ({help}=help)", short_text(&keys));
                    self.say(Level::Info, text);
                }
            }
        }
    }

    /// Runs a command, on the rows typed before it if there are any.
    fn run_on_rows(&mut self, command: Command) {
        let typed = std::mem::take(&mut self.rows_typed);
        if typed.is_empty() {
            return self.run(command);
        }
        match RowRange::parse(typed.trim_end_matches(['-', ','])) {
            None => self.say(Level::Warning, format!("\"{typed}\" is no range of rows")),
            Some(rows) => {
                // One row is gone to and acted on; several are marked, which Enter ends.
                let several = rows.single().is_none();
                let only = several && matches!(command, Command::Open | Command::Mark);
                self.run(Command::SelectRows(rows));
                if !only {
                    self.run(command);
                }
            }
        }
    }
}
