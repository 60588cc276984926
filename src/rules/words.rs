//! Why an item is owed, in words: what was looked for, in which window, and what was found.
//!
//! Words hold kinds, dates and states only. Names, titles and texts of records never come in.

use super::answer::{earliest, latest};
use super::rule::{AnswerSpec, DispositionSpec, DocumentSpec};
use super::schema::Within;
use super::state::{self, Ending};
use super::view::{About, View};
use crate::domain::document::{Document, DocumentKind, DocumentStatus, SignatureState};
use crate::domain::time::{Instant, Moment};

/// "looked for …; found …" for a missing document.
pub(super) fn missing(view: &View<'_>, specs: &[AnswerSpec], about: About<'_>) -> String {
    let applicable: Vec<&AnswerSpec> = specs.iter().filter(|s| view.holds(&s.only)).collect();
    let clauses: Vec<String> = applicable
        .iter()
        .map(|s| {
            format!(
                "{}{} {}{}",
                kinds(&s.kinds),
                titled(&s.titled),
                place(s.within),
                window(view, s, about)
            )
        })
        .collect();
    let found = found(view, &applicable);
    format!(
        "{}looked for {}; found {found}",
        subject(view, about),
        clauses.join(", or ")
    )
}

/// What an unsigned, uncosigned or incomplete document is, in words.
pub(super) fn document(view: &View<'_>, document: &Document) -> String {
    let dated = match document.facts.at {
        Some(at) => format!("dated {}", at.iso(view.zone)),
        None => "without a date".to_owned(),
    };
    format!(
        "{} {dated} is recorded as {}",
        document.facts.kind.title(),
        document.facts.signature.name()
    )
}

/// A verbal order without a signature, in words.
pub(super) fn verbal_order(view: &View<'_>, about: About<'_>) -> String {
    format!(
        "{}given verbally, no signature is recorded",
        subject(view, about)
    )
}

/// What is wrong with the end of the visit, in words.
pub(super) fn ending(view: &View<'_>, spec: &DispositionSpec) -> String {
    let recorded = view.chart.encounter.facts.disposition.name();
    match state::ending(view, spec) {
        Some(Ending::NoOrder) => {
            format!("the visit has ended with the disposition {recorded}; found no discharge order")
        }
        Some(Ending::OrderSays(other)) => format!(
            "the visit has ended with the disposition {recorded}, the discharge order says {}",
            other.name()
        ),
        _ => format!("the visit has ended with the disposition recorded as {recorded}"),
    }
}

/// A text that lacks something, in words.
pub(super) fn lacking(view: &View<'_>, spec: &DocumentSpec, of: &Document) -> String {
    let elements = state::lacking(view, spec, of).join(", ");
    format!(
        "{}; its text says nothing of {elements}",
        document(view, of)
    )
}

/// A query that is not answered, in words.
pub(super) fn query() -> String {
    "the query is not answered, and its answer is overdue".to_owned()
}

fn subject(view: &View<'_>, about: About<'_>) -> String {
    let at = |m: Option<Moment>| m.map_or("without a date".to_owned(), |m| m.iso(view.zone));
    match about {
        About::Procedure(p) => format!("procedure {}: ", at(p.facts.start.or(p.facts.end))),
        About::Order(o) => format!("{} order {}: ", o.facts.kind.name(), at(o.facts.at)),
        About::Day(day) => format!("{day}: "),
        About::Visit | About::Document(_) | About::Query(_) => String::new(),
    }
}

fn kinds(kinds: &[DocumentKind]) -> String {
    let titles: Vec<&str> = kinds.iter().map(|k| k.title()).collect();
    titles.join(" or ")
}

fn titled(words: &[String]) -> String {
    if words.is_empty() {
        return String::new();
    }
    format!(" titled {}", words.join(" or "))
}

fn place(within: Within) -> &'static str {
    match within {
        Within::Visit => "of this visit",
        Within::Unnamed => "naming no visit",
    }
}

fn window(view: &View<'_>, spec: &AnswerSpec, about: About<'_>) -> String {
    let iso = |at: Instant| Moment::at(at).iso(view.zone);
    let from = spec.from.as_ref().and_then(|b| earliest(view, b, about));
    let until = spec.until.as_ref().and_then(|b| latest(view, b, about));
    match (from.map(iso), until.map(iso)) {
        (Some(from), Some(until)) => format!(" dated {from} to {until}"),
        (Some(from), None) => format!(" dated {from} or later"),
        (None, Some(until)) => format!(" dated up to {until}"),
        (None, None) => String::new(),
    }
}

/// What there is of the kinds looked for.
fn found(view: &View<'_>, specs: &[&AnswerSpec]) -> String {
    let wanted = |d: &&Document| {
        let named = d.encounter.is_none() || view.names_visit(d);
        named && specs.iter().any(|s| s.kinds.contains(&d.facts.kind))
    };
    let (mut standing, mut retracted) = (0, 0);
    for d in view.chart.documents.iter().filter(wanted) {
        if d.facts.status == DocumentStatus::Retracted
            || d.facts.signature == SignatureState::Retracted
        {
            retracted += 1;
        } else {
            standing += 1;
        }
    }
    match (standing, retracted) {
        (0, 0) => "none".to_owned(),
        (0, n) => format!("none but {n} retracted"),
        (n, 0) => format!("{n} that cannot be taken for it"),
        (n, r) => format!("{n} that cannot be taken for it and {r} retracted"),
    }
}
