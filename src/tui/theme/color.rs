//! Colour depth, downsampling and contrast.

use ratatui::style::Color;

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: attributes only.
    None,
    /// The 16 of ANSI.
    Sixteen,
    /// 256.
    Indexed,
    /// 24 bits.
    True,
}

impl Depth {
    /// The depth that `TERM`, `COLORTERM` and `NO_COLOR` promise; 16 when nothing is known.
    pub fn of(term: &str, colorterm: &str, no_color: bool) -> Self {
        // VT52 to VT420 have no colour; the word is not always the whole name (`vt220-w`).
        let early = ["vt52", "vt1", "vt2", "vt3", "vt4", "dumb"];
        if no_color || early.iter().any(|e| term.starts_with(e)) || term.ends_with("-m") {
            return Self::None;
        }
        // screen passes neither 24 bits nor says so, whatever COLORTERM came through.
        let screen = term.starts_with("screen");
        if matches!(colorterm, "truecolor" | "24bit") && !screen || term.ends_with("-direct") {
            return Self::True;
        }
        if term.contains("256color") {
            return Self::Indexed;
        }
        Self::Sixteen
    }

    /// The next smaller depth's name, for settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Sixteen => "16",
            Self::Indexed => "256",
            Self::True => "truecolor",
        }
    }
}

/// Red, green, blue.
pub type Rgb = (u8, u8, u8);

/// A colour of a palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    rgb: Rgb,
    ansi: u8,
}

impl Ink {
    pub fn new(rgb: Rgb, ansi: u8) -> Self {
        Self { rgb, ansi }
    }

    /// The colour at a depth.
    pub fn at(self, depth: Depth) -> Option<Color> {
        match depth {
            Depth::None => None,
            Depth::Sixteen => ANSI.get(usize::from(self.ansi)).copied(),
            Depth::Indexed => Some(Color::Indexed(to_256(self.rgb))),
            Depth::True => Some(Color::Rgb(self.rgb.0, self.rgb.1, self.rgb.2)),
        }
    }

    #[cfg(test)]
    pub fn rgb(self) -> Rgb {
        self.rgb
    }

    #[cfg(test)]
    pub fn rgb_of_256(self) -> Rgb {
        from_256(to_256(self.rgb))
    }
}

const ANSI: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// The levels of the 6×6×6 cube (xterm).
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// `#rrggbb`.
pub fn parse_hex(text: &str) -> Option<Rgb> {
    let hex = text.strip_prefix('#').filter(|h| h.len() == 6)?;
    let part = |range| u8::from_str_radix(hex.get(range)?, 16).ok();
    Some((part(0..2)?, part(2..4)?, part(4..6)?))
}

fn distance(a: Rgb, b: Rgb) -> u32 {
    let d = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    // The eye weighs green most and blue least.
    2 * d(a.0, b.0) + 4 * d(a.1, b.1) + 3 * d(a.2, b.2)
}

/// The nearest of colours 16 to 255; the first 16 belong to the user.
fn to_256(rgb: Rgb) -> u8 {
    (16..=255u8)
        .min_by_key(|i| distance(from_256(*i), rgb))
        .unwrap_or(16)
}

fn from_256(index: u8) -> Rgb {
    if index >= 232 {
        let level = 8 + 10 * (index - 232);
        return (level, level, level);
    }
    let i = usize::from(index.saturating_sub(16));
    (LEVELS[i / 36 % 6], LEVELS[i / 6 % 6], LEVELS[i % 6])
}

/// Contrast ratio of two colours (WCAG 2.1, relative luminance), from 1 to 21.
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance((r, g, b): Rgb) -> f64 {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_follows_what_the_session_says() {
        for (term, colorterm, no_color, depth) in [
            ("xterm-256color", "truecolor", false, Depth::True),
            ("xterm-256color", "", false, Depth::Indexed),
            ("xterm", "", false, Depth::Sixteen),
            ("", "", false, Depth::Sixteen),
            ("putty", "", false, Depth::Sixteen),
            ("linux", "", false, Depth::Sixteen),
            ("vt220", "", false, Depth::None),
            ("dumb", "truecolor", false, Depth::None),
            ("screen-256color", "truecolor", false, Depth::Indexed),
            ("tmux-256color", "truecolor", false, Depth::True),
            ("xterm-256color", "truecolor", true, Depth::None),
        ] {
            assert_eq!(Depth::of(term, colorterm, no_color), depth, "{term}");
        }
    }

    #[test]
    fn the_nearest_of_256_is_found() {
        assert_eq!(to_256((255, 255, 255)), 231);
        assert_eq!(to_256((95, 135, 255)), 69);
        assert_eq!(from_256(69), (95, 135, 255));
        assert_eq!(from_256(244), (128, 128, 128));
    }

    #[test]
    fn contrast_matches_known_pairs() {
        assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 0.01);
        assert!((contrast((0x77, 0x77, 0x77), (255, 255, 255)) - 4.48).abs() < 0.01);
    }
}
