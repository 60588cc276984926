//! Drawing the coder's list, and what the stay under the cursor waits for.

use super::{Tab, Waiting};
use crate::command::Command;
use crate::domain::report::WaitingStay;
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::figures::{age, moment, short_day};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, Span, table};
use ratatui::layout::Rect;

/// From this width on the detail stands beside the list.
const BESIDE: u16 = 110;

/// Columns of the detail beside the list.
const ASIDE: u16 = 44;

/// Lines of the detail below the list.
const BELOW: u16 = 6;

fn list_area(body: Rect) -> Rect {
    if body.width >= BESIDE {
        let height = body.height.saturating_sub(1);
        Rect::new(body.x, body.y, body.width - ASIDE - 2, height)
    } else {
        let rest = if body.height >= 18 { BELOW } else { 2 };
        let height = body.height.saturating_sub(rest + 1);
        Rect::new(body.x, body.y, body.width, height)
    }
}

fn detail_area(body: Rect) -> Rect {
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

impl Waiting {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let list = list_area(body);
        if self.list.len == 0 {
            self.nothing(canvas, list, context);
        } else {
            let columns = columns(self.tab);
            table(
                canvas,
                list,
                &columns,
                &self.list,
                4,
                context.numbering,
                |i| {
                    let stay = self.stays.as_ref()?.get(*self.shown.get(i)?)?;
                    Some(self.row(stay, context))
                },
            );
        }
        let y = list.bottom();
        if self.filtering || !self.filter.is_empty() {
            let x = canvas.write(list_line(list, y), list.x, y, "Filter: ", "field.label");
            let room = Rect::new(x, y, list.right().saturating_sub(x), 1);
            self.filter.render(canvas, room, self.filtering);
        } else {
            canvas.rule(list_line(list, y), y);
        }
        if body.width >= BESIDE {
            canvas.divider(Rect::new(list.right(), body.y, 1, body.height));
        }
        if let Some(stay) = self.stay() {
            detail(canvas, detail_area(body), stay, context);
        }
    }

    fn row(&self, stay: &WaitingStay, context: &Context<'_>) -> RowView {
        let zone = &context.session.zone;
        let late = stay.waits_for.iter().any(|a| a.late);
        let meaning = if late { "queue.overdue" } else { "text" };
        let what = match self.tab {
            Tab::Waiting => waits_for(stay),
            Tab::Ready => stay.lifted_by.as_ref().map_or_else(Shown::default, |kind| {
                Shown::own(format!("{} completed", show(&kind.as_str().into())))
            }),
            Tab::Coded => stay.coded.map_or_else(Shown::default, |coded| {
                let when = coded
                    .at
                    .map_or("day not known".to_owned(), |at| at.iso(zone));
                Shown::own(format!("{}, {when}", coded.by.title()))
            }),
        };
        let at = stay.ready.unwrap_or(stay.discharged);
        RowView {
            cells: vec![
                (Shown::own(if late { "!!" } else { "" }), meaning),
                (age(stay.age_days), meaning),
                (show(&stay.mrn), "text"),
                (show(&stay.patient_name), "text"),
                (Shown::own(short_day(at, context.today(), zone)), "text"),
                (
                    Shown::own(if stay.note.is_some() { "N" } else { "" }),
                    "queue.soon",
                ),
                (what, "text"),
            ],
            marked: false,
        }
    }

    fn nothing(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let text = if self.failed {
            format!(
                "The stays could not be read. {} reads them again.",
                key(Command::Refresh)
            )
        } else if self.stays.is_none() {
            "Reading the stays…".to_owned()
        } else if !self.filter.is_empty() {
            format!("Nothing matches. {} shows all.", key(Command::Back))
        } else {
            let other = key(Command::NextPane);
            match self.tab {
                Tab::Waiting => {
                    format!("No stay waits for a document. {other} shows what is ready.")
                }
                Tab::Ready => format!("Nothing became ready lately. {other} shows what is coded."),
                Tab::Coded => format!("Nothing was coded lately. {other} shows what waits."),
            }
        };
        canvas.write(area, area.x + 2, area.y + 1, Shown::own(text), "text");
    }
}

fn list_line(list: Rect, y: u16) -> Rect {
    Rect::new(list.x, y, list.width, 1)
}

/// What and whom a stay waits for, in a line.
fn waits_for(stay: &WaitingStay) -> Shown {
    let parts: Vec<String> = stay
        .waits_for
        .iter()
        .map(|a| {
            let owner = if a.owner_name.is_blank() {
                "(nobody)".to_owned()
            } else {
                show(&a.owner_name).into_string()
            };
            format!("{} {owner}", show(&a.kind.as_str().into()))
        })
        .collect();
    Shown::own(parts.join("; "))
}

fn detail(canvas: &mut Canvas<'_>, area: Rect, stay: &WaitingStay, context: &Context<'_>) {
    let zone = &context.session.zone;
    let mut lines = vec![(
        Shown::own(format!(
            "{} {}  visit {} {} {}",
            show(&stay.mrn),
            show(&stay.patient_name),
            show(&stay.visit),
            stay.class.name(),
            show(&stay.service_name)
        )),
        "chart.title",
    )];
    for awaited in &stay.waits_for {
        let (word, meaning) = match (awaited.held, awaited.late) {
            (true, _) => ("on hold", "queue.held"),
            (_, true) => ("LATE", "queue.overdue"),
            _ => ("due", "text"),
        };
        let owner = if awaited.owner_name.is_blank() {
            Shown::own("(nobody)")
        } else {
            show(&awaited.owner_name)
        };
        let text = format!(
            "{} {}: {owner}, {word} {}",
            show(&awaited.kind.as_str().into()),
            show(&awaited.title.as_str().into()),
            awaited.due.day(zone)
        );
        lines.push((Shown::own(text), meaning));
    }
    if let Some(ready) = stay.ready {
        lines.push((
            Shown::own(format!("Ready since {}", moment(ready, zone))),
            "text",
        ));
    }
    if let Some(coded) = stay.coded {
        let when = coded
            .at
            .map_or("on a day not known".to_owned(), |at| at.iso(zone));
        let text = format!("Coded {when} ({})", coded.by.title());
        lines.push((Shown::own(text), "text"));
    }
    if let Some(note) = &stay.note {
        let text = format!(
            "Note {} {}: {}",
            moment(note.at, zone),
            show(&note.user_name),
            show(&note.words)
        );
        lines.push((Shown::own(text), "queue.soon"));
    }
    let spans = lines
        .into_iter()
        .map(|(text, meaning)| vec![Span { text, meaning }]);
    Pager::of_spans(spans).render(canvas, area);
}

fn columns(tab: Tab) -> Vec<Column> {
    let column = |title, width, grow, align| Column {
        title,
        width,
        grow,
        align,
    };
    let (when, what) = match tab {
        Tab::Waiting => ("LEFT", "WAITS FOR"),
        Tab::Ready => ("READY", "LIFTED BY"),
        Tab::Coded => ("LEFT", "CODED BY"),
    };
    vec![
        column("!", 2, 0, Align::Left),
        column("AGE", 4, 0, Align::Right),
        column("MRN", 9, 0, Align::Left),
        column("PATIENT", 14, 1, Align::Left),
        column(when, 8, 0, Align::Left),
        column("N", 1, 0, Align::Left),
        column(what, 24, 2, Align::Left),
    ]
}
