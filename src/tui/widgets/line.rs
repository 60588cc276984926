//! A text field of one line with readline's keys.

use super::canvas::{Canvas, width_u16};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::keys::{Code, Key};
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

/// Longest text a field takes, in bytes.
const MAX: usize = 4096;

/// A text field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineInput {
    text: String,
    /// Byte offset of the cursor.
    at: usize,
    killed: String,
    undo: Vec<(String, usize)>,
}

impl LineInput {
    /// A field holding a text, cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            at: text.len(),
            text,
            ..Self::default()
        }
    }

    /// The text as typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Byte of the text before which the cursor stands.
    pub fn cursor(&self) -> usize {
        self.at
    }

    /// Puts a text in place of some bytes; the cursor goes behind it.
    pub fn replace(&mut self, from: usize, to: usize, with: &str) {
        if self.text.get(from..to).is_some() {
            self.remember();
            self.text.replace_range(from..to, with);
            self.at = from + with.len();
        }
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Replaces the text.
    pub fn set(&mut self, text: impl Into<String>) {
        self.remember();
        self.text = text.into();
        self.at = self.text.len();
    }

    /// Inserts pasted text; line ends become blanks.
    pub fn paste(&mut self, text: &str) {
        self.remember();
        self.insert(&text.replace(['\n', '\t'], " "));
    }

    /// Takes a key; `false` if it means nothing in a field.
    pub fn key(&mut self, key: Key) -> bool {
        if let Some(c) = key.typed() {
            // A run of typing is undone in one step, up to a blank.
            if c == ' ' || self.undo.is_empty() {
                self.remember();
            }
            self.insert(c.encode_utf8(&mut [0; 4]));
            return true;
        }
        match (key.code, key.ctrl, key.meta) {
            (Code::Char('a'), true, false) | (Code::Home, ..) => self.at = 0,
            (Code::Char('e'), true, false) | (Code::End, ..) => self.at = self.text.len(),
            (Code::Char('b'), false, true) | (Code::Left, true, _) => self.at = self.word_start(),
            (Code::Char('f'), false, true) | (Code::Right, true, _) => self.at = self.word_end(),
            (Code::Char('b'), true, false) | (Code::Left, ..) => self.at = self.before(),
            (Code::Char('f'), true, false) | (Code::Right, ..) => self.at = self.after(),
            (Code::Char('w'), true, false) | (Code::Backspace, _, true) => {
                self.kill(self.word_start(), self.at);
            }
            (Code::Char('d'), false, true) => self.kill(self.at, self.word_end()),
            (Code::Char('u'), true, false) => self.kill(0, self.at),
            (Code::Char('k'), true, false) => self.kill(self.at, self.text.len()),
            (Code::Backspace, ..) => self.delete(self.before(), self.at),
            (Code::Char('d'), true, false) | (Code::Delete, ..) => {
                self.delete(self.at, self.after());
            }
            (Code::Char('y'), true, false) => {
                self.remember();
                self.insert(&self.killed.clone());
            }
            (Code::Char('t'), true, false) => self.transpose(),
            (Code::Char('_'), true, false) => {
                if let Some((text, at)) = self.undo.pop() {
                    (self.text, self.at) = (text, at);
                }
            }
            _ => return false,
        }
        true
    }

    fn remember(&mut self) {
        if self.undo.last().map(|(text, _)| text) != Some(&self.text) {
            self.undo.push((self.text.clone(), self.at));
        }
    }

    fn insert(&mut self, text: &str) {
        let room = MAX.saturating_sub(self.text.len());
        let mut end = text.len().min(room);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.insert_str(self.at, &text[..end]);
        self.at += end;
    }

    fn delete(&mut self, from: usize, to: usize) {
        if from < to {
            self.remember();
            self.text.replace_range(from..to, "");
            self.at = from;
        }
    }

    fn kill(&mut self, from: usize, to: usize) {
        if from < to {
            self.killed = self.text[from..to].to_owned();
            self.delete(from, to);
        }
    }

    fn transpose(&mut self) {
        let at = if self.at == self.text.len() {
            self.before()
        } else {
            self.at
        };
        let start = Self { at, ..self.clone() }.before();
        let end = Self { at, ..self.clone() }.after();
        if start < at && at < end {
            self.remember();
            let swapped = format!("{}{}", &self.text[at..end], &self.text[start..at]);
            self.text.replace_range(start..end, &swapped);
            self.at = end;
        }
    }

    fn before(&self) -> usize {
        self.text[..self.at]
            .grapheme_indices(true)
            .next_back()
            .map_or(0, |(i, _)| i)
    }

    fn after(&self) -> usize {
        self.text[self.at..]
            .graphemes(true)
            .next()
            .map_or(self.at, |g| self.at + g.len())
    }

    fn word_start(&self) -> usize {
        let head = self.text[..self.at].trim_end_matches(|c: char| !c.is_alphanumeric());
        head.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |i| {
            i + head[i..].chars().next().map_or(1, char::len_utf8)
        })
    }

    fn word_end(&self) -> usize {
        let rest = &self.text[self.at..];
        let begin = rest.find(char::is_alphanumeric).unwrap_or(rest.len());
        let len = rest[begin..]
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(rest.len() - begin);
        self.at + begin + len
    }

    /// The text, displayable.
    pub fn shown(&self) -> Shown {
        show(&Untrusted::new(self.text.as_str()))
    }

    /// Draws the field in one line of `area` and puts the cursor into it if it is active.
    /// Scrolls sideways so that the cursor is seen.
    pub fn render(&self, canvas: &mut Canvas<'_>, area: Rect, active: bool) {
        if area.is_empty() {
            return;
        }
        let before = show(&Untrusted::new(&self.text[..self.at]));
        let room = usize::from(area.width.saturating_sub(1)).max(1);
        // Whole half-widths are skipped, so that not every key shifts the line.
        let step = room.div_ceil(2);
        let column = usize::from(width_u16(before.as_str()));
        // Without the keys a field shows its beginning.
        let skip = if active && column > room {
            (column - room).div_ceil(step) * step
        } else {
            0
        };
        let all = self.shown();
        let mut used = 0;
        let mut from = all.as_str().len();
        for (i, g) in all.as_str().grapheme_indices(true) {
            if used >= skip {
                from = i;
                break;
            }
            used += usize::from(width_u16(g));
        }
        let part = Shown::own(all.as_str().get(from..).unwrap_or_default());
        let meaning = if active { "field.active" } else { "text" };
        canvas.write(area, area.x, area.y, &part, meaning);
        if active {
            let x = area.x + (column - skip.min(column)).min(usize::from(area.width) - 1) as u16;
            canvas.set_cursor(x, area.y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(keys: &str) -> LineInput {
        let mut line = LineInput::default();
        for key in keys.split(' ') {
            assert!(line.key(Key::parse(key).unwrap()), "{key}");
        }
        line
    }

    #[test]
    fn readline_keys_edit() {
        assert_eq!(typed("a b c").text(), "abc");
        assert_eq!(typed("a b C-a c").text(), "cab");
        assert_eq!(typed("a Space b C-w x").text(), "a x");
        assert_eq!(typed("a b C-b C-k x C-y").text(), "axb");
        assert_eq!(typed("a b C-t").text(), "ba");
        assert_eq!(typed("a b C-u x").text(), "x");
        assert_eq!(typed("a Space b M-b C-d").text(), "a ");
        assert_eq!(typed("a b Backspace C-_").text(), "ab");
        assert!(!LineInput::default().key(Key::parse("F4").unwrap()));
    }

    proptest! {
        #[test]
        fn the_cursor_stays_between_characters(
            keys in proptest::collection::vec(prop_oneof![
                any::<char>().prop_filter_map("typed", |c| (!c.is_control()).then_some(Key::char(c))),
                proptest::sample::select(vec!["C-a","C-e","C-b","C-f","C-w","C-u","C-k","C-y","C-t","C-d",
                    "M-b","M-f","M-d","C-_","Backspace","Del","Left","Right"])
                    .prop_map(|k| Key::parse(k).unwrap()),
            ], 0..60)
        ) {
            let mut line = LineInput::default();
            for key in keys {
                line.key(key);
                prop_assert!(line.text.is_char_boundary(line.at));
            }
        }
    }
}
