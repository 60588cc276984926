//! Text that may be shown.
//!
//! [`show`] is the one sanitiser: it turns [`Untrusted`] text into [`Shown`], the only type that
//! screens, titles, logs, exports and `--plain` take. Control, bidi, zero-width and tag
//! characters become visible (`<ESC>`, `<U+202E>`), and at most four combining marks stay on one
//! character. It never decides what is true or who may see it.

mod column;
mod count;
mod csv;
mod ends;

pub use column::column;
pub use count::{count, counted, noun};
pub use csv::csv_line;
pub use ends::ends;

use crate::domain::untrusted::Untrusted;

/// Combining marks left on one character; more are dropped and counted as `<+n>`.
const MAX_MARKS: usize = 4;

/// Text that may be put on a screen, in a log or in an export. One line: no control characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shown(String);

impl Shown {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Text of our own (labels, numbers, dates), which never held anything from outside.
    pub fn own(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, by value.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// Makes text displayable on one line: line breaks and tabs become a space.
pub fn show(text: &Untrusted) -> Shown {
    Shown(clean(text.raw(), false))
}

/// Makes text displayable as lines: CR, LF and CRLF end a line, a tab becomes spaces up to the
/// next multiple of four.
pub fn show_lines(text: &Untrusted) -> Vec<Shown> {
    let normal = text.raw().replace("\r\n", "\n").replace('\r', "\n");
    normal.split('\n').map(|l| Shown(clean(l, true))).collect()
}

fn clean(text: &str, tabs: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0usize;
    let mut dropped = 0usize;
    for c in text.chars() {
        let mark = is_combining(c);
        if !mark && dropped > 0 {
            out.push_str(&format!("<+{dropped}>"));
            dropped = 0;
        }
        if mark {
            marks += 1;
            // A mark with nothing before it would attach itself to our own frame.
            if marks > MAX_MARKS || out.is_empty() {
                dropped += 1;
            } else {
                out.push(c);
            }
            continue;
        }
        marks = 0;
        match c {
            '\t' if tabs => {
                let width = 4 - out.chars().count() % 4;
                out.extend(std::iter::repeat_n(' ', width));
            }
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{1b}' => out.push_str("<ESC>"),
            c if is_hidden(c) => out.push_str(&format!("<U+{:04X}>", c as u32)),
            c => out.push(c),
        }
    }
    if dropped > 0 {
        out.push_str(&format!("<+{dropped}>"));
    }
    out
}

/// Characters that steer a terminal, reorder text or hide in it.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c as u32,
            0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164
            | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0xE000..=0xF8FF | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A
            | 0xE0000..=0xE0FFF | 0xF0000..=0x10FFFF)
}

/// Zero-width marks that attach to the character before them.
fn is_combining(c: char) -> bool {
    !is_hidden(c) && !c.is_ascii() && unicode_width::UnicodeWidthChar::width(c) == Some(0)
}

/// A sentence with a capital at its beginning.
pub fn capital(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        show(&Untrusted::new(text)).into_string()
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(shown("Müller, Ann 38.5 °C"), "Müller, Ann 38.5 °C");
    }

    #[test]
    fn what_steers_a_terminal_becomes_visible() {
        assert_eq!(shown("a\u{1b}]52;c;x\u{7}b"), "a<ESC>]52;c;x<U+0007>b");
        assert_eq!(shown("\u{9b}31m"), "<U+009B>31m");
        assert_eq!(shown("x\u{202e}y"), "x<U+202E>y");
        assert_eq!(shown("x\u{200b}y"), "x<U+200B>y");
    }

    #[test]
    fn ten_thousand_marks_become_four_and_a_count() {
        let text = format!("a{}b", "\u{301}".repeat(10_000));
        assert_eq!(shown(&text), "a\u{301}\u{301}\u{301}\u{301}<+9996>b");
    }

    #[test]
    fn lines_end_at_any_line_ending() {
        let lines = show_lines(&Untrusted::new("a\r\nb\rc\n\td"));
        let text: Vec<&str> = lines.iter().map(Shown::as_str).collect();
        assert_eq!(text, ["a", "b", "c", "    d"]);
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(capital("looked for a note"), "Looked for a note");
        assert_eq!(capital("étude"), "Étude");
        assert_eq!(capital(""), "");
    }
}
