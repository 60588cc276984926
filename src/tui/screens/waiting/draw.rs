//! Drawing the coder's list, and what the stay under the cursor waits for.

use super::{CODED, HANDED, WAITING, Waiting};
use crate::command::Command;
use crate::domain::report::WaitingStay;
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::figures::{age, moment, short_day};
use crate::tui::screens::listing::{Look, column};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, Span};
use ratatui::layout::Rect;

impl Waiting {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let view = self.list.view();
        let look = Look {
            columns: &columns(view),
            identity: 4,
            empty: nothing(view, context),
        };
        let area = self.list.render(canvas, body, context, &look, |stay| {
            row(stay, view, context)
        });
        if let Some(stay) = self.stay() {
            detail(canvas, area, stay, view, context);
        }
    }
}

fn row(stay: &WaitingStay, view: usize, context: &Context<'_>) -> RowView {
    let zone = &context.session.zone;
    let late = stay.waits_for.iter().any(|a| a.late);
    let meaning = if late { "queue.overdue" } else { "text" };
    let what = match view {
        WAITING => waits_for(stay),
        HANDED => stay.note.as_ref().map_or_else(Shown::default, |note| {
            Shown::own(format!("{}: {}", show(&note.user_name), show(&note.words)))
        }),
        CODED => coded_by(stay, context),
        _ => stay.lifted_by.as_ref().map_or_else(
            || Shown::own("nothing was missing"),
            |kind| Shown::own(format!("{} completed", show(&kind.as_str().into()))),
        ),
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

/// Why there is nothing, and the key that helps.
fn nothing(view: usize, context: &Context<'_>) -> String {
    let other = (context.keys)(&Command::NextPane);
    match view {
        WAITING => format!("No stay waits for a document. {other} shows what is ready."),
        CODED => format!("Nothing was coded lately. {other} shows what waits."),
        HANDED => format!("No specialist handed a stay over. {other} shows what is coded."),
        _ if !context.may(&Command::GotoReviews) => {
            format!("Nothing became ready lately. {other} shows what is coded.")
        }
        _ => format!("Nothing became ready lately. {other} shows what was handed over."),
    }
}

/// What says that a stay is coded, and when it was.
fn coded_by(stay: &WaitingStay, context: &Context<'_>) -> Shown {
    stay.coded.map_or_else(Shown::default, |coded| {
        let zone = &context.session.zone;
        let when = coded.at.map(|at| at.day(zone).to_string());
        let when = when.unwrap_or_else(|| "day not known".to_owned());
        Shown::own(format!("{}, {when}", coded.by.title()))
    })
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

fn detail(
    canvas: &mut Canvas<'_>,
    area: Rect,
    stay: &WaitingStay,
    view: usize,
    context: &Context<'_>,
) {
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
        let word = if view == HANDED {
            "Handed over"
        } else {
            "Ready"
        };
        lines.push((
            Shown::own(format!("{word} since {}", moment(ready, zone))),
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

fn columns(view: usize) -> Vec<Column> {
    let (when, what) = match view {
        WAITING => ("LEFT", "WAITS FOR"),
        CODED => ("LEFT", "CODED BY"),
        HANDED => ("SINCE", "HANDED OVER BY"),
        _ => ("READY", "LIFTED BY"),
    };
    vec![
        column("!", 2, 0, Align::Left),
        column("AGE", 4, 0, Align::Right),
        column("MRN", 9, 0, Align::Ends),
        column("PATIENT", 14, 1, Align::Left),
        column(when, 8, 0, Align::Left),
        column("N", 1, 0, Align::Left),
        column(what, 24, 2, Align::Left),
    ]
}
