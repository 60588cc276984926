//! Drawing a list: its views, its rows, the line where the filter is typed, words where there is
//! nothing; and how the room is shared with a detail.

use super::{Listed, Listing};
use crate::command::Command;
use crate::text::Shown;
use crate::tui::app::Context;
use crate::tui::widgets::{Align, Canvas, Column, RowView, table};
use ratatui::layout::Rect;

/// From this height on a detail below the list has all its lines.
const TALL: u16 = 18;

/// Lines of the detail on a low screen.
const LOW: u16 = 2;

/// How list and detail share the room.
#[derive(Clone, Copy, Debug)]
pub struct Split {
    /// From this width on the detail stands beside the list.
    pub beside: u16,
    /// Columns of a detail beside the list; 0 for none.
    pub aside: u16,
    /// Lines of a detail below the list; 0 for none.
    pub below: u16,
}

impl Split {
    /// The list alone.
    pub const NONE: Self = Self {
        beside: u16::MAX,
        aside: 0,
        below: 0,
    };

    /// A detail of so many columns beside the list where there is room, else of so many lines
    /// below it.
    pub const fn of(aside: u16, below: u16) -> Self {
        Self {
            beside: 110,
            aside,
            below,
        }
    }

    fn is_beside(self, body: Rect) -> bool {
        self.aside > 0 && body.width >= self.beside
    }
}

/// How a list looks.
pub struct Look<'a> {
    /// The columns.
    pub columns: &'a [Column],
    /// How many of them name the row: the selection is shown on these.
    pub identity: usize,
    /// Why there is nothing, and the key that helps.
    pub empty: String,
}

/// What stands before the filter.
const FILTER: &str = "Filter: ";

/// A column of a list.
pub const fn column(title: &'static str, width: u16, grow: u16, align: Align) -> Column {
    Column {
        title,
        width,
        grow,
        align,
    }
}

impl<R: Listed> Listing<R> {
    fn has_views(&self) -> bool {
        self.plan.views.len() > 1
    }

    /// The list's area with its heading.
    fn list_area(&self, body: Rect) -> Rect {
        let split = self.plan.split;
        let above = u16::from(self.has_views()).min(body.height);
        let top = body.y + above;
        // One line is left for the filter.
        let height = body.height.saturating_sub(above + 1);
        if split.is_beside(body) {
            return Rect::new(body.x, top, body.width - split.aside - 2, height);
        }
        let below = match split.below {
            0 => 0,
            below if body.height >= TALL => below,
            _ => LOW,
        };
        Rect::new(body.x, top, body.width, height.saturating_sub(below))
    }

    /// Where the detail belongs; empty if there is none.
    pub fn detail_area(&self, body: Rect) -> Rect {
        let list = self.list_area(body);
        if self.plan.split.is_beside(body) {
            let height = body.bottom().saturating_sub(list.y);
            return Rect::new(list.right() + 2, list.y, self.plan.split.aside, height);
        }
        let y = (list.bottom() + 1).min(body.bottom());
        Rect::new(body.x, y, body.width, body.bottom() - y)
    }

    /// Rows of the list that are shown.
    pub fn rows_shown(&self, body: Rect) -> u16 {
        self.list_area(body).height.saturating_sub(1)
    }

    /// Draws the list; gives back where the detail belongs.
    pub fn render(
        &self,
        canvas: &mut Canvas<'_>,
        body: Rect,
        context: &Context<'_>,
        look: &Look<'_>,
        row: impl Fn(&R) -> RowView,
    ) -> Rect {
        if self.has_views() {
            self.views(canvas, body);
        }
        let list = self.list_area(body);
        if self.list.len == 0 {
            let text = Shown::own(self.nothing(context, &look.empty));
            canvas.write(list, list.x + 2, list.y + 1, text, "text");
        } else {
            let numbers = context.numbering;
            table(
                canvas,
                list,
                look.columns,
                &self.list,
                look.identity,
                numbers,
                |line| {
                    let of = self.at(line)?;
                    let mut view = row(of);
                    view.marked = self.marks.contains_key(&of.key());
                    Some(view)
                },
            );
        }
        self.status(
            canvas,
            Rect::new(list.x, list.bottom(), list.width, 1),
            body,
        );
        if self.plan.split.is_beside(body) {
            let height = body.bottom().saturating_sub(list.y);
            canvas.divider(Rect::new(list.right(), list.y, 1, height));
        }
        self.detail_area(body)
    }

    /// The views with their counts, the open one in brackets. Rows that are read anew for every
    /// view are counted for the open one only.
    fn views(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let mut x = area.x;
        let views = self.plan.views.iter().enumerate();
        for (i, view) in views.filter(|(i, _)| self.hidden != Some(*i)) {
            let open = i == self.view;
            let rows = self.rows.as_ref();
            let count = rows.and_then(|rows| match view.holds {
                Some(holds) => Some(rows.iter().filter(|r| holds(r)).count()),
                None => open.then_some(rows.len()),
            });
            let counted = self.counts.get(i).and_then(|n| usize::try_from(*n).ok());
            let count = counted.or(count);
            let count = count.map_or(String::new(), |n| format!(" {n}"));
            let more = if open && self.more && counted.is_none() {
                "+"
            } else {
                ""
            };
            let (text, meaning) = if open {
                (format!("[{}{count}{more}]", view.title), "list.head")
            } else {
                (format!(" {}{count} ", view.title), "dim")
            };
            x = canvas.write(area, x, area.y, Shown::own(text), meaning) + 1;
        }
    }

    /// The row above the filter's line, and the column its text starts at.
    pub fn above_filter(&self, body: Rect) -> (Rect, u16) {
        let list = self.list_area(body);
        let y = list.bottom().saturating_sub(1);
        let x = list.x + FILTER.len() as u16;
        (Rect::new(list.x, y, list.width, 1), x)
    }

    /// The filter while it is typed or holds, else a line that says how rows are ordered if that
    /// is not as usual.
    fn status(&self, canvas: &mut Canvas<'_>, area: Rect, body: Rect) {
        if area.y >= body.bottom() {
            return;
        }
        if self.filtering || !self.filter.is_empty() {
            let x = canvas.write(area, area.x, area.y, FILTER, "field.label");
            let room = Rect::new(x, area.y, area.right().saturating_sub(x), 1);
            self.filter.render(canvas, room, self.filtering);
            return;
        }
        canvas.rule(area, area.y);
        if self.sort > 0 || self.reverse {
            let name = self.plan.sorts.get(self.sort).map_or("", |s| s.name);
            let turned = if self.reverse { ", reversed" } else { "" };
            let text = Shown::own(format!(" by {name}{turned} "));
            canvas.write(area, area.x + 2, area.y, text, "dim");
        }
    }

    fn nothing(&self, context: &Context<'_>, empty: &str) -> String {
        let key = |command: Command| (context.keys)(&command);
        let what = self.plan.what;
        if self.failed {
            return format!(
                "The {what} could not be read. {} tries again.",
                key(Command::Refresh)
            );
        }
        if self.rows.is_none() {
            return format!("Reading the {what}…");
        }
        if !self.filter.is_empty() {
            return format!("Nothing matches. {} shows all.", key(Command::Back));
        }
        empty.to_owned()
    }
}
