//! Drawing the worklist: the list, and below or beside it the evidence and the reasons.

use super::Opportunities;
use crate::command::Command;
use crate::domain::opportunity::OpportunityRow;
use crate::domain::query::QueryState;
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::banner::day;
use crate::tui::widgets::{Align, Canvas, Column, RowView, table};
use ratatui::layout::Rect;

/// From this width on the reasons stand beside the list.
const BESIDE: u16 = 110;
/// Columns of the reasons beside the list.
const ASIDE: u16 = 44;
/// Lines of the reasons below the list.
const BELOW: u16 = 8;

fn list_area(body: Rect) -> Rect {
    if body.width >= BESIDE {
        return Rect::new(body.x, body.y, body.width - ASIDE - 2, body.height);
    }
    let rest = if body.height >= 18 { BELOW } else { 3 };
    let height = body.height.saturating_sub(rest + 1);
    Rect::new(body.x, body.y, body.width, height)
}

fn reasons_area(body: Rect) -> Rect {
    let list = list_area(body);
    if body.width >= BESIDE {
        return Rect::new(list.right() + 2, body.y, ASIDE, body.height);
    }
    let y = list.bottom() + 1;
    Rect::new(body.x, y, body.width, body.bottom().saturating_sub(y))
}

/// Rows of the list that are shown.
pub(super) fn rows_shown(body: Rect) -> u16 {
    list_area(body).height.saturating_sub(1)
}

impl Opportunities {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let list = list_area(body);
        if self.list.len == 0 {
            self.nothing(canvas, list, context);
        } else {
            let columns = columns(body.width >= BESIDE);
            table(
                canvas,
                list,
                &columns,
                &self.list,
                3,
                context.numbering,
                |i| {
                    let row = self.page.as_ref()?.rows.get(*self.shown.get(i)?)?;
                    Some(view(row, context))
                },
            );
        }
        let reasons = reasons_area(body);
        if body.width >= BESIDE {
            canvas.divider(Rect::new(list.right(), body.y, 1, body.height));
        } else {
            canvas.rule(body, list.bottom());
        }
        if self.typing || !self.typed.is_empty() {
            let end = canvas.write(reasons, reasons.x, reasons.y, "filter: ", "field.label");
            let room = Rect::new(end, reasons.y, reasons.right().saturating_sub(end), 1);
            self.typed.render(canvas, room, self.typing);
            let below = reasons.height.saturating_sub(1);
            let rest = Rect::new(reasons.x, reasons.y + 1, reasons.width, below);
            return self.reasons(canvas, rest, context);
        }
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

    fn nothing(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let narrowed = !self.typed.is_empty() || self.filter.topic.is_some();
        let narrowed = narrowed || self.filter.service.is_some() || self.filter.min_rank > 0;
        let text = match &self.page {
            None if self.failed => format!(
                "The worklist could not be read. {} reads it again.",
                key(Command::Refresh)
            ),
            None => "Reading the worklist…".to_owned(),
            Some(_) if narrowed => {
                format!("Nothing fits. {} shows all again.", key(Command::Back))
            }
            Some(_) if self.left > 0 => "Looking at the stays for the first time…".to_owned(),
            Some(_) => format!(
                "The rules find nothing to ask about. {} goes back.",
                key(Command::Back)
            ),
        };
        canvas.write(area, area.x + 2, area.y + 1, Shown::own(text), "text");
    }
}

fn columns(wide: bool) -> Vec<Column> {
    let column = |title, width, grow, align| Column {
        title,
        width,
        grow,
        align,
    };
    let mut all = vec![
        column("RANK", 4, 0, Align::Right),
        column("MRN", 9, 0, Align::Left),
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

fn view(row: &OpportunityRow, context: &Context<'_>) -> RowView {
    let zone = &context.session.zone;
    let wide = context.body.width >= BESIDE;
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
