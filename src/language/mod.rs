//! What a note says: sections, sentences, findings and whether they are meant, other names for
//! a term, values with their units.
//!
//! Owns the reading of clinical English, and how notes are compared; every word it knows is in `data/*.toml`, and a site's
//! own files of the same names go on top. Imports nothing of ours, reads no file and no clock,
//! and never changes an offset: every span is in bytes of the text as it came. It decides what a
//! sentence says, never what is true of a patient. Start reading at [`Language::read`].

mod annotate;
pub mod assertion;
mod copied;
mod error;
mod locate;
mod matcher;
mod measure;
mod phrase;
mod quantity;
mod reading;
mod section;
mod sentence;
mod synonyms;
mod telling;
#[cfg(test)]
mod tests;
mod token;

pub use assertion::{Assertion, Polarity, Reason, Time, Who};
pub use copied::{Copied, CopiedSpan, CopyRules};
pub use error::LanguageError;
pub use measure::Measurement;
pub use quantity::Comparator;
pub use reading::{Finding, Reading};
pub use section::{OTHER, START, Section};
pub use synonyms::{Expansion, TermKind};
pub use telling::Telling;
pub use token::Span;

use serde::Deserialize;
use std::collections::HashSet;

/// The triggers that come with the program.
pub const ASSERTION: &str = include_str!("data/assertion.toml");
/// When a passage counts as copied, as it comes with the program.
pub const COPIED: &str = include_str!("data/copied.toml");
/// The headings that come with the program.
pub const SECTIONS: &str = include_str!("data/sections.toml");
/// The abbreviations with a full stop that come with the program.
pub const SENTENCES: &str = include_str!("data/sentences.toml");
/// The other names that come with the program.
pub const SYNONYMS: &str = include_str!("data/synonyms.toml");
/// The words that tell nothing of a note that come with the program.
pub const TELLING: &str = include_str!("data/telling.toml");
/// The values and units that come with the program.
pub const UNITS: &str = include_str!("data/units.toml");

/// The data files of this room: name, and what comes with the program.
pub const FILES: [(&str, &str); 7] = [
    ("assertion.toml", ASSERTION),
    ("copied.toml", COPIED),
    ("sections.toml", SECTIONS),
    ("sentences.toml", SENTENCES),
    ("synonyms.toml", SYNONYMS),
    ("telling.toml", TELLING),
    ("units.toml", UNITS),
];

/// The files that annotations depend on.
const ANNOTATING: [&str; 5] = [
    "assertion.toml",
    "sections.toml",
    "sentences.toml",
    "synonyms.toml",
    "units.toml",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentenceFile {
    /// Read by `Language::sources`.
    #[serde(default, rename = "source")]
    _source: String,
    abbreviations: Vec<String>,
}

/// A file, for where what it says is published.
#[derive(Deserialize)]
struct Sourced {
    #[serde(default)]
    source: String,
}

/// Everything the room knows, compiled once and shared by threads.
#[derive(Clone)]
pub struct Language {
    sections: section::Sections,
    rules: assertion::Rules,
    synonyms: synonyms::Synonyms,
    units: measure::Units,
    abbreviations: HashSet<String>,
    edition: String,
    copying: CopyRules,
    telling: Telling,
}

impl std::fmt::Debug for Language {
    /// Tens of thousands of phrases help nobody in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Language")
    }
}

impl Language {
    /// What comes with the program.
    pub fn embedded() -> Result<Self, LanguageError> {
        Self::load(&[])
    }

    /// What comes with the program, and a site's files on top: pairs of a name of [`FILES`] and
    /// the text of the file. A file of another name is refused.
    pub fn load(site: &[(&str, &str)]) -> Result<Self, LanguageError> {
        if let Some((name, _)) = site.iter().find(|s| !FILES.iter().any(|f| f.0 == s.0)) {
            return Err(LanguageError::Shape {
                file: (*name).to_owned(),
                message: format!("the files are {}", FILES.map(|f| f.0).join(", ")),
            });
        }
        let of = |name: &str| {
            let all = FILES.iter().chain(site);
            all.filter(|f| f.0 == name).copied().collect::<Vec<_>>()
        };
        let mut abbreviations = HashSet::new();
        for (name, text) in of("sentences.toml") {
            let file: SentenceFile = error::parse(name, text)?;
            abbreviations.extend(file.abbreviations.iter().map(|a| a.to_lowercase()));
        }
        Ok(Self {
            sections: section::Sections::load(&of("sections.toml"))?,
            rules: assertion::Rules::load(&of("assertion.toml"))?,
            synonyms: synonyms::Synonyms::load(&of("synonyms.toml"))?,
            units: measure::Units::load(&of("units.toml"))?,
            abbreviations,
            edition: annotate::edition(ANNOTATING.into_iter().flat_map(&of).map(|file| file.1)),
            copying: CopyRules::load(&of("copied.toml"))?,
            telling: Telling::load(&of("telling.toml"))?,
        })
    }

    /// Where the lists are published, ours and then the site's: file and source, of those that say.
    ///
    /// # Errors
    /// [`LanguageError`] if a file is not TOML.
    pub fn sources(site: &[(&str, &str)]) -> Result<Vec<(String, String)>, LanguageError> {
        let mut said = Vec::new();
        for (name, text) in FILES.iter().chain(site) {
            let file: Sourced = error::parse(name, text)?;
            if !file.source.is_empty() {
                said.push(((*name).to_owned(), file.source));
            }
        }
        Ok(said)
    }

    /// Reads a text; ask the [`Reading`] what it says. Time and memory grow with its length.
    pub fn read<'a>(&'a self, text: &'a str) -> Reading<'a> {
        Reading::new(self, text)
    }

    /// The sections of a text: they cover it, in order, without overlap.
    pub fn sections(&self, text: &str) -> Vec<Section> {
        let tokens = token::Tokens::of(text);
        let headings = self.sections.headings(&tokens);
        self.sections.find(text, &tokens, &headings)
    }

    /// Which words of a note may tell it from others.
    pub fn telling(&self) -> &Telling {
        &self.telling
    }

    /// Every other name of a term, meaning by meaning; empty if the term is in no list.
    pub fn expand(&self, term: &str) -> Vec<Expansion> {
        self.synonyms.expand(term)
    }
}
