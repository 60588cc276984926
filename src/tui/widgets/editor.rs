//! A text field of several lines: soft wrap, undo, paste, readline's keys.
//!
//! Editing is ratatui-textarea's; drawing is ours, because everything typed or pasted must pass
//! the sanitiser like any other text, and because the cursor is the terminal's own.

use super::canvas::{Canvas, width_u16};
use crate::domain::untrusted::Untrusted;
use crate::text::show;
use crate::tui::keys::{Code, Key};
use ratatui::layout::Rect;
use ratatui_textarea::{CursorMove, DataCursor, Input, Key as TextKey, TextArea};
use unicode_segmentation::UnicodeSegmentation;

/// A row on the screen: characters of a line.
struct Row {
    line: usize,
    from: usize,
    to: usize,
}

/// The editor.
#[derive(Clone, Debug)]
pub struct Editor {
    area: TextArea<'static>,
    width: u16,
}

impl Default for Editor {
    fn default() -> Self {
        Self::new("")
    }
}

impl Editor {
    /// An editor holding a text, cursor at its end.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.set_max_histories(1000);
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area, width: 80 }
    }

    /// The text.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// Rows the text takes in the width it is shown in.
    pub fn height(&self) -> u16 {
        u16::try_from(self.rows().len()).unwrap_or(u16::MAX)
    }

    /// The width it is shown in, for moving up and down over wrapped lines.
    pub fn set_width(&mut self, width: u16) {
        self.width = width.max(1);
    }

    /// Inserts pasted text.
    pub fn paste(&mut self, text: &str) {
        self.area.insert_str(text);
    }

    /// Puts the cursor before a byte of the text, or at its end.
    pub fn go_to(&mut self, byte: usize) {
        let mut left = byte;
        for (row, line) in self.area.lines().iter().enumerate() {
            if left <= line.len() {
                let column = line.char_indices().take_while(|(at, _)| *at < left).count();
                let jump = CursorMove::Jump(row as u16, column as u16);
                return self.area.move_cursor(jump);
            }
            left -= line.len() + 1;
        }
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
    }

    /// Takes a step back, a word typed in one go at once; `false` if there is none.
    pub fn undo(&mut self) -> bool {
        self.steps(true)
    }

    /// Does again what was taken back, a word at once; `false` if there is nothing.
    pub fn redo(&mut self) -> bool {
        self.steps(false)
    }

    /// A step, and those that follow while each is a letter of one word typed.
    fn steps(&mut self, back: bool) -> bool {
        let mut before = self.text();
        let go = |area: &mut TextArea<'_>, back| if back { area.undo() } else { area.redo() };
        if !go(&mut self.area, back) {
            return false;
        }
        let mut first = true;
        loop {
            let after = self.text();
            let (long, short) = if back {
                (&before, &after)
            } else {
                (&after, &before)
            };
            let letter = typed_letter(long, short);
            if !letter && !first {
                // It belongs to the next step.
                go(&mut self.area, !back);
                return true;
            }
            first = false;
            before = after;
            if !letter || !go(&mut self.area, back) {
                return true;
            }
        }
    }

    /// Takes a key; `false` if it means nothing here.
    pub fn key(&mut self, key: Key) -> bool {
        match (key.code, key.ctrl, key.meta) {
            (Code::Up, false, false) | (Code::Char('p'), true, false) => self.vertical(false),
            (Code::Down, false, false) | (Code::Char('n'), true, false) => self.vertical(true),
            (Code::Char('_'), true, false) => {
                self.undo();
            }
            (Code::Enter, false, false) => self.area.insert_newline(),
            (Code::Char('u'), true, false) => {
                self.area.delete_line_by_head();
            }
            (Code::Char('y'), true, false) => {
                self.area.paste();
            }
            (Code::Char('x' | 'c' | 'v' | 'r' | 'j' | 'g'), true, _) => return false,
            (Code::Esc | Code::Tab | Code::F(_) | Code::Insert, ..) => return false,
            _ => {
                let Some(input) = translate(key) else {
                    return false;
                };
                self.area.input(input);
            }
        }
        true
    }

    /// Moves by one row as shown, not by one line.
    fn vertical(&mut self, down: bool) {
        let rows = self.rows();
        let (at, column) = self.place(&rows);
        let target = if down { at + 1 } else { at.wrapping_sub(1) };
        let Some(row) = rows.get(target) else {
            return;
        };
        let line: Vec<char> = self.area.lines()[row.line].chars().collect();
        let mut used = 0;
        let mut to = row.from;
        while to < row.to && used < column {
            used += width_u16(&line[to].to_string());
            to += 1;
        }
        // The end of a wrapped row is the beginning of the next.
        if to == row.to && row.to < line.len() && to > row.from {
            to -= 1;
        }
        self.area
            .move_cursor(CursorMove::Jump(row.line as u16, to as u16));
    }

    fn rows(&self) -> Vec<Row> {
        let width = usize::from(self.width.max(2)) - 1;
        let mut rows = Vec::new();
        for (line, text) in self.area.lines().iter().enumerate() {
            let (mut from, mut used, mut at, mut blank) = (0, 0, 0, None);
            for grapheme in text.graphemes(true) {
                let columns = usize::from(width_u16(grapheme));
                if used + columns > width && at > from {
                    let to = blank.filter(|b| *b > from).unwrap_or(at);
                    rows.push(Row { line, from, to });
                    used = text
                        .chars()
                        .skip(to)
                        .take(at - to)
                        .map(|c| usize::from(width_u16(&c.to_string())))
                        .sum();
                    from = to;
                    blank = None;
                }
                used += columns;
                at += grapheme.chars().count();
                if grapheme == " " {
                    blank = Some(at);
                }
            }
            rows.push(Row { line, from, to: at });
        }
        rows
    }

    /// The row of the cursor and its column.
    fn place(&self, rows: &[Row]) -> (usize, u16) {
        let DataCursor(line, column) = self.area.cursor();
        let at = rows
            .iter()
            .rposition(|r| r.line == line && r.from <= column)
            .unwrap_or(0);
        let from = rows.get(at).map_or(0, |r| r.from);
        let text: String = self.area.lines()[line]
            .chars()
            .skip(from)
            .take(column.saturating_sub(from))
            .collect();
        let shown = show(&Untrusted::new(text));
        (at, width_u16(shown.as_str()))
    }

    /// Draws the rows around the cursor.
    pub fn render(&self, canvas: &mut Canvas<'_>, area: Rect, active: bool) {
        if area.is_empty() {
            return;
        }
        let fitted = Self {
            width: area.width,
            area: self.area.clone(),
        };
        let rows = fitted.rows();
        let (at, column) = fitted.place(&rows);
        let height = usize::from(area.height);
        let top = if at < height { 0 } else { at + 1 - height };
        for (y, row) in (area.y..area.bottom()).zip(rows.iter().skip(top)) {
            let text: String = self.area.lines()[row.line]
                .chars()
                .skip(row.from)
                .take(row.to - row.from)
                .collect();
            let shown = show(&Untrusted::new(text));
            canvas.write(area, area.x, y, &shown, "text");
        }
        if active {
            let x = area.x + column.min(area.width - 1);
            canvas.set_cursor(x, area.y + (at - top) as u16);
        }
    }
}

/// Whether `long` is `short` with one letter or digit more.
fn typed_letter(long: &str, short: &str) -> bool {
    let same = long.bytes().zip(short.bytes()).take_while(|(a, b)| a == b);
    let mut at = same.count();
    while !long.is_char_boundary(at) {
        at -= 1;
    }
    let mut rest = long[at..].chars();
    let more = rest.next().filter(|c| c.is_alphanumeric());
    more.is_some() && short.get(at..) == Some(rest.as_str())
}

fn translate(key: Key) -> Option<Input> {
    let code = match key.code {
        Code::Char(c) => TextKey::Char(c),
        Code::Backspace => TextKey::Backspace,
        Code::Delete => TextKey::Delete,
        Code::Home => TextKey::Home,
        Code::End => TextKey::End,
        Code::PageUp => TextKey::PageUp,
        Code::PageDown => TextKey::PageDown,
        Code::Left => TextKey::Left,
        Code::Right => TextKey::Right,
        _ => return None,
    };
    Some(Input {
        key: code,
        ctrl: key.ctrl,
        alt: key.meta,
        shift: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(editor: &mut Editor, text: &str) {
        for key in text.split(' ') {
            editor.key(Key::parse(key).unwrap());
        }
    }

    #[test]
    fn the_cursor_goes_to_a_byte() {
        let mut editor = Editor::new("für\nx y");
        for (byte, wanted) in [
            (0, "!für\nx y"),
            (3, "fü!r\nx y"),
            (7, "für\nx !y"),
            (99, "für\nx y!"),
        ] {
            let mut editor = editor.clone();
            editor.go_to(byte);
            editor.key(Key::char('!'));
            assert_eq!(editor.text(), wanted);
        }
        editor.paste("");
    }

    #[test]
    fn editing_undo_and_paste() {
        let mut editor = Editor::new("heart");
        keys(&mut editor, "Space f a i l Enter x");
        assert_eq!(editor.text(), "heart fail\nx");
        keys(&mut editor, "C-a C-k");
        assert_eq!(editor.text(), "heart fail\n");
        assert!(editor.undo());
        assert_eq!(editor.text(), "heart fail\nx");
        editor.paste("one\ntwo");
        assert!(editor.text().contains("one\ntwo"));
        assert!(!editor.key(Key::parse("F4").unwrap()));
        assert!(!editor.key(Key::parse("C-x").unwrap()));
    }

    #[test]
    fn undo_takes_a_word_back_at_once_and_redo_brings_it_again() {
        let mut editor = Editor::default();
        for c in "Low sodium, for 3 days".chars() {
            editor.key(Key::char(c));
        }
        let mut seen = Vec::new();
        while editor.undo() {
            seen.push(editor.text());
        }
        assert_eq!(
            seen,
            [
                "Low sodium, for 3 ",
                "Low sodium, for 3",
                "Low sodium, for ",
                "Low sodium, for",
                "Low sodium, ",
                "Low sodium,",
                "Low sodium",
                "Low ",
                "Low",
                ""
            ]
        );
        assert!(editor.redo());
        assert_eq!(editor.text(), "Low");
        while editor.redo() {}
        assert_eq!(editor.text(), "Low sodium, for 3 days");
        // What was pasted or deleted at once is a step of its own.
        editor.paste(" pasted words");
        keys(&mut editor, "C-a C-k");
        assert_eq!(editor.text(), "");
        assert!(editor.undo());
        assert_eq!(editor.text(), "Low sodium, for 3 days pasted words");
        assert!(editor.undo());
        assert_eq!(editor.text(), "Low sodium, for 3 days");
    }

    #[test]
    fn up_moves_by_one_row_as_shown() {
        let mut editor = Editor::new("one two three four");
        editor.set_width(10);
        keys(&mut editor, "Up X");
        assert_eq!(editor.text(), "one two threXe four");
    }
}
