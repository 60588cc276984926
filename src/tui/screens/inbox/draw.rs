//! Drawing the inbox: the list, and below or beside it what is asked.

use super::{Entry, Inbox};
use crate::command::Command;
use crate::domain::deficiency::QueueRow;
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::desk::QueryRow;
use crate::tui::screens::figures::{age, short_day, state};
use crate::tui::screens::listing::{Look, column};
use crate::tui::screens::{queries, queue};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView};
use ratatui::layout::Rect;

impl Inbox {
    /// Puts what is asked by the line under the cursor into the pane.
    pub(super) fn show_detail(&mut self, context: &Context<'_>) {
        let zone = &context.session.zone;
        let mut pager = match (self.item(), self.query()) {
            (Some(row), _) => queue::explained(row, self.details.get(&row.id), context.now, zone),
            (None, Some(row)) => queries::pager(row, zone),
            (None, None) => Pager::default(),
        };
        pager.set_width(self.list.detail_area(context.body).width);
        self.pager = pager;
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let look = Look {
            columns: COLUMNS,
            identity: 4,
            empty: format!(
                "You owe nothing. {} goes back.",
                (context.keys)(&Command::Back)
            ),
        };
        let area = self
            .list
            .render(canvas, body, context, &look, |entry| match entry {
                Entry::Item(row) => self.item_view(row, context),
                Entry::Query(row) => query_view(row, context),
            });
        self.pager.render(canvas, area);
    }

    fn item_view(&self, row: &QueueRow, context: &Context<'_>) -> RowView {
        let zone = &context.session.zone;
        let ages = row.ages(context.now);
        let (sign, word, meaning) = queue::urgency(row, context.now);
        let due = word.map_or_else(
            || short_day(row.due, context.today(), zone),
            ToOwned::to_owned,
        );
        RowView {
            cells: vec![
                (Shown::own(sign), meaning),
                (Shown::own(due), meaning),
                (show(&row.mrn), "text"),
                (show(&row.patient_name), "text"),
                (age(ages.calendar_days), meaning),
                (self.what(row, context), "text"),
                (Shown::own(state(row.state)), "text"),
            ],
            marked: false,
        }
    }

    /// The type with what it is called, or with whom the user stands in for.
    fn what(&self, row: &QueueRow, context: &Context<'_>) -> Shown {
        let kind = show(&row.kind.as_str().into());
        let me = context.session.grants.provider();
        if me.is_some() && row.owner.is_some() && row.owner != me {
            return Shown::own(format!("{kind} for {}", show(&row.owner_name)));
        }
        let title = self.catalogue.iter().find(|e| e.kind == row.kind);
        title.map_or(kind.clone(), |entry| {
            Shown::own(format!("{kind} {}", show(&entry.title.as_str().into())))
        })
    }
}

const COLUMNS: &[Column] = &[
    column("!", 2, 0, Align::Left),
    column("DUE", 8, 0, Align::Left),
    column("MRN", 9, 0, Align::Ends),
    column("PATIENT", 14, 2, Align::Left),
    column("AGE", 4, 0, Align::Right),
    column("WHAT", 20, 3, Align::Left),
    column("STATE", 9, 0, Align::Left),
];

/// How often the provider was asked.
fn asked(row: &QueryRow) -> &'static str {
    match row.query.escalation.level {
        0 => "asked",
        1 => "reminded",
        _ => "escalated",
    }
}

fn query_view(row: &QueryRow, context: &Context<'_>) -> RowView {
    let zone = &context.session.zone;
    let query = &row.query;
    let late = query.due.is_some_and(|due| due < context.now);
    let (sign, meaning) = if late {
        ("!!", "queue.overdue")
    } else {
        ("", "text")
    };
    let due = match query.due {
        _ if late => Shown::own("LATE"),
        Some(due) => Shown::own(short_day(due, context.today(), zone)),
        None => Shown::default(),
    };
    let age = query.issued.map_or_else(Shown::default, |at| {
        age(context.now.hours_since(at).max(0) / 24)
    });
    RowView {
        cells: vec![
            (Shown::own(sign), meaning),
            (due, meaning),
            (show(&row.mrn), "text"),
            (show(&row.patient_name), "text"),
            (age, meaning),
            (
                Shown::own(format!("query: {}", show(&query.text.title))),
                "text",
            ),
            (Shown::own(asked(row)), "text"),
        ],
        marked: false,
    }
}
