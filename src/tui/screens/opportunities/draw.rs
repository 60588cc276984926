//! Drawing the worklist: the list, and below or beside it the evidence and the reasons.

use super::Opportunities;
use crate::command::Command;
use crate::domain::opportunity::{OpportunityFilter, OpportunityRow};
use crate::domain::query::QueryState;
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::banner::day;
use crate::tui::screens::listing::{Look, column};
use crate::tui::widgets::{Align, Canvas, Column, RowView};
use ratatui::layout::Rect;

/// From this width on there is room for the day of discharge.
const WIDE: u16 = 110;

impl Opportunities {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let wide = body.width >= WIDE;
        let look = Look {
            columns: &columns(wide),
            identity: 3,
            empty: self.nothing(context),
        };
        let reasons = self
            .list
            .render(canvas, body, context, &look, |row| view(row, wide, context));
        self.reasons(canvas, reasons, context);
    }

    fn reasons(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        if let Some(mut pager) = self.explanation(context) {
            pager.set_width(area.width);
            return pager.render(canvas, area);
        }
        let text = match self.row() {
            Some(_) if self.is_gone() => "The chart has changed: it no longer asks for this.",
            Some(_) => "Reading the evidence…",
            None => return,
        };
        canvas.write(area, area.x, area.y, text, "dim");
    }

    /// Why there is nothing, and the key that helps.
    fn nothing(&self, context: &Context<'_>) -> String {
        let back = (context.keys)(&Command::Back);
        if self.filter != OpportunityFilter::default() {
            return format!("Nothing fits. {back} shows all again.");
        }
        if self.left > 0 {
            return "Looking at the stays for the first time…".to_owned();
        }
        format!("The rules find nothing to ask about. {back} goes back.")
    }
}

fn columns(wide: bool) -> Vec<Column> {
    let mut all = vec![
        column("RANK", 4, 0, Align::Right),
        column("MRN", 9, 0, Align::Ends),
        column("PATIENT", 14, 2, Align::Left),
        column("WHAT", 20, 3, Align::Left),
        column("SERVICE", 11, 1, Align::Left),
        column("STATE", 9, 0, Align::Left),
    ];
    if wide {
        all.insert(5, column("LEFT", 10, 0, Align::Left));
    }
    all
}

fn view(row: &OpportunityRow, wide: bool, context: &Context<'_>) -> RowView {
    let zone = &context.session.zone;
    let meaning = if row.query.is_some() { "dim" } else { "text" };
    let left = match row.discharged {
        Some(_) => day(row.discharged, zone),
        None => Shown::own("in house"),
    };
    let mut cells = vec![
        (Shown::own(row.rank.to_string()), meaning),
        (show(&row.mrn), meaning),
        (show(&row.patient_name), meaning),
        (show(&row.title.as_str().into()), meaning),
        (show(&row.service_name), meaning),
        (Shown::own(asked(row.query)), meaning),
    ];
    if wide {
        cells.insert(5, (left, meaning));
    }
    RowView {
        cells,
        marked: false,
    }
}

/// What has been made of it already, in a word.
fn asked(state: Option<QueryState>) -> &'static str {
    match state {
        None => "",
        Some(QueryState::Draft) => "drafted",
        Some(QueryState::Issued) => "asked",
        Some(state) => state.name(),
    }
}
