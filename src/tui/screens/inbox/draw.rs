//! Drawing the inbox: the list, and below or beside it what is asked.

use super::{Entry, Inbox};
use crate::command::Command;
use crate::domain::deficiency::QueueRow;
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::desk::QueryRow;
use crate::tui::screens::figures::{age, short_day, state};
use crate::tui::screens::{queries, queue};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, table};
use ratatui::layout::Rect;

/// From this width on the detail stands beside the list.
const BESIDE: u16 = 110;

/// Columns of the detail beside the list.
const ASIDE: u16 = 46;

/// Lines of the detail below the list.
const BELOW: u16 = 8;

fn list_area(body: Rect) -> Rect {
    if body.width >= BESIDE {
        Rect::new(body.x, body.y, body.width - ASIDE - 2, body.height)
    } else {
        let rest = if body.height >= 18 { BELOW } else { 3 };
        Rect::new(
            body.x,
            body.y,
            body.width,
            body.height.saturating_sub(rest + 1),
        )
    }
}

/// The detail's area.
pub(super) fn detail_area(body: Rect) -> Rect {
    let list = list_area(body);
    if body.width >= BESIDE {
        Rect::new(list.right() + 2, body.y, ASIDE, body.height)
    } else {
        let y = list.bottom() + 1;
        Rect::new(body.x, y, body.width, body.bottom().saturating_sub(y))
    }
}

/// Rows of the list that are shown.
pub(super) fn rows_shown(body: Rect) -> u16 {
    list_area(body).height.saturating_sub(1)
}

impl Inbox {
    /// Puts what is asked by the line under the cursor into the pane.
    pub(super) fn show_detail(&mut self, context: &Context<'_>) {
        let zone = &context.session.zone;
        let mut pager = match (self.item(), self.query()) {
            (Some(row), _) => queue::explained(row, self.details.get(&row.id), context.now, zone),
            (None, Some(row)) => queries::pager(row, zone),
            (None, None) => Pager::default(),
        };
        pager.set_width(detail_area(context.body).width);
        self.pager = pager;
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let list = list_area(body);
        if self.list.len == 0 {
            self.nothing(canvas, list, context);
        } else {
            table(
                canvas,
                list,
                &columns(),
                &self.list,
                4,
                context.numbering,
                |i| match self.entries.get(i)? {
                    Entry::Item(i) => Some(self.item_view(self.items.as_ref()?.get(*i)?, context)),
                    Entry::Query(i) => Some(query_view(self.queries.as_ref()?.get(*i)?, context)),
                },
            );
        }
        let detail = detail_area(body);
        if body.width >= BESIDE {
            canvas.divider(Rect::new(list.right(), body.y, 1, body.height));
        } else {
            canvas.rule(body, list.bottom());
        }
        self.pager.render(canvas, detail);
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
                (self.what(row), "text"),
                (Shown::own(state(row.state)), "text"),
            ],
            marked: false,
        }
    }

    /// The type with what it is called.
    fn what(&self, row: &QueueRow) -> Shown {
        let kind = show(&row.kind.as_str().into());
        let title = self.catalogue.iter().find(|e| e.kind == row.kind);
        title.map_or(kind.clone(), |entry| {
            Shown::own(format!("{kind} {}", show(&entry.title.as_str().into())))
        })
    }

    fn nothing(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let text = if self.failed {
            format!(
                "The inbox could not be read. {} reads it again.",
                key(Command::Refresh)
            )
        } else if self.items.is_none() || self.queries.is_none() {
            "Reading the inbox…".to_owned()
        } else {
            format!("You owe nothing. {} goes back.", key(Command::Back))
        };
        canvas.write(area, area.x + 2, area.y + 1, Shown::own(text), "text");
    }
}

fn columns() -> Vec<Column> {
    let column = |title, width, grow, align| Column {
        title,
        width,
        grow,
        align,
    };
    vec![
        column("!", 2, 0, Align::Left),
        column("DUE", 8, 0, Align::Left),
        column("MRN", 9, 0, Align::Left),
        column("PATIENT", 14, 2, Align::Left),
        column("AGE", 4, 0, Align::Right),
        column("WHAT", 20, 3, Align::Left),
        column("STATE", 9, 0, Align::Left),
    ]
}

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
