//! Themes: what a meaning looks like.
//!
//! Widgets ask for a meaning (`queue.overdue`), never for a colour. Lookup drops the last dotted
//! part until something matches, so a theme may be as coarse as it likes. Colours repeat a word
//! or sign and never replace it; the terminal's own background stays unless a theme sets one.
//! What a terminal can show is a value ([`Depth`]) given by the session.

mod color;

pub use color::{Depth, contrast};

use color::{Ink, parse_hex};
use ratatui::style::{Modifier, Style};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The themes in the program, first the default.
pub const BUNDLED: &[(&str, &str)] = &[
    ("dark", include_str!("../../../themes/dark.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    (
        "high-contrast",
        include_str!("../../../themes/high-contrast.toml"),
    ),
    ("mono", include_str!("../../../themes/mono.toml")),
    ("phosphor", include_str!("../../../themes/phosphor.toml")),
];

/// What is wrong with a theme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// No theme of this name is in the program.
    #[error("there is no theme \"{name}\"; there are {known}")]
    NoSuchTheme {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The file is not TOML, or not of the right form.
    #[error("{file}:{line}: {why}")]
    Malformed {
        /// Its name.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What the reader said.
        why: String,
    },
    /// A style names a colour that the palette does not have.
    #[error("{file}: \"{meaning}\" wants the colour \"{color}\", which the palette does not have")]
    UnknownColor {
        /// The file's name.
        file: String,
        /// The meaning.
        meaning: String,
        /// The colour.
        color: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    /// The background the theme is made for; never set, but contrast is tested against it.
    meant_for: String,
    #[serde(default)]
    palette: BTreeMap<String, Pigment>,
    style: BTreeMap<String, Look>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pigment {
    rgb: String,
    /// Which of the 16 colours comes nearest in meaning.
    ansi: u8,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Look {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reverse: bool,
}

/// A theme at the depth of one terminal.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    styles: BTreeMap<String, Style>,
    /// (meaning, foreground, background) as written, for the contrast test.
    written: Vec<(String, Ink, Ink)>,
}

impl Theme {
    /// A bundled theme.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn bundled(name: &str, depth: Depth) -> Result<Self, ThemeError> {
        match BUNDLED.iter().find(|(known, _)| *known == name) {
            Some((name, text)) => Self::read(name, &format!("{name}.toml"), text, depth),
            None => {
                let known: Vec<_> = BUNDLED.iter().map(|(known, _)| *known).collect();
                Err(ThemeError::NoSuchTheme {
                    name: name.to_owned(),
                    known: known.join(", "),
                })
            }
        }
    }

    /// A theme without any style, for when nothing else can be read.
    pub fn plain() -> Self {
        Self {
            name: "plain".to_owned(),
            styles: BTreeMap::new(),
            written: Vec::new(),
        }
    }

    /// Reads a theme file.
    ///
    /// # Errors
    /// It is malformed or names colours it does not define.
    pub fn read(name: &str, file: &str, text: &str, depth: Depth) -> Result<Self, ThemeError> {
        let malformed = |at: usize, why: &str| ThemeError::Malformed {
            file: file.to_owned(),
            line: text.get(..at).map_or(1, |t| t.matches('\n').count() + 1),
            why: why.to_owned(),
        };
        let parsed: File = toml::from_str(text)
            .map_err(|e| malformed(e.span().map_or(0, |s| s.start), e.message()))?;
        let ground = parse_hex(&parsed.meant_for)
            .ok_or_else(|| malformed(0, "meant-for is a colour such as #101418"))?;
        let mut inks = BTreeMap::new();
        for (color, pigment) in &parsed.palette {
            let rgb = parse_hex(&pigment.rgb)
                .filter(|_| pigment.ansi < 16)
                .ok_or_else(|| {
                    malformed(0, &format!("{color}: rgb is #rrggbb, ansi is 0 to 15"))
                })?;
            inks.insert(color.as_str(), Ink::new(rgb, pigment.ansi));
        }
        let mut theme = Self {
            name: name.to_owned(),
            styles: BTreeMap::new(),
            written: Vec::new(),
        };
        for (meaning, look) in &parsed.style {
            let ink = |color: &Option<String>| match color {
                None => Ok(None),
                Some(color) => inks.get(color.as_str()).copied().map(Some).ok_or_else(|| {
                    ThemeError::UnknownColor {
                        file: file.to_owned(),
                        meaning: meaning.clone(),
                        color: color.clone(),
                    }
                }),
            };
            let (fg, bg) = (ink(&look.fg)?, ink(&look.bg)?);
            if let Some(fg) = fg {
                let bg = bg.unwrap_or(Ink::new(ground, 0));
                theme.written.push((meaning.clone(), fg, bg));
            }
            theme
                .styles
                .insert(meaning.clone(), style(look, fg, bg, depth));
        }
        Ok(theme)
    }

    /// The style of a meaning.
    pub fn style(&self, meaning: &str) -> Style {
        let mut name = meaning;
        loop {
            if let Some(style) = self.styles.get(name) {
                return *style;
            }
            match name.rsplit_once('.') {
                Some((shorter, _)) => name = shorter,
                None => return Style::default(),
            }
        }
    }
}

fn style(look: &Look, fg: Option<Ink>, bg: Option<Ink>, depth: Depth) -> Style {
    let mut style = Style::default();
    if let Some(color) = fg.and_then(|ink| ink.at(depth)) {
        style = style.fg(color);
    }
    if let Some(color) = bg.and_then(|ink| ink.at(depth)) {
        style = style.bg(color);
    }
    for (on, modifier) in [
        (look.bold, Modifier::BOLD),
        (look.dim, Modifier::DIM),
        (look.italic, Modifier::ITALIC),
        (look.underline, Modifier::UNDERLINED),
        (look.reverse, Modifier::REVERSED),
    ] {
        if on {
            style = style.add_modifier(modifier);
        }
    }
    style
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Color;

    const DEPTHS: [Depth; 4] = [Depth::None, Depth::Sixteen, Depth::Indexed, Depth::True];

    #[test]
    fn every_bundled_theme_loads_at_every_depth() {
        for (name, _) in BUNDLED {
            for depth in DEPTHS {
                let theme = Theme::bundled(name, depth);
                assert!(theme.is_ok(), "{name}: {theme:?}");
            }
        }
    }

    #[test]
    fn contrast_is_enough_at_full_and_at_256_colours() {
        for (name, _) in BUNDLED {
            let theme = Theme::bundled(name, Depth::True).unwrap();
            for (meaning, fg, bg) in &theme.written {
                for (fg, bg) in [(fg.rgb(), bg.rgb()), (fg.rgb_of_256(), bg.rgb_of_256())] {
                    let ratio = contrast(fg, bg);
                    assert!(ratio >= 4.5, "{name} {meaning}: {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn without_colour_only_attributes_are_left() {
        for (name, _) in BUNDLED {
            let theme = Theme::bundled(name, Depth::None).unwrap();
            for (meaning, style) in &theme.styles {
                assert_eq!((style.fg, style.bg), (None, None), "{name} {meaning}");
            }
        }
        let mono = Theme::bundled("mono", Depth::True).unwrap();
        assert!(mono.written.is_empty());
    }

    #[test]
    fn no_theme_sets_a_ground_for_plain_text() {
        for (name, _) in BUNDLED {
            let theme = Theme::bundled(name, Depth::True).unwrap();
            assert_eq!(theme.style("text").bg, None, "{name}");
        }
    }

    #[test]
    fn the_selection_is_reverse_in_every_theme_and_depth() {
        for (name, _) in BUNDLED {
            for depth in DEPTHS {
                let style = Theme::bundled(name, depth).unwrap().style("list.selection");
                assert!(style.add_modifier.contains(Modifier::REVERSED), "{name}");
            }
        }
    }

    #[test]
    fn lookup_drops_the_last_part_until_something_matches() {
        let text = "meant-for = \"#000000\"\n[palette]\nsky = { rgb = \"#87cefa\", ansi = 12 }\n\
                    [style]\nqueue = { fg = \"sky\" }\n\"queue.late\" = { bold = true }\n";
        let theme = Theme::read("t", "t.toml", text, Depth::True).unwrap();
        assert_eq!(
            theme.style("queue.held.long").fg,
            Some(Color::Rgb(0x87, 0xce, 0xfa))
        );
        assert_eq!(theme.style("queue.late.very").fg, None);
        assert_eq!(theme.style("nothing.known"), Style::default());
    }

    #[test]
    fn a_wrong_theme_says_where() {
        let read = |text| {
            Theme::read("t", "t.toml", text, Depth::True)
                .unwrap_err()
                .to_string()
        };
        assert!(
            read("meant-for = \"#000000\"\n[style]\nx = { colour = 1 }\n").starts_with("t.toml:3:")
        );
        assert!(
            read("meant-for = \"#000000\"\n[style]\n\"queue\" = { fg = \"sky\" }\n")
                .contains("\"queue\" wants the colour \"sky\"")
        );
        assert!(
            Theme::bundled("neon", Depth::True)
                .unwrap_err()
                .to_string()
                .contains("phosphor")
        );
    }
}
