//! Other names for a term, and the names of findings in a text.
//!
//! Owns the list of meanings (`data/synonyms.toml`) and what follows from it: which names a
//! query may be widened by, which are ambiguous, and where a text names a problem. It never
//! widens by itself: the searcher sees every [`Expansion`] with its reason and can refuse it.
//! Start reading at [`Synonyms::expand`].

use super::error::{LanguageError, parse};
use super::matcher::{Matcher, Phrases};
use super::token::{Span, Tokens, comparable};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What kind of thing a meaning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TermKind {
    /// Diagnoses, symptoms and signs.
    Problem,
    /// Drugs.
    Drug,
    /// Tests and measurements.
    Test,
    /// Operations, devices, treatments.
    Procedure,
    /// Units and services.
    Place,
    /// Everything else.
    Word,
}

/// Another name for a term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Expansion {
    /// The other name.
    pub text: String,
    /// The full name of the meaning both share.
    pub meaning: Arc<str>,
    /// What kind of thing it is.
    pub kind: TermKind,
    /// Why it is offered, in words for the searcher.
    pub why: String,
    /// The term asked about has other meanings than this one.
    pub ambiguous: bool,
    /// The other name has other meanings than this one: it will find those, too.
    pub shared: bool,
}

/// A meaning named in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Where.
    pub span: Span,
    /// The full names it may stand for; more than one if it is ambiguous.
    pub meanings: Vec<Arc<str>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Read by `Language::sources`.
    #[serde(default, rename = "source")]
    _source: String,
    #[serde(default)]
    problem: Table,
    #[serde(default)]
    drug: Table,
    #[serde(default)]
    test: Table,
    #[serde(default)]
    procedure: Table,
    #[serde(default)]
    place: Table,
    #[serde(default)]
    word: Table,
}

/// Full names with their other names.
type Table = BTreeMap<String, Vec<String>>;

impl File {
    fn tables(self) -> [(TermKind, Table); 6] {
        [
            (TermKind::Problem, self.problem),
            (TermKind::Drug, self.drug),
            (TermKind::Test, self.test),
            (TermKind::Procedure, self.procedure),
            (TermKind::Place, self.place),
            (TermKind::Word, self.word),
        ]
    }
}

#[derive(Clone, Debug)]
struct Meaning {
    full: Arc<str>,
    kind: TermKind,
    names: Vec<String>,
}

/// A name as a key: the meanings it may have, and whether it counts in capitals only.
#[derive(Clone, Debug)]
struct Name {
    meanings: Vec<usize>,
    capitals: bool,
}

/// The compiled list of meanings.
#[derive(Clone, Debug)]
pub struct Synonyms {
    meanings: Vec<Meaning>,
    by_name: HashMap<String, Vec<usize>>,
    problems: Matcher,
    names: Vec<Name>,
}

impl Synonyms {
    /// Reads files of meanings, later ones on top; an empty list in a later file takes a meaning
    /// away.
    pub fn load(files: &[(&str, &str)]) -> Result<Self, LanguageError> {
        let mut all: BTreeMap<String, (TermKind, Vec<String>)> = BTreeMap::new();
        let mut last = "";
        for (name, text) in files {
            last = name;
            for (kind, lines) in parse::<File>(name, text)?.tables() {
                for (full, others) in lines {
                    if others.is_empty() && all.contains_key(&full) {
                        all.remove(&full);
                    } else {
                        all.insert(full, (kind, others));
                    }
                }
            }
        }
        let meanings: Vec<Meaning> = all
            .into_iter()
            .map(|(full, (kind, others))| Meaning {
                names: std::iter::once(full.clone()).chain(others).collect(),
                full: Arc::from(full),
                kind,
            })
            .collect();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, meaning) in meanings.iter().enumerate() {
            for name in &meaning.names {
                let key = comparable(name);
                if key.is_empty() {
                    return Err(LanguageError::entry(
                        last,
                        &meaning.full,
                        "a name without a word",
                    ));
                }
                let list = by_name.entry(key).or_default();
                if list.last() != Some(&i) {
                    list.push(i);
                }
            }
        }
        let (problems, names) = problems(last, &meanings)?;
        Ok(Self {
            meanings,
            by_name,
            problems,
            names,
        })
    }

    /// Every other name of a term, meaning by meaning; empty if the term is in no list.
    pub fn expand(&self, term: &str) -> Vec<Expansion> {
        let key = comparable(term);
        let Some(meanings) = self.by_name.get(&key) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for &i in meanings {
            let meaning = &self.meanings[i];
            for name in &meaning.names {
                let other = comparable(name);
                if other == key {
                    continue;
                }
                out.push(Expansion {
                    text: name.clone(),
                    meaning: meaning.full.clone(),
                    kind: meaning.kind,
                    why: why(term.trim(), name, meaning),
                    ambiguous: meanings.len() > 1,
                    shared: self.by_name.get(&other).is_some_and(|m| m.len() > 1),
                });
            }
        }
        out
    }

    /// The problems a text names, from left to right.
    pub fn named(&self, text: &str, tokens: &Tokens) -> Vec<Named> {
        let mut out = Vec::new();
        for found in self.problems.find(tokens) {
            let list = &tokens.list[found.from..found.to];
            let (Some(first), Some(last)) = (list.first(), list.last()) else {
                continue;
            };
            let span = Span::new(first.span.start, last.span.end);
            let upper = !span.of(text).chars().any(char::is_lowercase);
            let mut meanings = BTreeSet::new();
            for &entry in self.problems.entries(found) {
                let name = &self.names[entry];
                if upper || !name.capitals {
                    meanings.extend(&name.meanings);
                }
            }
            if !meanings.is_empty() {
                let full = |&i: &usize| self.meanings[i].full.clone();
                out.push(Named {
                    span,
                    meanings: meanings.iter().map(full).collect(),
                });
            }
        }
        out
    }
}

/// The names of problems, each also in the plural where English forms it with an s.
fn problems(file: &str, meanings: &[Meaning]) -> Result<(Matcher, Vec<Name>), LanguageError> {
    let mut phrases = Phrases::default();
    let mut names = Vec::new();
    for (i, meaning) in meanings.iter().enumerate() {
        if meaning.kind != TermKind::Problem {
            continue;
        }
        for name in &meaning.names {
            let capitals = is_abbreviation(name);
            let mut lines = vec![literal(name)];
            if name.ends_with(char::is_alphabetic) && !name.ends_with('s') {
                lines.push(format!("{}s", literal(name)));
            }
            phrases.add(file, &meaning.full, names.len(), &lines)?;
            names.push(Name {
                meanings: vec![i],
                capitals,
            });
        }
    }
    Ok((phrases.compile(), names))
}

/// A name for the phrase reader: brackets in names are words, not choices.
fn literal(name: &str) -> String {
    name.replace(['(', ')', '[', ']'], " ")
}

/// Whether a name is written in capitals, and so counts in capitals only.
fn is_abbreviation(name: &str) -> bool {
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

fn why(term: &str, name: &str, meaning: &Meaning) -> String {
    let full = &*meaning.full;
    if name == full {
        format!("{term} stands for {full}")
    } else if is_abbreviation(name) {
        format!("{name} is short for {full}")
    } else {
        format!("{name} is another name of {full}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::SYNONYMS;
    use super::*;

    fn load() -> Synonyms {
        Synonyms::load(&[("synonyms.toml", SYNONYMS)]).unwrap()
    }

    fn texts(expansions: &[Expansion]) -> Vec<&str> {
        expansions.iter().map(|e| e.text.as_str()).collect()
    }

    #[test]
    fn a_term_has_its_other_names() {
        let synonyms = load();
        let all = synonyms.expand("heart attack");
        assert!(texts(&all).contains(&"myocardial infarction"));
        assert!(all.iter().all(|e| !e.ambiguous));
        assert!(all.iter().any(|e| e.text == "MI" && e.shared));
        assert_eq!(texts(&synonyms.expand("lasix")), ["furosemide"]);
        assert!(synonyms.expand("not a term").is_empty());
    }

    #[test]
    fn an_ambiguous_abbreviation_shows_its_senses() {
        let all = load().expand("MS");
        let meanings: BTreeSet<_> = all.iter().map(|e| &*e.meaning).collect();
        assert!(meanings.contains("multiple sclerosis") && meanings.contains("mitral stenosis"));
        assert!(all.iter().all(|e| e.ambiguous));
    }

    #[test]
    fn abbreviations_count_in_capitals_only() {
        let synonyms = load();
        let text = "All fevers; ALL and DVTs";
        let tokens = Tokens::of(text);
        let named = synonyms.named(text, &tokens);
        let spans: Vec<_> = named.iter().map(|n| n.span.of(text)).collect();
        assert_eq!(spans, ["fevers", "ALL"]);
    }

    #[test]
    fn a_site_adds_replaces_and_removes() {
        let site = "[problem]\n\"sore knee\" = [\"SK\"]\n\"gout\" = []\n";
        let files = [("synonyms.toml", SYNONYMS), ("site.toml", site)];
        let synonyms = Synonyms::load(&files).unwrap();
        assert_eq!(texts(&synonyms.expand("sk")), ["sore knee"]);
        assert!(synonyms.expand("gout").is_empty());
    }
}
