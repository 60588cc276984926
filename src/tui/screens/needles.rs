//! What of a search stands in a text, for highlights.
//!
//! Text is cut into terms by the grammar, exactly as the index cuts it, so what was found is
//! what is marked. A needle travels between screens as text: words in order, with a star behind
//! the last when that is only the beginning of a word. Nothing here searches charts.

use crate::grammar::ast::{Node, NodeKind};
use crate::grammar::terms::{fold_into, folded, terms};
use crate::grammar::{GrammarError, parse};
use jiff::civil::Date;

/// A place in a text: bytes of a line, and which match it belongs to (a phrase may go over the
/// end of a line).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The line.
    pub line: usize,
    /// First byte.
    pub from: usize,
    /// Byte behind the last.
    pub to: usize,
    /// The match, from 0.
    pub group: usize,
}

/// The needles of a query as typed: its words and phrases for the text, without what is negated.
///
/// # Errors
/// The query cannot be understood.
pub fn needles(query: &str, today: Date) -> Result<Vec<String>, GrammarError> {
    let mut out = Vec::new();
    collect(&parse(query, today)?.root, &mut out);
    Ok(out)
}

/// The needle of what an answer says is to be marked.
pub fn of_mark(mark: &crate::domain::search::Mark) -> String {
    let star = if mark.open { "*" } else { "" };
    format!("{}{star}", mark.text.raw())
}

fn collect(node: &Node, out: &mut Vec<String>) {
    match &node.kind {
        NodeKind::All(parts) | NodeKind::Any(parts) => {
            for part in parts {
                collect(part, out);
            }
        }
        NodeKind::Group(inner) => collect(inner, out),
        NodeKind::Word(text) | NodeKind::Phrase(text) => out.push(text.raw().to_owned()),
        NodeKind::Prefix(text) => {
            let mut word = text.raw().to_owned();
            word.push('*');
            out.push(word);
        }
        NodeKind::Near { words, .. } => {
            out.extend(words.raw().split_whitespace().map(str::to_owned));
        }
        NodeKind::Not(_) | NodeKind::Field { .. } | NodeKind::Fuzzy { .. } => {}
    }
}

/// A term of the text: where it stands and its folded form.
struct Term {
    line: usize,
    from: usize,
    to: usize,
    folded: String,
}

/// Every match of the needles in lines of text, in order, without overlaps.
pub fn find(lines: &[String], needles: &[String]) -> Vec<Found> {
    let needles: Vec<(Vec<String>, bool)> = needles
        .iter()
        .map(|n| (folded(n.trim_end_matches('*')), n.ends_with('*')))
        .filter(|(words, _)| !words.is_empty())
        .collect();
    if needles.is_empty() {
        return Vec::new();
    }
    let text = cut(lines);
    let mut found = Vec::new();
    let (mut at, mut group) = (0, 0);
    while at < text.len() {
        let longest = needles
            .iter()
            .filter_map(|n| matches_at(&text[at..], n))
            .max();
        let Some(length) = longest else {
            at += 1;
            continue;
        };
        push(&mut found, &text[at..at + length], group);
        at += length;
        group += 1;
    }
    found
}

fn cut(lines: &[String]) -> Vec<Term> {
    let mut all = Vec::new();
    for (line, text) in lines.iter().enumerate() {
        for (from, to) in terms(text) {
            let mut folded = String::new();
            fold_into(&text[from..to], &mut folded);
            all.push(Term {
                line,
                from,
                to,
                folded,
            });
        }
    }
    all
}

/// How many terms the needle covers where the text begins.
fn matches_at(text: &[Term], (words, prefix): &(Vec<String>, bool)) -> Option<usize> {
    let last = words.len() - 1;
    for (i, word) in words.iter().enumerate() {
        let term = &text.get(i)?.folded;
        let same = if i == last && *prefix {
            term.starts_with(word.as_str())
        } else {
            term == word
        };
        if !same {
            return None;
        }
    }
    Some(words.len())
}

/// One piece for each line the match touches.
fn push(found: &mut Vec<Found>, terms: &[Term], group: usize) {
    for term in terms {
        match found.last_mut() {
            Some(last) if last.group == group && last.line == term.line => last.to = term.to,
            _ => found.push(Found {
                line: term.line,
                from: term.from,
                to: term.to,
                group,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 3, 22);

    fn marked(text: &str, query: &str) -> Vec<String> {
        let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        find(&lines, &needles(query, TODAY).unwrap())
            .iter()
            .map(|f| format!("{}:{}", f.group, &lines[f.line][f.from..f.to]))
            .collect()
    }

    #[test]
    fn words_phrases_and_beginnings_are_marked_as_the_index_cuts_them() {
        assert_eq!(
            marked("Acute Heart failure. X-ray: hearts.", "heart x-ray"),
            ["0:Heart", "1:X-ray"]
        );
        assert_eq!(
            marked("diuresed, diuretic", "diur*"),
            ["0:diuresed", "1:diuretic"]
        );
        assert_eq!(marked("no heart here", "-heart type:consult"), [""; 0]);
    }

    #[test]
    fn a_phrase_goes_over_the_end_of_a_line() {
        assert_eq!(
            marked("acute heart\nfailure", "\"heart failure\""),
            ["0:heart", "0:failure"]
        );
    }

    #[test]
    fn a_query_of_fields_alone_marks_nothing() {
        assert!(needles("mrn:12", TODAY).unwrap().is_empty());
        assert!(needles("\"open", TODAY).is_err());
    }
}
