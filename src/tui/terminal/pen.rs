//! The terminal's drawing attributes, and the shortest sequence from one state to another.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;

/// Attributes that the terminal draws with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

/// Attributes we know the codes of: on, off.
const CODES: &[(Modifier, u8, u8)] = &[
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// Attributes that can be seen on a blank.
const SEEN_ON_BLANK: Modifier = Modifier::UNDERLINED
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT);

impl Default for Pen {
    fn default() -> Self {
        Self {
            fg: Color::Reset,
            bg: Color::Reset,
            modifier: Modifier::empty(),
        }
    }
}

impl Pen {
    /// The attributes of a cell.
    pub fn of(cell: &Cell) -> Self {
        Self {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        }
    }

    /// Whether a blank drawn so looks like one drawn with `other`.
    pub fn blank_like(self, other: Self) -> bool {
        let seen = self.modifier & SEEN_ON_BLANK;
        if seen != other.modifier & SEEN_ON_BLANK || self.bg != other.bg {
            return false;
        }
        seen.is_empty() || (self.fg == other.fg && self.modifier == other.modifier)
    }

    /// Whether a blank drawn so is what erasing leaves.
    pub fn blank_is_erased(self) -> bool {
        self.blank_like(Self::default())
    }

    /// Appends the shortest sequence that changes `self` into `to`.
    pub fn change(self, to: Self, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        if to == Self::default() {
            out.extend_from_slice(b"\x1b[m");
            return;
        }
        let mut steps = String::new();
        self.steps(to, &mut steps);
        let mut anew = String::from("0;");
        Self::default().steps(to, &mut anew);
        let best = if steps.len() <= anew.len() {
            steps
        } else {
            anew
        };
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(best.trim_end_matches(';').as_bytes());
        out.push(b'm');
    }

    fn steps(self, to: Self, out: &mut String) {
        let mut have = self.modifier;
        for (modifier, _, off) in CODES {
            if have.contains(*modifier) && !to.modifier.contains(*modifier) {
                let _ = write!(out, "{off};");
                // One code may switch off two attributes.
                for (other, _, other_off) in CODES {
                    if other_off == off {
                        have.remove(*other);
                    }
                }
            }
        }
        for (modifier, on, _) in CODES {
            if to.modifier.contains(*modifier) && !have.contains(*modifier) {
                let _ = write!(out, "{on};");
            }
        }
        if self.fg != to.fg {
            color(to.fg, 30, out);
        }
        if self.bg != to.bg {
            color(to.bg, 40, out);
        }
    }
}

/// The place in the terminal's 256-colour table of a colour that is in it exactly: the code is
/// shorter by half. Only the cube and the greys: the first 16 look different everywhere.
fn indexed(r: u8, g: u8, b: u8) -> Option<u8> {
    let step = |c: u8| [0, 95, 135, 175, 215, 255].iter().position(|s| *s == c);
    if let (Some(r), Some(g), Some(b)) = (step(r), step(g), step(b)) {
        return u8::try_from(16 + 36 * r + 6 * g + b).ok();
    }
    let grey = r == g && g == b && (8..=238).contains(&r) && (r - 8).is_multiple_of(10);
    grey.then(|| 232 + (r - 8) / 10)
}

/// Appends the code of a colour; `base` is 30 for the foreground, 40 for the background.
fn color(color: Color, base: u8, out: &mut String) {
    let ansi = match color {
        Color::Reset => 9,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
        Color::Indexed(index) => {
            let _ = write!(out, "{};5;{index};", base + 8);
            return;
        }
        Color::Rgb(r, g, b) if let Some(index) = indexed(r, g, b) => {
            let _ = write!(out, "{};5;{index};", base + 8);
            return;
        }
        Color::Rgb(r, g, b) => {
            let _ = write!(out, "{};2;{r};{g};{b};", base + 8);
            return;
        }
    };
    let _ = write!(out, "{};", base + ansi);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pen(fg: Color, modifier: Modifier) -> Pen {
        Pen {
            fg,
            bg: Color::Reset,
            modifier,
        }
    }

    #[test]
    fn changes_are_as_short_as_can_be() {
        let plain = Pen::default();
        let bold_dim = pen(Color::Reset, Modifier::BOLD | Modifier::DIM);
        for (from, to, text) in [
            (plain, plain, ""),
            (plain, pen(Color::Blue, Modifier::BOLD), "\x1b[1;34m"),
            (pen(Color::Blue, Modifier::BOLD), plain, "\x1b[m"),
            (
                pen(Color::Blue, Modifier::REVERSED),
                pen(Color::Blue, Modifier::empty()),
                "\x1b[27m",
            ),
            (bold_dim, pen(Color::Reset, Modifier::DIM), "\x1b[0;2m"),
            (
                plain,
                pen(Color::Indexed(214), Modifier::empty()),
                "\x1b[38;5;214m",
            ),
            (
                plain,
                pen(Color::Rgb(1, 2, 3), Modifier::empty()),
                "\x1b[38;2;1;2;3m",
            ),
            (
                plain,
                pen(Color::LightYellow, Modifier::empty()),
                "\x1b[93m",
            ),
        ] {
            let mut out = Vec::new();
            from.change(to, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text, "{from:?} -> {to:?}");
        }
    }
}
