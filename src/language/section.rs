//! Sections of a note.
//!
//! Owns how headings are told from text, also where line breaks were lost, and what a heading
//! means; the names are data (`data/sections.toml`). Never reads what stands under a heading.
//! Start reading at [`Sections::find`].

use super::assertion::{Time, Who};
use super::error::{LanguageError, parse};
use super::matcher::{Found, Matcher, Phrases};
use super::token::{Span, Token, TokenKind, Tokens};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Kind of the text before the first heading.
pub const START: &str = "start";
/// Kind of a section whose heading is in no list.
pub const OTHER: &str = "other";
/// Most words of a heading that is in no list.
const LONGEST_UNKNOWN: usize = 7;
/// Fewest letters of one: `BP:` and `T:` introduce values, not sections.
const SHORTEST_UNKNOWN: usize = 4;

/// A section of a note.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Section {
    /// What it is: a kind of `sections.toml`, [`START`] or [`OTHER`].
    pub kind: Arc<str>,
    /// The heading without its colon; empty for text before the first heading.
    pub title: Span,
    /// What stands under it, without surrounding white space.
    pub body: Span,
}

/// What a section says of the statements in it that say nothing themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bearing {
    /// Their time.
    pub time: Option<Time>,
    /// Whom they are about.
    pub who: Option<Who>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Read by `Language::sources`.
    #[serde(default, rename = "source")]
    _source: String,
    #[serde(default)]
    section: Vec<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kind: String,
    #[serde(default = "yes")]
    enabled: bool,
    time: Option<Time>,
    who: Option<Who>,
    #[serde(default)]
    names: Vec<String>,
    /// The kind it takes on after a section of another kind.
    #[serde(default)]
    after: BTreeMap<String, String>,
    /// Kinds whose part it is when it stands in them.
    #[serde(default)]
    within: Vec<String>,
    /// The kind it is otherwise, if not its own.
    otherwise: Option<String>,
}

fn yes() -> bool {
    true
}

/// The compiled list of headings.
#[derive(Clone, Debug)]
pub struct Sections {
    matcher: Matcher,
    entries: Vec<Entry>,
    kinds: BTreeMap<String, (Arc<str>, Bearing)>,
    other: Arc<str>,
    start: Arc<str>,
}

/// A heading found: its tokens, the first token after it (colon included), and its kind.
#[derive(Clone, Debug)]
pub struct Heading {
    /// First token.
    pub from: usize,
    /// Token after the last of the title.
    pub to: usize,
    /// First token of what stands under it.
    pub body: usize,
    /// Kind.
    pub kind: Arc<str>,
}

impl Sections {
    /// Reads files of headings; an entry of a later file replaces that of the same kind.
    pub fn load(files: &[(&str, &str)]) -> Result<Self, LanguageError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut last = "";
        for (name, text) in files {
            last = name;
            for entry in parse::<File>(name, text)?.section {
                match entries.iter_mut().find(|e| e.kind == entry.kind) {
                    Some(old) => *old = entry,
                    None => entries.push(entry),
                }
            }
        }
        entries.retain(|e| e.enabled);
        let mut phrases = Phrases::default();
        let mut kinds = BTreeMap::new();
        for (i, entry) in entries.iter().enumerate() {
            phrases.add(last, &entry.kind, i, &entry.names)?;
            let bearing = Bearing {
                time: entry.time,
                who: entry.who,
            };
            let kind = Arc::from(entry.kind.as_str());
            kinds.insert(entry.kind.clone(), (kind, bearing));
        }
        for entry in &entries {
            let named = entry.after.values().chain(&entry.otherwise);
            for kind in named {
                if !kinds.contains_key(kind) {
                    let what = format!("there is no kind `{kind}`");
                    return Err(LanguageError::entry(last, &entry.kind, what));
                }
            }
        }
        Ok(Self {
            matcher: phrases.compile(),
            entries,
            kinds,
            other: Arc::from(OTHER),
            start: Arc::from(START),
        })
    }

    /// The kinds there are, in the order of their names.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.keys().map(String::as_str)
    }

    /// What a section of this kind says of the statements in it.
    pub fn bearing(&self, kind: &str) -> Bearing {
        self.kinds.get(kind).map(|k| k.1).unwrap_or_default()
    }

    /// The headings of a text, in order.
    pub fn headings(&self, tokens: &Tokens) -> Vec<Heading> {
        let found = self.matcher.find(tokens);
        let mut headings: Vec<Heading> = Vec::new();
        let mut known = found.iter().peekable();
        let mut at = 0;
        while at < tokens.len() {
            while known.next_if(|f| f.from < at).is_some() {}
            let here = known.peek().map(|f| **f);
            let heading = match here {
                Some(f) if f.from == at => {
                    let end = joined(tokens, &f, known.clone());
                    self.known(tokens, &f, end, headings.last())
                }
                _ => None,
            };
            let heading = heading.or_else(|| {
                let mut heading = self.unknown(tokens, at)?;
                // `HIS SOCIAL HISTORY:` is what its last words are.
                let inside = known.clone().take_while(|f| f.to <= heading.to);
                if let Some(f) = inside.last().filter(|f| f.to == heading.to) {
                    heading.kind = self.kind_of(*f, headings.last());
                }
                Some(heading)
            });
            match heading {
                Some(heading) => {
                    at = heading.body;
                    headings.push(heading);
                }
                None => at += 1,
            }
        }
        headings
    }

    /// The sections of a text: they cover it, in order, without overlap.
    pub fn find(&self, text: &str, tokens: &Tokens, headings: &[Heading]) -> Vec<Section> {
        let mut sections = Vec::with_capacity(headings.len() + 1);
        let first = headings.first().map_or(tokens.len(), |h| h.from);
        if first > 0 {
            sections.push(Section {
                kind: self.start.clone(),
                title: Span::default(),
                body: range(tokens, 0, first, 0),
            });
        }
        for (i, h) in headings.iter().enumerate() {
            let end = headings.get(i + 1).map_or(tokens.len(), |next| next.from);
            let title = range(tokens, h.from, h.to, text.len());
            sections.push(Section {
                kind: h.kind.clone(),
                title,
                body: range(tokens, h.body, end, title.end),
            });
        }
        sections
    }

    /// A heading of the list that begins with `found` and whose title ends before token `end`.
    fn known(
        &self,
        tokens: &Tokens,
        found: &Found,
        end: usize,
        before: Option<&Heading>,
    ) -> Option<Heading> {
        let list = &tokens.list;
        let words = &list[found.from..end];
        if !words.first()?.capital {
            return None;
        }
        let boundary = at_boundary(tokens, found.from);
        let upper = words.iter().all(|t| t.upper || t.kind != TokenKind::Word);
        let to = skip_plural(tokens, end);
        let next = list.get(to);
        let colon = next.is_some() && tokens.word(to) == ":";
        let dash = next.is_some_and(|t| t.spaced) && tokens.word(to) == "-";
        let large = |i: usize| {
            let small = matches!(
                tokens.word(i),
                "and" | "of" | "the" | "to" | "for" | "in" | "on" | "at"
            );
            list[i].capital || small || list[i].kind != TokenKind::Word
        };
        let titled = words.len() > 1 && (found.from..end).all(large);
        // Alone on its line, with lines below: a text that is nothing but a name is a statement.
        let alone = list[found.from].breaks > 0 && next.is_some_and(|t| t.breaks > 0);
        let heading = (colon && (boundary || upper || titled))
            || alone
            || (dash && boundary && list.get(to + 1).is_some_and(|t| t.spaced));
        heading.then(|| Heading {
            from: found.from,
            to,
            body: if colon || dash { to + 1 } else { to },
            kind: self.kind_of(*found, before),
        })
    }

    fn kind_of(&self, found: Found, before: Option<&Heading>) -> Arc<str> {
        // Of two kinds with the same name the later counts: the site's.
        let Some(entry) = self.matcher.entries(found).last() else {
            return self.other.clone();
        };
        let entry = &self.entries[*entry];
        let previous = before.map_or(START, |h| &*h.kind);
        let kind = if entry.within.iter().any(|k| k == previous) {
            previous
        } else if let Some(kind) = entry.after.get(previous) {
            kind
        } else {
            entry.otherwise.as_ref().unwrap_or(&entry.kind)
        };
        self.kinds
            .get(kind)
            .map_or_else(|| self.other.clone(), |k| k.0.clone())
    }

    /// A heading in no list: a few words in capitals with a colon, where a heading may stand.
    fn unknown(&self, tokens: &Tokens, from: usize) -> Option<Heading> {
        let list = &tokens.list;
        if !(list[from].upper && at_boundary(tokens, from)) {
            return None;
        }
        let joins = |i: usize| matches!(tokens.word(i), "/" | "&" | "," | "(" | ")");
        let mut to = from;
        let mut letters = 0;
        while to < list.len() && to - from < LONGEST_UNKNOWN {
            match list[to] {
                Token { breaks: 1.., .. } if to > from => break,
                t if t.upper => letters += t.span.end - t.span.start,
                t if t.kind == TokenKind::Mark && joins(to) => {}
                _ => break,
            }
            to += 1;
        }
        let colon = to < list.len() && tokens.word(to) == ":" && !list[to].spaced;
        (colon && letters >= SHORTEST_UNKNOWN).then(|| Heading {
            from,
            to,
            body: to + 1,
            kind: self.other.clone(),
        })
    }
}

/// Whether a heading may begin here: at the start of the text, of a line, of a sentence, of a
/// list item, or after a comma where line breaks were lost.
fn at_boundary(tokens: &Tokens, at: usize) -> bool {
    at == 0
        || tokens.list[at].breaks > 0
        || matches!(
            tokens.word(at - 1),
            "." | "," | ";" | ":" | "!" | "?" | ")" | "]" | "*" | "-" | "_" | "|" | "#"
        )
}

/// Where the title ends that begins with `first`: `PHYSICAL EXAMINATION,VITAL SIGNS:` and
/// `Past medical history and allergies:` are one heading each, of the first kind.
fn joined<'a>(tokens: &Tokens, first: &Found, rest: impl Iterator<Item = &'a Found>) -> usize {
    let mut end = first.to;
    for next in rest {
        let links = next.from.saturating_sub(end);
        let linked = links == 1 && matches!(tokens.word(end), "," | "/" | "&" | "and")
            || links == 2 && tokens.word(end) == "," && tokens.word(end + 1) == "and";
        if next.from <= first.from {
            continue;
        }
        // Only what leads to a colon is a title: `Chest, abdomen normal` is not.
        if !linked || tokens.list[next.from].breaks > 0 {
            break;
        }
        end = next.to;
    }
    let colon = end < tokens.len() && tokens.word(end) == ":";
    if colon { end } else { first.to }
}

/// Steps over `(s)` and `(es)`.
fn skip_plural(tokens: &Tokens, at: usize) -> usize {
    let plural = at + 2 < tokens.len()
        && tokens.word(at) == "("
        && matches!(tokens.word(at + 1), "s" | "es")
        && tokens.word(at + 2) == ")";
    if plural { at + 3 } else { at }
}

fn range(tokens: &Tokens, from: usize, to: usize, empty: usize) -> Span {
    match (tokens.list.get(from), tokens.list.get(to.wrapping_sub(1))) {
        (Some(first), Some(last)) if from < to => Span::new(first.span.start, last.span.end),
        _ => Span::new(empty, empty),
    }
}
