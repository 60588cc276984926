//! A query as the provider reads it: identity, indicators with source and date, question,
//! options. The composer shows it beside the draft, the list of queries in full.

use crate::domain::query::{Indicator, LintFinding, LintLevel, QueryFormat, QueryText};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show, show_lines};
use crate::tui::screens::banner::day;
use crate::tui::widgets::{Pager, Span};
use jiff::tz::TimeZone;

/// What stands around the words.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Patient and second identifier.
    pub who: Shown,
    /// Who is asked.
    pub to: Option<Shown>,
    /// When the answer is due.
    pub due: Option<Shown>,
}

/// The fact with its source and date, on one line.
pub fn indicator_line(indicator: &Indicator, zone: &TimeZone) -> Shown {
    let source = show(&indicator.source);
    let date = day(indicator.date, zone);
    // A source often ends with its date already.
    let behind = match (indicator.source.is_blank(), indicator.date) {
        (true, _) => date.into_string(),
        (false, Some(_)) if !source.as_str().ends_with(date.as_str()) => format!("{source} {date}"),
        (false, _) => source.into_string(),
    };
    let behind = match indicator.line {
        0 => behind,
        line => format!("{behind}, line {line}"),
    };
    let prior = if indicator.prior {
        " [prior visit]"
    } else {
        ""
    };
    Shown::own(format!("{} ({behind}){prior}", show(&indicator.text)))
}

/// Title, indicators, question and options as plain lines, without marks.
pub fn plain(text: &QueryText, zone: &TimeZone) -> Vec<Shown> {
    lines(text, &About::default(), &[], zone)
        .into_iter()
        .skip(3)
        .map(|spans| {
            let parts: String = spans.iter().map(|s| s.text.as_str()).collect();
            Shown::own(parts)
        })
        .collect()
}

/// The query as lines to read; what the check blocks or warns of is highlighted in the question.
pub fn pager(text: &QueryText, about: &About, findings: &[LintFinding], zone: &TimeZone) -> Pager {
    Pager::of_spans(lines(text, about, findings, zone))
}

/// The same as lines.
pub fn lines(
    text: &QueryText,
    about: &About,
    findings: &[LintFinding],
    zone: &TimeZone,
) -> Vec<Vec<Span>> {
    let mut lines: Vec<Vec<Span>> = Vec::new();
    let mut add = |text: Shown, meaning: &'static str| lines.push(vec![Span { text, meaning }]);
    add(about.who.clone(), "chart.title");
    let to = about
        .to
        .clone()
        .unwrap_or_else(|| Shown::own("(nobody yet)"));
    add(Shown::own(format!("To: {to}")), "text");
    if let Some(due) = &about.due {
        add(Shown::own(format!("Please answer by {due}")), "text");
    }
    add(Shown::default(), "text");
    if !text.title.is_blank() {
        add(show(&text.title), "list.head");
        add(Shown::default(), "text");
    }
    add(Shown::own("Clinical indicators"), "field.label");
    if text.indicators.is_empty() {
        add(Shown::own("  (none)"), "dim");
    }
    for indicator in &text.indicators {
        let line = indicator_line(indicator, zone);
        add(Shown::own(format!("  - {line}")), "text");
    }
    add(Shown::default(), "text");
    lines.extend(question(text.body.raw(), findings));
    lines.push(Vec::new());
    for option in &text.options {
        let text = Shown::own(format!("  ( ) {}", show(option)));
        lines.push(vec![Span {
            text,
            meaning: "text",
        }]);
    }
    if text.format == QueryFormat::Open {
        let text = Shown::own("  Answer: ________________________________");
        lines.push(vec![Span {
            text,
            meaning: "dim",
        }]);
    }
    lines
}

/// The question, cut where findings begin and end.
fn question(body: &str, findings: &[LintFinding]) -> Vec<Vec<Span>> {
    let mut lines = vec![Vec::new()];
    let mut at = 0;
    let mut marks: Vec<(usize, usize, &'static str)> = findings
        .iter()
        .filter(|f| f.field == "body" && f.level != LintLevel::Info)
        .map(|f| {
            let meaning = match f.level {
                LintLevel::Block => "lint.block",
                _ => "lint.warn",
            };
            (f.start, f.end, meaning)
        })
        .collect();
    marks.sort_unstable();
    for (start, end, meaning) in marks {
        if start < at || body.get(start..end).is_none() {
            continue;
        }
        push(&mut lines, &body[at..start], "text");
        push(&mut lines, &body[start..end], meaning);
        at = end;
    }
    push(&mut lines, &body[at..], "text");
    lines
}

fn push(lines: &mut Vec<Vec<Span>>, text: &str, meaning: &'static str) {
    for (i, part) in show_lines(&Untrusted::new(text)).into_iter().enumerate() {
        if i > 0 {
            lines.push(Vec::new());
        }
        if let Some(line) = lines.last_mut()
            && !part.as_str().is_empty()
        {
            line.push(Span {
                text: part,
                meaning,
            });
        }
    }
}
