//! Drawing: the list, the status line, the detail (below, or beside from 110 columns).

use super::columns::{IDENTITY, Shape, columns, row_view};
use super::{Pane, Phase, Queue};
use crate::command::Command;
use crate::domain::worklist::QueueView;
use crate::text::Shown;
use crate::tui::app::Context;
use crate::tui::widgets::{Canvas, table};
use ratatui::layout::Rect;

/// From this width on the detail stands beside the list.
const BESIDE: u16 = 110;

/// Lines of the detail below the list.
const BELOW: u16 = 5;

/// Columns of the detail beside the list.
const ASIDE: u16 = 42;

/// From this height on a wide screen has room for the document below the list.
const TALL: u16 = 28;

/// Whether list, detail and document stand side by side.
pub fn has_room_for_document(body: Rect) -> bool {
    body.width >= BESIDE && body.height >= TALL
}

/// The document's area with its heading: below the list where there is room, else over it.
pub fn document_area(body: Rect, split: bool) -> Rect {
    if split && has_room_for_document(body) {
        let list = list_area(body, true);
        let y = list.bottom() + 1;
        Rect::new(body.x, y, list.width, body.bottom().saturating_sub(y))
    } else {
        list_area(body, false)
    }
}

/// The list's area with its heading.
pub fn list_area(body: Rect, split: bool) -> Rect {
    if split && has_room_for_document(body) {
        Rect::new(body.x, body.y, body.width - ASIDE - 2, body.height / 2)
    } else if body.width >= BESIDE {
        Rect::new(
            body.x,
            body.y,
            body.width - ASIDE - 2,
            body.height.saturating_sub(1),
        )
    } else {
        let rest = if body.height >= 18 { BELOW } else { 2 };
        Rect::new(
            body.x,
            body.y,
            body.width,
            body.height.saturating_sub(rest + 1),
        )
    }
}

/// The line between list and detail, where the filter is typed.
fn status_area(body: Rect, split: bool) -> Rect {
    let list = list_area(body, split);
    Rect::new(body.x, list.bottom(), list.width, 1)
}

/// The detail's area.
pub fn detail_area(body: Rect) -> Rect {
    let list = list_area(body, false);
    if body.width >= BESIDE {
        Rect::new(list.right() + 2, body.y, ASIDE, body.height)
    } else {
        let y = list.bottom() + 1;
        Rect::new(body.x, y, body.width, body.bottom().saturating_sub(y))
    }
}

/// Rows of the list that are shown.
pub fn rows_shown(body: Rect, split: bool) -> u16 {
    list_area(body, split).height.saturating_sub(1)
}

impl Queue {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let split = self.split() && has_room_for_document(body) && self.list.len > 0;
        let list = list_area(body, split);
        let over = self.pane == Pane::Document && !split;
        if self.list.len == 0 {
            self.nothing(canvas, list, context);
        } else if !over {
            self.rows(canvas, list, context);
        }
        if split || over {
            let pane = document_area(body, split);
            self.draw_document(canvas, pane, self.document_area(body));
        }
        self.status(canvas, status_area(body, split), context);
        let detail = detail_area(body);
        if body.width >= BESIDE {
            canvas.divider(Rect::new(list.right(), body.y, 1, body.height));
        }
        self.pager.render(canvas, detail);
        match self.pane {
            Pane::List => {}
            Pane::Detail => canvas.set_cursor(detail.x, detail.y),
            Pane::Document => {
                let text = self.document_area(body);
                canvas.set_cursor(text.x, text.y);
            }
        }
    }

    fn rows(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let shape = Shape {
            width: area.width,
            extras: &self.extras,
            declined: self.view == QueueView::Declined,
        };
        let columns = columns(shape);
        let zone = &context.session.zone;
        table(
            canvas,
            area,
            &columns,
            &self.list,
            IDENTITY,
            context.numbering,
            |index| {
                let row = self.window.get(index)?;
                let marked = self.marks.contains_key(&row.id);
                Some(row_view(
                    row,
                    marked,
                    shape,
                    self.standing(row),
                    context.now,
                    zone,
                ))
            },
        );
    }

    /// The filter while it is typed or holds, else a line.
    fn status(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        if !self.editing && self.filter.is_empty() {
            canvas.rule(area, area.y);
            return;
        }
        let x = canvas.write(area, area.x, area.y, "Filter: ", "field.label");
        let room = Rect::new(x, area.y, area.right().saturating_sub(x), 1);
        self.filter.render(canvas, room, self.editing);
        let above = Rect::new(area.x, area.y.saturating_sub(1), area.width, 1);
        let key = (context.keys)(&Command::NextField);
        self.draw_help(canvas, above, x, &key);
    }

    /// Why there is nothing, and the key that helps.
    fn nothing(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let (first, second) = match self.phase {
            Phase::Loading => ("Reading the list…".to_owned(), String::new()),
            Phase::Failed => (
                "The list could not be read.".to_owned(),
                format!("{} reads it again.", key(Command::Refresh)),
            ),
            Phase::Ready if self.misunderstood() => (
                "The filter is not understood; what is wrong stands below.".to_owned(),
                format!("The list is still that of \"{}\".", self.filtered_words()),
            ),
            Phase::Ready if !self.filter.is_empty() => (
                format!(
                    "Nothing in {} matches \"{}\".",
                    self.view.title(),
                    self.filter.shown()
                ),
                format!("{} shows all rows.", key(Command::Back)),
            ),
            Phase::Ready => (why_empty(self.view).to_owned(), other_views(context)),
        };
        canvas.write(area, area.x + 2, area.y + 1, Shown::own(first), "text");
        canvas.write(area, area.x + 2, area.y + 2, Shown::own(second), "text");
    }
}

fn other_views(context: &Context<'_>) -> String {
    let all = (context.keys)(&Command::GotoView(1));
    let pick = (context.keys)(&Command::OpenView(None));
    let home = (context.keys)(&Command::GotoHome);
    format!("{all} opens all open items, {pick} another view, {home} the worklists.")
}

fn why_empty(view: QueueView) -> &'static str {
    match view {
        QueueView::All => "No item is open.",
        QueueView::Mine => "You have taken no chart with open items.",
        QueueView::Unassigned => "Every chart with open items is taken.",
        QueueView::Late => "Nothing is late.",
        QueueView::DueThisWeek => "Nothing is due within seven days.",
        QueueView::Declined => "Nothing was declined.",
        QueueView::OnHold => "Nothing is on hold.",
        QueueView::Ownerless => "Every item has an owner.",
        QueueView::Closed => "Nothing was closed.",
        QueueView::Every => "There is no item.",
    }
}
