//! The compiled triggers and endings.
//!
//! Owns the shape of `assertion.toml` and how a site's file goes on top of it: a rule with an id
//! that is already there replaces it.

use super::super::error::{LanguageError, parse};
use super::super::matcher::{Matcher, Phrases};
use super::{Polarity, Time, Who};
use serde::Deserialize;
use std::sync::Arc;

/// The questions, as indices. Time is two of them, because what brings a history to its end (a
/// new onset) does not end a condition (call if there is new onset of pain).
pub(super) const POLARITY: usize = 0;
pub(super) const PAST: usize = 1;
pub(super) const CONDITION: usize = 2;
pub(super) const WHO: usize = 3;
/// How many there are.
pub(super) const QUESTIONS: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Read by `Language::sources`.
    #[serde(default, rename = "source")]
    _source: String,
    limits: Option<Limits>,
    #[serde(default)]
    rule: Vec<Entry>,
    #[serde(default)]
    standalone: Vec<Standalone>,
}

/// How far triggers reach when their rule does not say.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Words between a trigger and a finding within one item of a list.
    pub reach_words: usize,
    /// Words of a list altogether.
    pub list_words: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    says: Vec<Says>,
    #[serde(default)]
    looks: Looks,
    #[serde(default)]
    across: Across,
    reach_words: Option<usize>,
    #[serde(default)]
    yields: bool,
    #[serde(default)]
    ends: Vec<Question>,
    #[serde(default = "both_ways")]
    ends_looking: Looks,
    #[serde(default)]
    phrases: Vec<String>,
}

fn yes() -> bool {
    true
}

fn both_ways() -> Looks {
    Looks::Both
}

/// What a trigger says.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Says {
    Affirmed,
    Negated,
    Uncertain,
    Current,
    Historical,
    Hypothetical,
    Patient,
    Other,
}

/// Where a trigger's findings stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Looks {
    /// After it.
    #[default]
    After,
    /// Before it.
    Before,
    /// On both sides.
    Both,
}

/// How a trigger goes on through a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Across {
    /// Over commas, `and` and `or`.
    #[default]
    List,
    /// Over `and` and `or`, not over a comma.
    Item,
    /// Only from the second item on: `no change in weight, fever`: the weight is not denied.
    Second,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Question {
    Polarity,
    Past,
    Condition,
    Who,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Standalone {
    id: String,
    #[serde(default = "yes")]
    enabled: bool,
    time: Time,
    names: Vec<String>,
}

/// One compiled rule.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub id: Arc<str>,
    pub polarity: Option<Polarity>,
    pub time: Option<Time>,
    pub who: Option<Who>,
    pub looks: Looks,
    pub across: Across,
    pub reach: usize,
    /// What it says of the time gives way to the section.
    pub yields: bool,
    pub ends: [bool; QUESTIONS],
    pub ends_looking: Looks,
}

impl Rule {
    /// Whether it answers a question.
    pub fn answers(&self, question: usize) -> bool {
        match question {
            POLARITY => self.polarity.is_some(),
            PAST => matches!(self.time, Some(Time::Historical | Time::Current)),
            CONDITION => self.time == Some(Time::Hypothetical),
            _ => self.who.is_some(),
        }
    }
}

/// The compiled triggers, endings and standing conditions.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(super) matcher: Matcher,
    pub(super) rules: Vec<Rule>,
    pub(super) list_words: usize,
    pub(super) standalone: Matcher,
    pub(super) standing: Vec<(Arc<str>, Time)>,
}

impl Rules {
    /// Reads files of rules, later ones on top.
    pub fn load(files: &[(&str, &str)]) -> Result<Self, LanguageError> {
        let mut limits = Limits {
            reach_words: 10,
            list_words: 60,
        };
        let mut entries: Vec<Entry> = Vec::new();
        let mut standing: Vec<Standalone> = Vec::new();
        let mut last = "";
        for (name, text) in files {
            last = name;
            let file: File = parse(name, text)?;
            limits = file.limits.unwrap_or(limits);
            for entry in file.rule {
                match entries.iter_mut().find(|e| e.id == entry.id) {
                    Some(old) => *old = entry,
                    None => entries.push(entry),
                }
            }
            for entry in file.standalone {
                standing.retain(|s| s.id != entry.id);
                standing.push(entry);
            }
        }
        entries.retain(|e| e.enabled);
        standing.retain(|s| s.enabled);
        let mut phrases = Phrases::default();
        let mut rules = Vec::with_capacity(entries.len());
        for (i, entry) in entries.iter().enumerate() {
            phrases.add(last, &entry.id, i, &entry.phrases)?;
            rules.push(compile(entry, limits));
        }
        let mut names = Phrases::default();
        for (i, s) in standing.iter().enumerate() {
            names.add(last, &s.id, i, &s.names)?;
        }
        Ok(Self {
            matcher: phrases.compile(),
            rules,
            list_words: limits.list_words,
            standalone: names.compile(),
            standing: standing
                .iter()
                .map(|s| (Arc::from(s.id.as_str()), s.time))
                .collect(),
        })
    }
}

fn compile(entry: &Entry, limits: Limits) -> Rule {
    let mut rule = Rule {
        id: Arc::from(entry.id.as_str()),
        polarity: None,
        time: None,
        who: None,
        looks: entry.looks,
        across: entry.across,
        reach: entry.reach_words.unwrap_or(limits.reach_words),
        yields: entry.yields,
        ends: [false; QUESTIONS],
        ends_looking: entry.ends_looking,
    };
    for says in &entry.says {
        match says {
            Says::Affirmed => rule.polarity = Some(Polarity::Affirmed),
            Says::Negated => rule.polarity = Some(Polarity::Negated),
            Says::Uncertain => rule.polarity = Some(Polarity::Uncertain),
            Says::Current => rule.time = Some(Time::Current),
            Says::Historical => rule.time = Some(Time::Historical),
            Says::Hypothetical => rule.time = Some(Time::Hypothetical),
            Says::Patient => rule.who = Some(Who::Patient),
            Says::Other => rule.who = Some(Who::Other),
        }
    }
    for question in &entry.ends {
        let index = match question {
            Question::Polarity => POLARITY,
            Question::Past => PAST,
            Question::Condition => CONDITION,
            Question::Who => WHO,
        };
        rule.ends[index] = true;
    }
    rule
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_phrase_of_ours_says_two_things_at_once() {
        let rules = Rules::load(&[("assertion.toml", super::super::super::ASSERTION)]).unwrap();
        let mut mistakes = Vec::new();
        for (phrase, owners) in rules.matcher.phrases() {
            let owners: Vec<_> = owners.iter().map(|&i| &rules.rules[i]).collect();
            for (i, a) in owners.iter().enumerate() {
                for b in &owners[i + 1..] {
                    let silent = |r: &Rule| !(0..QUESTIONS).any(|q| r.answers(q) || r.ends[q]);
                    let differ = a.looks == b.looks
                        && (0..QUESTIONS).any(|q| a.answers(q) && b.answers(q))
                        && (a.polarity, a.time, a.who) != (b.polarity, b.time, b.who);
                    if differ || silent(a) || silent(b) {
                        mistakes.push(format!("`{phrase}`: {} and {}", a.id, b.id));
                    }
                }
            }
        }
        assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    }
}
