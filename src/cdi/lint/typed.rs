//! Indicators that are typed by hand: in the question itself, or without saying of what kind.
//!
//! Owns `[typed]` of `lint.toml`. Reads lines below a heading such as "Clinical indicators:", each
//! an indicator whatever it lacks, and sentences elsewhere that have all of it: a value, a date and a
//! source. Start at [`Typed::indicators`].

use super::pattern::compile;
use super::{LintError, LintIndicator};
use regex::Regex;
use serde::Deserialize;
use std::ops::Range;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedFile {
    heading: String,
    ends: String,
    item: String,
    date: String,
    prior: String,
    source: Vec<String>,
    measured: Vec<String>,
    kind: Vec<KindFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    name: String,
    find: Vec<String>,
}

/// How indicators that are typed are read.
#[derive(Debug)]
pub(super) struct Typed {
    /// Opens a list.
    heading: Regex,
    /// Begins a line that is behind the list.
    ends: Regex,
    /// Begins an item.
    item: Regex,
    date: Regex,
    /// Says that it is of an earlier encounter.
    prior: Regex,
    source: Regex,
    measured: Vec<String>,
    /// Kinds with the words that tell them, the first that fits.
    kinds: Vec<(String, Regex)>,
}

impl Typed {
    pub fn compile(file: TypedFile) -> Result<Self, LintError> {
        let wrong = |message| LintError::Pattern {
            file: "lint.toml",
            rule: "typed".to_owned(),
            message,
        };
        let one = |pattern: &str| compile(&[pattern], false).map_err(wrong);
        let list = |patterns: &[String]| {
            let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
            compile(&patterns, true).map_err(wrong)
        };
        let kinds = file
            .kind
            .iter()
            .map(|k| Ok((k.name.clone(), list(&k.find)?)));
        Ok(Self {
            heading: one(&file.heading)?,
            ends: one(&file.ends)?,
            item: one(&file.item)?,
            date: one(&file.date)?,
            prior: one(&file.prior)?,
            source: list(&file.source)?,
            measured: file.measured,
            kinds: kinds.collect::<Result<_, LintError>>()?,
        })
    }

    /// The kind that the words of an indicator tell, if they do.
    pub fn kind(&self, text: &str) -> Option<&str> {
        let told = self.kinds.iter().find(|(_, words)| words.is_match(text));
        told.map(|(kind, _)| kind.as_str())
    }

    /// The kind that its words give an indicator that came without one: something measured.
    pub fn measured(&self, text: &str) -> Option<&str> {
        let told = self.kind(text)?;
        self.measured.iter().any(|k| k == told).then_some(told)
    }

    /// Indicators that a question holds, with their places.
    pub fn indicators(&self, body: &str) -> Vec<(LintIndicator, Range<usize>)> {
        let mut found = Vec::new();
        // Without a digit there is neither a list of findings nor a dated sentence to read.
        if !body.contains(|c: char| c.is_ascii_digit()) && !self.heading.is_match(body) {
            return found;
        }
        let (mut listing, mut begun, mut at) = (false, false, 0);
        for line in body.split_inclusive('\n') {
            let place = at..at + line.trim_end().len();
            at += line.len();
            let text = &body[place.clone()];
            if let Some(heading) = self.heading.find(text) {
                (listing, begun) = (true, false);
                let rest = place.start + heading.end()..place.end;
                if !body[rest.clone()].trim().is_empty() {
                    // What stands in one line with its heading is a list by itself.
                    found.extend(self.parts(body, rest));
                    listing = false;
                }
                continue;
            }
            let item = self.item.find(text).map(|m| m.end());
            let blank = text.trim().is_empty();
            let over = (blank && begun) || (item.is_none() && self.ends.is_match(text));
            listing = listing && !over;
            if !listing {
                found.extend(self.sentences(body, place));
            } else if !blank {
                begun = true;
                found.push(self.read(body, place.start + item.unwrap_or(0)..place.end));
            }
        }
        found
    }

    /// Indicators of one line, parted by semicolons.
    fn parts(&self, body: &str, line: Range<usize>) -> Vec<(LintIndicator, Range<usize>)> {
        let mut at = line.start;
        let mut found = Vec::new();
        for part in body[line].split(';') {
            let place = at..at + part.len();
            at = place.end + 1;
            if !part.trim().is_empty() {
                found.push(self.read(body, place));
            }
        }
        found
    }

    /// Sentences of a line that are whole indicators: value, date and source.
    fn sentences(&self, body: &str, line: Range<usize>) -> Vec<(LintIndicator, Range<usize>)> {
        let mut found = Vec::new();
        let mut start = line.start;
        while start < line.end {
            let within = super::words::sentence(body, &(start..start));
            let place = start..within.end.min(line.end).max(start + 1);
            start = place.end;
            let Some(text) = body.get(place.clone()) else {
                continue;
            };
            let dated = self.date.is_match(text);
            if !dated || text.contains('?') || !self.source.is_match(text) {
                continue;
            }
            let (one, place) = self.read(body, place);
            if self.kind(&one.text).is_some() && has_value(&self.date.replace_all(&one.text, "")) {
                found.push((one, place));
            }
        }
        found
    }

    fn read(&self, body: &str, place: Range<usize>) -> (LintIndicator, Range<usize>) {
        let text = &body[place.clone()];
        let trimmed = text.trim();
        let start = place.start + (text.len() - text.trim_start().len());
        let date = self.date.find(trimmed).map(|m| m.as_str().to_owned());
        let source = self.source.find(trimmed).map(|m| m.as_str().to_owned());
        let prior = self.prior.is_match(trimmed);
        // A date's digits are no value.
        let words = self.date.replace_all(trimmed, "").into_owned();
        let one = LintIndicator {
            kind: self.kind(trimmed).unwrap_or("").to_owned(),
            text: words,
            date,
            document: source.map_or(serde_json::Value::Null, Into::into),
            encounter: prior.then(|| "prior".to_owned()),
            ..LintIndicator::default()
        };
        (one, start..start + trimmed.len())
    }
}

fn has_value(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}
