//! Drawing the list of queries, and beside it the one under the cursor.

use super::Queries;
use super::view::PLAN;
use crate::command::Command;
use crate::domain::query::{LintFinding, QueryState};
use crate::domain::time::Instant;
use crate::text::{Shown, show, show_lines};
use crate::tui::app::Context;
use crate::tui::desk::QueryRow;
use crate::tui::screens::composer::preview;
use crate::tui::screens::figures::moment;
use crate::tui::screens::listing::{Look, column};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, Span};
use jiff::tz::TimeZone;
use ratatui::layout::Rect;

/// Words for a state.
pub(super) fn state_words(state: QueryState) -> &'static str {
    match state {
        QueryState::Draft => "draft",
        QueryState::Issued => "issued",
        QueryState::Responded => "answered",
        QueryState::Reconciled => "reconciled",
        QueryState::Closed => "closed",
        QueryState::Withdrawn => "withdrawn",
        QueryState::Expired => "expired",
    }
}

/// A query in full: as the provider sees it, and what became of it.
pub(in crate::tui::screens) fn pager(row: &QueryRow, zone: &TimeZone) -> Pager {
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
    let line = |text: Shown, meaning| vec![Span { text, meaning }];
    let dated = |word: &str, at: Option<Instant>| {
        at.map(|at| Shown::own(format!("{word} {}", moment(at, zone))))
    };
    let state = Shown::own(format!("State: {}", state_words(query.state)));
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
    lines.push(Vec::new());
    let none: &[LintFinding] = &[];
    lines.extend(preview::lines(&query.text, &about, none, zone));
    Pager::of_spans(lines)
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
            (Shown::own(state_words(query.state)), meaning),
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
