//! Names of diagnoses in a text, and which of them are documented or supported.
//!
//! Owns `diagnoses.toml`. Knows names only: it does not read negation and never concludes that a
//! patient has something.

use super::LintError;
use super::glue::{Glue, GlueFile, blanks_lost};
use super::pattern::compile;
use super::words::{is_word, plain};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use regex::Regex;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Name of the file in messages.
const FILE: &str = "diagnoses.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DiagnosesFile {
    generic: BTreeSet<String>,
    endings: EndingsFile,
    glued: GlueFile,
    diagnosis: Vec<DiagnosisFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndingsFile {
    find: String,
    except: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DiagnosisFile {
    id: String,
    names: Vec<String>,
    #[serde(default)]
    covers: Vec<String>,
    #[serde(default)]
    support: Vec<String>,
}

/// The diagnoses known by name.
#[derive(Debug)]
pub(super) struct Diagnoses {
    names: AhoCorasick,
    /// For each name: which diagnosis, and whether it is written in capitals only.
    of_name: Vec<(usize, bool)>,
    covers: Vec<Vec<usize>>,
    support: Vec<Option<Regex>>,
    endings: Regex,
    no_endings: BTreeSet<String>,
    glue: Glue,
    generic: BTreeSet<String>,
}

/// A diagnosis named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// Which one; `None` for a word that only ends like one.
    pub diagnosis: Option<usize>,
    /// Where.
    pub at: Range<usize>,
}

/// What is documented in the encounter.
#[derive(Debug)]
pub(super) struct Documented<'a> {
    diagnoses: BTreeSet<usize>,
    generic: &'a BTreeSet<String>,
    texts: Vec<String>,
}

impl Diagnoses {
    pub fn read(text: &str) -> Result<Self, LintError> {
        let file: DiagnosesFile = toml::from_str(text).map_err(|e| LintError::File {
            file: FILE,
            message: e.to_string(),
        })?;
        let wrong = |rule: &str, message: String| LintError::Pattern {
            file: FILE,
            rule: rule.to_owned(),
            message,
        };
        let numbers = file.diagnosis.iter().enumerate();
        let by_id: BTreeMap<&str, usize> = numbers.map(|(i, d)| (d.id.as_str(), i)).collect();
        let (mut all_names, mut of_name) = (Vec::new(), Vec::new());
        let (mut covers, mut support) = (Vec::new(), Vec::new());
        for (i, d) in file.diagnosis.iter().enumerate() {
            for name in &d.names {
                let written = plain(name);
                let capitals = !name.contains(|c: char| c.is_ascii_lowercase());
                for form in blanks_lost(&written).into_iter().chain([written]) {
                    all_names.push(form);
                    of_name.push((i, capitals));
                }
            }
            let covered: Option<Vec<usize>> = d
                .covers
                .iter()
                .map(|id| by_id.get(id.as_str()).copied())
                .collect();
            covers.push(covered.ok_or(wrong(&d.id, "covers an unknown id".to_owned()))?);
            let patterns: Vec<&str> = d.support.iter().map(String::as_str).collect();
            support.push(match patterns.as_slice() {
                [] => None,
                list => Some(compile(list, false).map_err(|e| wrong(&d.id, e))?),
            });
        }
        let names = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(&all_names)
            .map_err(|e| wrong("names", e.to_string()))?;
        Ok(Self {
            names,
            of_name,
            covers,
            support,
            endings: compile(&[&file.endings.find], true).map_err(|e| wrong("endings", e))?,
            no_endings: file.endings.except.into_iter().collect(),
            glue: Glue::from(file.glued),
            generic: file.generic,
        })
    }

    /// Diagnoses named in a text, in order; with `endings`, words that end like one too.
    pub fn mentions(&self, text: &str, endings: bool) -> Vec<Mention> {
        let flat = plain(text);
        let mut found: Vec<Mention> = Vec::new();
        for m in self.names.find_iter(&flat) {
            let Some((diagnosis, capitals)) = self.of_name.get(m.pattern().as_usize()) else {
                continue;
            };
            let written = &text[m.range()];
            let before = found.last().map_or(0, |f| f.at.end);
            let stands =
                is_word(&flat, m.range()) || self.glue.holds(&flat, &m.range(), *capitals, before);
            if stands && !(*capitals && written.contains(|c: char| c.is_ascii_lowercase())) {
                found.push(Mention {
                    diagnosis: Some(*diagnosis),
                    at: m.range(),
                });
            }
        }
        if endings {
            for m in self.endings.find_iter(&flat) {
                let known = found
                    .iter()
                    .any(|f| f.at.start < m.end() && m.start() < f.at.end);
                if !known && !self.no_endings.contains(&m.as_str().to_ascii_lowercase()) {
                    found.push(Mention {
                        diagnosis: None,
                        at: m.range(),
                    });
                }
            }
            found.sort_by_key(|f| f.at.start);
        }
        found
    }

    /// What these texts document, with everything that is covered by it.
    pub fn documented(&self, texts: &[String]) -> Documented<'_> {
        let mut documented = Documented {
            diagnoses: BTreeSet::new(),
            generic: &self.generic,
            texts: Vec::new(),
        };
        for text in texts {
            let named = self.mentions(text, false).into_iter();
            let mut open: Vec<usize> = named.filter_map(|m| m.diagnosis).collect();
            while let Some(d) = open.pop() {
                if documented.diagnoses.insert(d) {
                    open.extend(self.covers.get(d).into_iter().flatten());
                }
            }
            documented.texts.push(plain(text).to_ascii_lowercase());
        }
        documented
    }

    /// Whether one of the indicators speaks for a diagnosis; unknown diagnoses are not judged.
    pub fn supported(&self, mention: &Mention, indicators: &[&str]) -> bool {
        let support = mention.diagnosis.and_then(|d| self.support.get(d));
        let Some(Some(support)) = support else {
            return true;
        };
        indicators.iter().any(|text| support.is_match(text))
    }
}

impl Documented<'_> {
    /// Whether a diagnosis named in `text` is documented.
    pub fn has(&self, mention: &Mention, text: &str) -> bool {
        if mention
            .diagnosis
            .is_some_and(|d| self.diagnoses.contains(&d))
        {
            return true;
        }
        let words = plain(&text[mention.at.clone()]).to_ascii_lowercase();
        self.texts.iter().any(|t| t.contains(&words))
    }

    /// Whether a text speaks of anything documented: by name, or by a word of five letters and
    /// more that a documented diagnosis shares.
    pub fn spoken_of(&self, text: &str, mentions: &[Mention]) -> bool {
        let flat = plain(text).to_ascii_lowercase();
        mentions.iter().any(|m| self.has(m, text))
            || self.texts.iter().flat_map(|t| t.split(' ')).any(|word| {
                word.len() >= 5
                    && word.bytes().all(|b| b.is_ascii_alphabetic())
                    && !self.generic.contains(word)
                    && flat.contains(word)
            })
    }
}
