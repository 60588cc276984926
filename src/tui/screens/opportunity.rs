//! An opportunity in words: its facts with value, unit, date and place, its criterion with the
//! source, and why it is ranked where it is. The chart and the worklist show the same.

use super::banner::when;
use crate::domain::opportunity::{Dismissal, Evidence, Opportunity};
use crate::domain::query::IndicatorKind;
use crate::text::{Shown, show};
use crate::tui::screens::figures::moment;
use crate::tui::widgets::{Pager, Span};
use jiff::tz::TimeZone;

/// What a fact says: name, value and unit, or the sentence of the note.
pub fn said(fact: &Evidence) -> Shown {
    let text = show(&fact.text);
    let words = match (fact.kind, fact.value) {
        (IndicatorKind::Document, _) => text.into_string(),
        (_, Some(value)) => {
            let number = value.to_string();
            let value = match text.as_str() {
                "" => number,
                reported => reported.to_owned(),
            };
            format!("{} {value} {}", show(&fact.name), show(&fact.unit))
        }
        (_, None) => format!("{} {text}", show(&fact.name)),
    };
    Shown::own(words.trim().to_owned())
}

/// Where a fact stands: the source, and line of its document.
pub fn place(fact: &Evidence) -> Shown {
    let source = show(&fact.source.as_str().into());
    let line = match fact.line {
        0 => String::new(),
        line => format!(", line {line}"),
    };
    let earlier = if fact.prior { ", earlier visit" } else { "" };
    Shown::own(format!("{source}{line}{earlier}"))
}

/// The same for a narrow column: what must not be cut stands first.
pub fn place_briefly(fact: &Evidence) -> Shown {
    let source = show(&fact.source.as_str().into());
    let earlier = if fact.prior { "earlier: " } else { "" };
    match fact.line {
        0 => Shown::own(format!("{earlier}{source}")),
        line => Shown::own(format!("{earlier}l.{line} {source}")),
    }
}

/// Everything there is to say of an opportunity, with these of its facts, for reading.
pub fn explained(
    opportunity: &Opportunity,
    aside: Option<&Dismissal>,
    facts: &[Evidence],
    zone: &TimeZone,
) -> Pager {
    let mut lines: Vec<Vec<Span>> = Vec::new();
    let own = |text: &str| show(&text.into());
    let mut add = |text: Shown, meaning: &'static str| lines.push(vec![Span { text, meaning }]);
    add(own(&opportunity.title), "list.head");
    if let Some(aside) = aside {
        let text = format!(
            "set aside {} by {}: {}",
            moment(aside.at, zone),
            own(&aside.by),
            show(&aside.reason)
        );
        add(Shown::own(text), "queue.closed");
    }
    // Evidence may be long and the pane small: why it is asked and why here stands before it.
    let rank = format!("Rank {}: {}", opportunity.rank, own(&opportunity.rank_why));
    add(Shown::own(rank), "text");
    let criterion = format!("Criterion: {}", own(&opportunity.criterion));
    add(Shown::own(criterion), "text");
    for fact in facts {
        let text = format!(
            "- {} ({}, {})",
            said(fact),
            when(fact.at, zone),
            place(fact)
        );
        add(Shown::own(text), "text");
    }
    for source in &opportunity.source {
        add(Shown::own(format!("Source: {}", own(source))), "dim");
    }
    if !opportunity.template.is_empty() {
        let (name, id) = (own(&opportunity.template_name), own(&opportunity.template));
        add(Shown::own(format!("Template: {name} ({id})")), "dim");
    }
    let version = opportunity.rule_version;
    let rule = format!("Rule: {} version {version}", own(&opportunity.rule));
    add(Shown::own(rule), "dim");
    Pager::of_spans(lines)
}
