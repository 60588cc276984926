//! Patterns of the lint's files: regular expressions with a few conveniences.
//!
//! Owns the translation. In a file a space stands for spaces, hyphens or a line break, `\w`,
//! `\d`, `\s` and `\b` are ASCII (fast, and enough for the phrases), letter case is ignored, and
//! a pattern that begins like a word matches whole words only.

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use std::ops::Range;

/// Largest compiled pattern, in bytes: the phrase lists are long.
const SIZE_LIMIT: usize = 64 << 20;

/// A pattern in a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum PatternFile {
    /// Plain.
    Plain(String),
    /// Not looked for where `unless` occurs.
    Unless {
        /// What is looked for.
        find: String,
        /// Where this occurs anywhere in the draft, it is not.
        unless: String,
    },
}

/// A list of patterns, compiled.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    plain: Option<Regex>,
    unless: Vec<(Regex, Regex)>,
    except: Option<Regex>,
}

impl Patterns {
    pub fn compile(find: &[PatternFile], except: &[String]) -> Result<Self, String> {
        let mut plain = Vec::new();
        let mut unless = Vec::new();
        for pattern in find {
            match pattern {
                PatternFile::Plain(p) => plain.push(p.as_str()),
                PatternFile::Unless { find, unless: u } => {
                    unless.push((compile(&[find], true)?, compile(&[u], false)?));
                }
            }
        }
        let except: Vec<&str> = except.iter().map(String::as_str).collect();
        let some = |list: &[&str]| match list {
            [] => Ok(None),
            list => compile(list, true).map(Some),
        };
        Ok(Self {
            plain: some(&plain)?,
            unless,
            except: some(&except)?,
        })
    }

    /// Places in `text` where a pattern matches. `whole` is the draft in which `unless` counts.
    pub fn find(&self, text: &str, whole: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        if let Some(plain) = &self.plain {
            found.extend(plain.find_iter(text).map(|m| m.range()));
        }
        for (find, unless) in &self.unless {
            let mut here = find.find_iter(text).map(|m| m.range()).peekable();
            if here.peek().is_some() && !unless.is_match(whole) {
                found.extend(here);
            }
        }
        if found.is_empty() {
            return found;
        }
        if let Some(except) = &self.except {
            let excused: Vec<Range<usize>> = except.find_iter(text).map(|m| m.range()).collect();
            found.retain(|f| !excused.iter().any(|e| f.start < e.end && e.start < f.end));
        }
        found.sort_by_key(|f| (f.start, f.end));
        found
    }

    /// Whether any pattern matches.
    pub fn is_match(&self, text: &str) -> bool {
        !self.find(text, text).is_empty()
    }
}

/// One regular expression for all `patterns`; whole words where `words` and they begin so.
pub(super) fn compile(patterns: &[&str], words: bool) -> Result<Regex, String> {
    let translated: Vec<String> = patterns.iter().map(|p| translate(p, words)).collect();
    build(&translated.join("|")).map_err(|all| {
        // One by one, so that the message names the pattern that is wrong.
        let mut each = patterns.iter().zip(&translated);
        each.find_map(|(p, regex)| build(regex).err().map(|e| format!("`{p}`: {e}")))
            .unwrap_or_else(|| all.to_string())
    })
}

fn build(regex: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(regex)
        .case_insensitive(true)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(SIZE_LIMIT)
        .build()
}

fn translate(pattern: &str, words: bool) -> String {
    let gap = "[ \\t\\r\\n\\-‐‑–]";
    let body = pattern
        .replace("(?:\\w+ )", "(?:[0-9A-Za-z_\u{27}’]+ )")
        .replace(" ?", "\u{1}")
        .replace(' ', "\u{2}")
        .replace("\\w", "[0-9A-Za-z_]")
        .replace("\\W", "[^0-9A-Za-z_]")
        .replace("\\d", "[0-9]")
        .replace("\\s", "[ \\t\\r\\n]")
        .replace("\\b", "(?-u:\\b)")
        .replace('\u{1}', &format!("{gap}*"))
        .replace('\u{2}', &format!("{gap}+"));
    if words && begins_like_a_word(pattern) {
        format!("(?-u:\\b{{start-half}})(?:{body})(?-u:\\b{{end-half}})")
    } else {
        format!("(?:{body})")
    }
}

fn begins_like_a_word(pattern: &str) -> bool {
    pattern.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '(' || c == '^')
        || pattern.starts_with("\\b")
        || pattern.starts_with("\\w")
}
