//! Keys as our own type, with one text form for files, help and tests.
//!
//! `C-x` is Ctrl, `M-v` Meta (Alt, or Esc first), `S-Tab` Shift; a sequence is keys separated by
//! spaces: `C-x s`. Shift is never written on characters: `G`, not `S-g`. What bytes a terminal
//! sends for a key is the business of [`KeyDecoder`] alone.

mod decoder;
mod frame;

pub use decoder::{Input, KeyDecoder};

use std::fmt;

/// Which key, without modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A character, as typed.
    Char(char),
    /// F1 to F24.
    F(u8),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Backspace, whichever byte the terminal sends for it.
    Backspace,
    /// Delete forward.
    Delete,
    /// Insert.
    Insert,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
}

/// Names of keys that are not one character.
const NAMES: &[(&str, Code)] = &[
    ("Space", Code::Char(' ')),
    ("Enter", Code::Enter),
    ("Esc", Code::Esc),
    ("Tab", Code::Tab),
    ("Backspace", Code::Backspace),
    ("Del", Code::Delete),
    ("Ins", Code::Insert),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PgUp", Code::PageUp),
    ("PgDn", Code::PageDown),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
];

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Ctrl.
    pub ctrl: bool,
    /// Meta: Alt, or Esc first.
    pub meta: bool,
    /// Shift; never set on characters.
    pub shift: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            ctrl: false,
            meta: false,
            shift: false,
        }
    }

    /// A character key.
    pub const fn char(c: char) -> Self {
        Self::new(Code::Char(c))
    }

    /// A character with Ctrl.
    pub const fn ctrl(c: char) -> Self {
        let mut key = Self::char(c);
        key.ctrl = true;
        key
    }

    /// A character with Meta.
    pub const fn meta(c: char) -> Self {
        let mut key = Self::char(c);
        key.meta = true;
        key
    }

    /// The same key with Meta.
    pub const fn with_meta(mut self) -> Self {
        self.meta = true;
        self
    }

    /// The same key without Meta.
    pub const fn without_meta(mut self) -> Self {
        self.meta = false;
        self
    }

    /// The character this key types into a field, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.meta => Some(c),
            _ => None,
        }
    }

    /// Reads one key's text form.
    pub fn parse(text: &str) -> Option<Self> {
        let mut key = Self::new(Code::Esc);
        let mut rest = text;
        while rest.len() > 2 {
            match rest.get(..2) {
                Some("C-") => key.ctrl = true,
                Some("M-") => key.meta = true,
                Some("S-") => key.shift = true,
                _ => break,
            }
            rest = &rest[2..];
        }
        key.code = Self::parse_code(rest)?;
        if key.shift && matches!(key.code, Code::Char(_)) {
            return None;
        }
        if key.ctrl
            && let Code::Char(c) = key.code
        {
            // What Ctrl makes of these is indistinguishable from keys of their own.
            match c.to_ascii_lowercase() {
                'i' | 'm' | 'h' | 'j' | '[' => return None,
                lower => key.code = Code::Char(lower),
            }
        }
        Some(key)
    }

    fn parse_code(text: &str) -> Option<Code> {
        if let Some((_, code)) = NAMES.iter().find(|(name, _)| *name == text) {
            return Some(*code);
        }
        if let Some(number) = text.strip_prefix('F')
            && !number.is_empty()
        {
            let n: u8 = number.parse().ok()?;
            return (1..=24).contains(&n).then_some(Code::F(n));
        }
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() && c != ' ' => Some(Code::Char(c)),
            _ => None,
        }
    }

    /// Reads a sequence: `C-x s`.
    pub fn parse_sequence(text: &str) -> Option<Vec<Self>> {
        let keys: Option<Vec<Self>> = text.split_whitespace().map(Self::parse).collect();
        keys.filter(|k| !k.is_empty())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (on, prefix) in [(self.ctrl, "C-"), (self.meta, "M-"), (self.shift, "S-")] {
            if on {
                f.write_str(prefix)?;
            }
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            Code::Char(c) => write!(f, "{c}"),
            Code::F(n) => write!(f, "F{n}"),
            _ => Ok(()),
        }
    }
}

/// The text form of a sequence.
pub fn sequence_text(keys: &[Key]) -> String {
    let texts: Vec<String> = keys.iter().map(Key::to_string).collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_reads_back() {
        for text in [
            "C-x s",
            "Esc",
            "F4",
            "M-v",
            "Space",
            "S-Tab",
            "g g",
            "G",
            "C-_",
            "M-<",
            "-",
            "C-Space",
            "M-Backspace",
            "é",
            "F24",
            "C-M-a",
        ] {
            let keys = Key::parse_sequence(text).unwrap();
            assert_eq!(sequence_text(&keys), text);
        }
    }

    #[test]
    fn what_no_terminal_can_tell_apart_is_refused() {
        for text in [
            "C-i", "C-m", "C-h", "C-j", "C-[", "S-g", "F0", "F25", "", "gg", "C-", "Fx",
        ] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }
}
