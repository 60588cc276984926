//! Drawing the list of queries, and beside it the one under the cursor.

use super::Queries;
use super::view::PLAN;
use crate::command::Command;
use crate::domain::query::{LintFinding, Query, QueryState};
use crate::domain::time::Instant;
use crate::text::{Shown, show, show_lines};
use crate::tui::app::Context;
use crate::tui::desk::{QueryDetail, QueryRow};
use crate::tui::screens::composer::preview;
use crate::tui::screens::figures::moment;
use crate::tui::screens::listing::{Look, column};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, Span};
use jiff::tz::TimeZone;
use ratatui::layout::Rect;

/// Words for a state; a query on the ladder says so.
pub(in crate::tui::screens) fn state_words(query: &Query) -> &'static str {
    match query.state {
        QueryState::Issued if query.escalation.level > 0 => "escalated",
        QueryState::Draft => "draft",
        QueryState::Issued => "issued",
        QueryState::Responded => "answered",
        QueryState::Reconciled => "reconciled",
        QueryState::Closed => "closed",
        QueryState::Withdrawn => "withdrawn",
        QueryState::Expired => "expired",
    }
}

/// The heading of a query that is read.
pub(in crate::tui::screens) fn heading(row: &QueryRow) -> Shown {
    Shown::own(format!(
        "Query {} {}",
        row.query.id,
        state_words(&row.query)
    ))
}

/// A query with its whole history behind it.
pub(in crate::tui::screens) fn whole(detail: &QueryDetail, zone: &TimeZone) -> Pager {
    let mut lines = lines(&detail.row, zone);
    for a in &detail.addenda {
        let text = format!(
            "Addendum asked for: item {}, {}, due {}",
            a.deficiency,
            crate::tui::screens::figures::state(a.state),
            a.due.day(zone)
        );
        lines.insert(1, line(Shown::own(text), "text"));
    }
    lines.push(Vec::new());
    lines.push(line(Shown::own("History"), "field.label"));
    for h in &detail.history {
        let what = show(&h.happened().into());
        let text = format!("{}  {what}  {}", moment(h.at, zone), show(&h.user_name));
        lines.push(line(Shown::own(text), "text"));
        if !h.reason.is_blank() {
            lines.push(line(Shown::own(format!("    {}", show(&h.reason))), "dim"));
        }
    }
    Pager::of_spans(lines)
}

fn line(text: Shown, meaning: &'static str) -> Vec<Span> {
    vec![Span { text, meaning }]
}

/// A query in full: as the provider sees it, and what became of it.
pub(in crate::tui::screens) fn pager(row: &QueryRow, zone: &TimeZone) -> Pager {
    Pager::of_spans(lines(row, zone))
}

fn lines(row: &QueryRow, zone: &TimeZone) -> Vec<Vec<Span>> {
    let query = &row.query;
    let about = preview::About {
        who: Shown::own(format!(
            "{}  MRN {}  visit {}",
            show(&row.patient_name),
            show(&row.mrn),
            show(&row.visit)
        )),
        to: (!row.provider_name.is_blank()).then(|| show(&row.provider_name)),
        due: query.due.map(|at| Shown::own(at.day(zone).to_string())),
    };
    let mut lines: Vec<Vec<Span>> = Vec::new();
    let dated = |word: &str, at: Option<Instant>| {
        at.map(|at| Shown::own(format!("{word} {}", moment(at, zone))))
    };
    let state = Shown::own(format!("State: {}", state_words(query)));
    lines.push(line(state, "field.label"));
    for text in [
        dated("Issued", query.issued),
        dated("Answered", query.answered),
    ]
    .into_iter()
    .flatten()
    {
        lines.push(line(text, "text"));
    }
    if !query.answer.is_blank() {
        for (i, text) in show_lines(&query.answer).into_iter().enumerate() {
            let before = if i == 0 { "Answer: " } else { "        " };
            lines.push(line(Shown::own(format!("{before}{text}")), "list.head"));
        }
    }
    lines.extend(standing(row, zone).into_iter().map(|t| line(t, "text")));
    lines.push(Vec::new());
    let none: &[LintFinding] = &[];
    lines.extend(preview::lines(&query.text, &about, none, zone));
    lines
}

/// Where it stands on the ladder, what was overruled, and what came of the answer.
fn standing(row: &QueryRow, zone: &TimeZone) -> Vec<Shown> {
    let query = &row.query;
    let mut said = Vec::new();
    if let Some(overruled) = &query.overruled {
        said.push(format!(
            "OVERRULED {}: {}",
            overruled.rules.join(", "),
            show(&overruled.reason)
        ));
    }
    if query.escalation.level > 0 {
        let last = &row.standing.last;
        said.push(format!("Level {}: {last}", query.escalation.level));
    }
    if let Some(next) = &row.standing.next {
        let at = match next.at {
            Some(at) => moment(at, zone),
            None => "when the provider is back".to_owned(),
        };
        said.push(format!("Next: {} {at}, {} is told", next.title, next.who));
    }
    if let Some(outcome) = &query.outcome {
        let document = outcome
            .document
            .map_or("nothing to document".to_owned(), |d| {
                format!("document {d}")
            });
        said.push(format!(
            "Reconciled {}: {document}, codes {}",
            query
                .reconciled
                .map_or(String::new(), |at| moment(at, zone)),
            show(&outcome.codes)
        ));
        said.push(format!("Effect: {}", show(&outcome.effect)));
    }
    said.into_iter().map(Shown::own).collect()
}

impl Queries {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let alone = self.list.detail_area(body).height == 0;
        let look = Look {
            columns: &columns(alone && body.width >= 76),
            identity: 3,
            empty: self.nothing(context),
        };
        let area = self
            .list
            .render(canvas, body, context, &look, |row| view_row(row, context));
        if area.height > 0
            && let Some(row) = self.row()
        {
            pager(row, &context.session.zone).render(canvas, area);
        }
    }

    fn nothing(&self, context: &Context<'_>) -> String {
        let key = |command: Command| (context.keys)(&command);
        if self.list.rows().is_empty() {
            return format!(
                "No queries yet. Open a chart and write one there; {} goes back.",
                key(Command::Back)
            );
        }
        format!(
            "No query is {} now. {} shows the others.",
            PLAN.views[self.list.view()].title.to_lowercase(),
            key(Command::NextPane)
        )
    }
}

fn view_row(row: &QueryRow, context: &Context<'_>) -> RowView {
    let query = &row.query;
    let zone = &context.session.zone;
    let late = query.state == QueryState::Issued && query.due.is_some_and(|d| d < context.now);
    let (sign, meaning) = match query.state {
        _ if late => ("!!", "queue.overdue"),
        QueryState::Draft => ("", "queue.soon"),
        QueryState::Issued | QueryState::Responded => ("", "text"),
        _ => ("", "queue.closed"),
    };
    let due = match query.due {
        _ if late => Shown::own("LATE"),
        Some(due) => Shown::own(due.day(zone).to_string()),
        None => Shown::default(),
    };
    let title = if query.text.title.is_blank() {
        Shown::own("(no title)")
    } else {
        show(&query.text.title)
    };
    RowView {
        cells: vec![
            (Shown::own(sign), meaning),
            (show(&row.mrn), "text"),
            (show(&row.patient_name), "text"),
            (Shown::own(state_words(query)), meaning),
            (due, meaning),
            (show(&row.provider_name), "text"),
            (title, "dim"),
        ],
        marked: false,
    }
}

fn columns(wide: bool) -> Vec<Column> {
    let title = if wide { 14 } else { 6 };
    vec![
        column("!", 2, 0, Align::Left),
        column("MRN", 9, 0, Align::Ends),
        column("PATIENT", 12, 1, Align::Left),
        column("STATE", 10, 0, Align::Left),
        column("DUE", 10, 0, Align::Left),
        column("TO", 9, 1, Align::Left),
        column("TITLE", title, 2, Align::Left),
    ]
}
