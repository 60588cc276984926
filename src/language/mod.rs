//! What a note says: sections, sentences, findings and whether they are meant, other names for
//! a term, values with their units.
//!
//! Owns the reading of clinical English; every word it knows is in `data/*.toml`, a site's own
//! files go on top. Imports only `domain`, reads no file and no clock, and never changes an
//! offset: every span is in bytes of the text as it came. It decides what a sentence says, never
//! what is true of a patient. Start reading at [`Language::read`].

pub mod assertion;
mod error;
mod locate;
mod matcher;
mod phrase;
mod reading;
mod section;
mod sentence;
mod token;

pub use assertion::{Assertion, Polarity, Reason, Time, Who};
pub use error::LanguageError;
pub use reading::Reading;
pub use section::{OTHER, START, Section, Sections};
pub use token::Span;

use std::collections::HashSet;

/// The triggers that come with the program.
pub const ASSERTION: &str = include_str!("data/assertion.toml");
/// The headings that come with the program.
pub const SECTIONS: &str = include_str!("data/sections.toml");

/// Everything the room knows, compiled once and shared by threads.
#[derive(Clone, Debug)]
pub struct Language {
    pub(crate) sections: Sections,
    pub(crate) rules: assertion::Rules,
    pub(crate) abbreviations: HashSet<String>,
}

impl Language {
    /// What comes with the program.
    pub fn embedded() -> Result<Self, LanguageError> {
        Ok(Self {
            sections: Sections::load(&[("sections.toml", SECTIONS)])?,
            rules: assertion::Rules::load(&[("assertion.toml", ASSERTION)])?,
            abbreviations: [
                "dr", "mr", "mrs", "ms", "vs", "approx", "p.o", "st", "no", "etc",
            ]
            .iter()
            .map(|s| (*s).to_owned())
            .collect(),
        })
    }

    /// Reads a text; ask the [`Reading`] what it says.
    pub fn read<'a>(&'a self, text: &'a str) -> Reading<'a> {
        Reading::new(self, text)
    }
}
