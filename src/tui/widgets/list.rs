//! Lists and tables over a window: only visible rows are ever asked for or drawn (a full table
//! of 100,000 rows costs a hundred times the frame).

use super::canvas::{Canvas, Showable, width_u16};
use crate::text::{Shown, ends};
use ratatui::layout::Rect;
use std::ops::Range;

/// Where the cursor of a list is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The row under the cursor, from 0.
    pub cursor: usize,
    /// Number of rows.
    pub len: usize,
    /// The first row shown.
    top: usize,
}

impl List {
    /// A list of so many rows.
    pub fn new(len: usize) -> Self {
        Self {
            len,
            ..Self::default()
        }
    }

    /// The list has another length now; the cursor stays where it can.
    pub fn set_len(&mut self, len: usize) {
        self.len = len;
        self.cursor = self.cursor.min(len.saturating_sub(1));
        self.top = self.top.min(self.cursor);
    }

    /// Moves to a row, or the nearest there is.
    pub fn go(&mut self, row: usize, height: u16) {
        self.cursor = row.min(self.len.saturating_sub(1));
        self.top = self.visible(height).start;
    }

    /// Moves down.
    pub fn down(&mut self, rows: usize, height: u16) {
        self.go(self.cursor.saturating_add(rows), height);
    }

    /// Moves up.
    pub fn up(&mut self, rows: usize, height: u16) {
        self.go(self.cursor.saturating_sub(rows), height);
    }

    /// Moves a page down: what was last becomes first.
    pub fn page_down(&mut self, height: u16) {
        let page = usize::from(height.max(2)) - 1;
        self.top = (self.top + page).min(self.last_top(height));
        self.down(page, height);
    }

    /// Moves a page up.
    pub fn page_up(&mut self, height: u16) {
        let page = usize::from(height.max(2)) - 1;
        self.top = self.top.saturating_sub(page);
        self.up(page, height);
    }

    fn last_top(&self, height: u16) -> usize {
        self.len.saturating_sub(usize::from(height))
    }

    /// The rows shown in so many lines. When the cursor leaves them, half a page is scrolled at
    /// once: over a slow line a list that scrolls at every key costs a screen at every key.
    pub fn visible(&self, height: u16) -> Range<usize> {
        let height = usize::from(height.max(1));
        let last = self.len.saturating_sub(height);
        let top = if self.cursor < self.top {
            (self.cursor + 1).saturating_sub(height.div_ceil(2))
        } else if self.cursor >= self.top + height {
            self.cursor - height / 2
        } else {
            self.top
        };
        let top = top.min(last);
        top..(top + height).min(self.len)
    }

    /// Whether the cursor is on the first row.
    pub fn at_start(&self) -> bool {
        self.cursor == 0
    }

    /// Whether the cursor is on the last row.
    pub fn at_end(&self) -> bool {
        self.cursor + 1 >= self.len
    }
}

/// Which side a column's text stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Left.
    Left,
    /// Right.
    Right,
    /// Left; what has no room is cut in its middle, so that numbers which begin alike are told
    /// apart.
    Ends,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Heading.
    pub title: &'static str,
    /// Columns; the spare room goes to the columns that grow.
    pub width: u16,
    /// Share of the spare room; 0 stays as it is.
    pub grow: u16,
    /// Which side.
    pub align: Align,
}

/// A row as a table shows it.
#[derive(Clone, Debug, Default)]
pub struct RowView {
    /// Text of each column, with its meaning.
    pub cells: Vec<(Shown, &'static str)>,
    /// Whether it is marked.
    pub marked: bool,
}

/// The widths of columns in so much room, one blank between them.
fn widths(columns: &[Column], room: u16) -> Vec<u16> {
    let gaps = columns.len().saturating_sub(1) as u16;
    let fixed: u16 = columns.iter().map(|c| c.width).sum::<u16>() + gaps;
    let spare = room.saturating_sub(fixed);
    let shares: u16 = columns.iter().map(|c| c.grow).sum();
    columns
        .iter()
        .map(|c| c.width + (spare * c.grow).checked_div(shares).unwrap_or(0))
        .collect()
}

/// Columns before the first cell: the cursor and the mark.
const MARGIN: u16 = 2;

/// Narrows the first column that grows, so that what stands behind it stays where it is: every
/// cell that moves is bytes of the line.
fn make_room(columns: &[Column], widths: &mut [u16], room: u16) {
    let grows = columns.iter().position(|column| column.grow > 0);
    if let Some(width) = grows.and_then(|at| widths.get_mut(at)) {
        *width = width.saturating_sub(room).max(1);
    }
}

/// Draws a table: heading, then the visible rows. `>` and reverse show the selection on the
/// first `identity` columns (all that names the row; reversing whole rows would double the
/// bytes of every cursor move), `*` a mark. `numbers` shows row numbers while rows are typed: the
/// first columns make room for them.
pub fn table(
    canvas: &mut Canvas<'_>,
    area: Rect,
    columns: &[Column],
    list: &List,
    identity: usize,
    numbers: bool,
    row: impl Fn(usize) -> Option<RowView>,
) {
    if area.height < 2 || area.width < 4 {
        return;
    }
    let digits = list.len.max(1).ilog10() as u16 + 1;
    let margin = if numbers {
        (digits + 1).max(MARGIN)
    } else {
        MARGIN
    };
    let left = area.x + margin;
    let mut widths = widths(columns, area.width - MARGIN);
    make_room(columns, &mut widths, margin - MARGIN);
    let mut x = left;
    for (column, width) in columns.iter().zip(&widths) {
        cell(
            canvas,
            area,
            x,
            area.y,
            *width,
            column.align,
            column.title,
            "list.head",
        );
        x = x.saturating_add(width + 1);
    }
    let body = Rect::new(area.x, area.y + 1, area.width, area.height - 1);
    let visible = list.visible(body.height);
    for (line, index) in visible.enumerate() {
        let y = body.y + line as u16;
        let selected = index == list.cursor;
        let view = row(index);
        let marked = view.as_ref().is_some_and(|v| v.marked);
        let mut x = left;
        let mut named = left;
        match view {
            None => named = canvas.write(body, x, y, "…", "dim"),
            Some(view) => {
                for (i, ((text, meaning), width)) in view.cells.iter().zip(&widths).enumerate() {
                    let align = columns[i].align;
                    // The selection is one colour: every change within it is bytes of each move.
                    let one = selected && i < identity;
                    let meaning = if one { "text" } else { *meaning };
                    cell(canvas, body, x, y, *width, align, text, meaning);
                    x = x.saturating_add(width + 1);
                    if i < identity {
                        named = x - 1;
                    }
                }
            }
        }
        if numbers {
            let number = Shown::own(format!("{}", index + 1));
            canvas.write(body, body.x, y, &number, "list.number");
        } else if marked {
            canvas.write(body, body.x + u16::from(selected), y, "*", "list.mark");
        }
        if selected {
            if !numbers {
                canvas.write(body, body.x, y, ">", "text");
            }
            let end = named.min(body.right());
            canvas.tint(Rect::new(body.x, y, end - body.x, 1), "list.selection");
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn cell(
    canvas: &mut Canvas<'_>,
    area: Rect,
    x: u16,
    y: u16,
    width: u16,
    align: Align,
    text: impl Showable,
    meaning: &str,
) {
    if x >= area.right() || width == 0 {
        return;
    }
    let room = Rect::new(x, y, width.min(area.right() - x), 1);
    let used = width_u16(text.text());
    if align == Align::Ends && used > room.width {
        let (begin, end) = ends(text.text(), usize::from(room.width));
        let behind = canvas.write(room, x, y, Shown::own(format!("{begin}…")), meaning);
        canvas.write(room, behind, y, Shown::own(end), meaning);
        return;
    }
    let at = match align {
        Align::Left | Align::Ends => x,
        Align::Right => x + room.width.saturating_sub(used),
    };
    canvas.write(room, at, y, text, meaning);
}

/// Draws a plain list of single lines, selection as in [`table`].
pub fn lines(
    canvas: &mut Canvas<'_>,
    area: Rect,
    list: &List,
    row: impl Fn(usize) -> Option<(Shown, &'static str)>,
) {
    for (line, index) in list.visible(area.height).enumerate() {
        let y = area.y + line as u16;
        let Some((text, meaning)) = row(index) else {
            continue;
        };
        let end = canvas.write(area, area.x + 2, y, &text, meaning);
        if index == list.cursor {
            canvas.write(area, area.x, y, ">", "text");
            canvas.tint(
                Rect::new(area.x, y, end.saturating_sub(area.x), 1),
                "list.selection",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_cursor_scrolls_half_a_page_at_once() {
        let mut list = List::new(100);
        for _ in 0..9 {
            list.down(1, 10);
        }
        assert_eq!(list.visible(10), 0..10);
        list.down(1, 10);
        assert_eq!(list.visible(10), 5..15);
        list.down(1, 10);
        assert_eq!(list.visible(10), 5..15);
    }

    #[test]
    fn pages_move_the_window_and_stop_at_the_ends() {
        let mut list = List::new(25);
        list.page_down(10);
        assert_eq!((list.cursor, list.visible(10)), (9, 9..19));
        list.page_down(10);
        list.page_down(10);
        assert_eq!((list.cursor, list.visible(10)), (24, 15..25));
        list.go(0, 10);
        assert_eq!(list.visible(10), 0..10);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_visible(
            len in 0usize..200, height in 0u16..40, moves in proptest::collection::vec((0u8..6, 0usize..300), 0..30)
        ) {
            let mut list = List::new(len);
            for (kind, n) in moves {
                match kind {
                    0 => list.down(n, height),
                    1 => list.up(n, height),
                    2 => list.page_down(height),
                    3 => list.page_up(height),
                    4 => list.go(n, height),
                    _ => list.set_len(n),
                }
                let visible = list.visible(height);
                prop_assert!(visible.end <= list.len);
                prop_assert!(list.len == 0 || visible.contains(&list.cursor));
            }
        }
    }
}
