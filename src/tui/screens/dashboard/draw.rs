//! Drawing the dashboard: two panels side by side, two or three rows of them.

use super::{Dashboard, Panel, service};
use crate::command::Command;
use crate::domain::report::{Bar, Dashboard as Figures};
use crate::text::{Shown, counted, show};
use crate::tui::app::Context;
use crate::tui::screens::figures::{bar, count};
use crate::tui::widgets::Canvas;
use jiff::civil::Date;
use ratatui::layout::Rect;

/// Lines above the panels.
const ABOVE: u16 = 2;

/// From this width on a panel says how much of what was closed was late.
const NOTED: u16 = 50;

/// From this height on the trend has a row of its own.
const TALL: u16 = 30;

/// Where a panel stands. On a low screen the trend stands in the place of the flow while it has
/// the keys.
fn area(body: Rect, panel: Panel) -> Rect {
    let tall = body.height >= TALL;
    let rest = body.height.saturating_sub(ABOVE);
    let rows = if tall { 3 } else { 2 };
    let height = rest / rows;
    let left = (body.width / 2).saturating_sub(1);
    let (row, column) = match panel {
        Panel::Ageing => (0, 0),
        Panel::Services => (0, 1),
        Panel::Kinds => (1, 0),
        Panel::Flow => (1, 1),
        Panel::Trend if tall => (2, 0),
        Panel::Trend => (1, 1),
    };
    let (x, width) = match (panel, column) {
        (Panel::Trend, _) if tall => (body.x, body.width),
        (_, 0) => (body.x, left),
        _ => (body.x + left + 2, body.width.saturating_sub(left + 2)),
    };
    let y = body.y + ABOVE + row * height;
    let last = row + 1 == rows;
    let height = if last {
        body.bottom().saturating_sub(y)
    } else {
        height
    };
    Rect::new(x, y, width, height)
}

/// Lines of a panel below its heading.
pub(super) fn rows(body: Rect, panel: Panel) -> u16 {
    area(body, panel).height.saturating_sub(1)
}

/// Whole percent of a part.
fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "-".to_owned();
    }
    format!("{}%", part.max(0) * 100 / whole)
}

impl Dashboard {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let Some(figures) = &self.figures else {
            let text = if self.failed {
                let again = (context.keys)(&Command::Refresh);
                format!("The figures could not be read. {again} reads them again.")
            } else {
                "Counting…".to_owned()
            };
            canvas.write(body, body.x + 2, body.y + 1, Shown::own(text), "text");
            return;
        };
        summary(canvas, body, figures);
        let low = body.height < TALL;
        for panel in Panel::ALL {
            let hidden = match panel {
                Panel::Flow => low && self.panel == Panel::Trend,
                Panel::Trend if figures.ladder.is_none() => true,
                Panel::Trend => low && self.panel != Panel::Trend,
                _ => false,
            };
            if !hidden {
                self.panel(canvas, area(body, panel), panel, figures);
            }
        }
    }

    fn panel(&self, canvas: &mut Canvas<'_>, area: Rect, panel: Panel, figures: &Figures) {
        let active = panel == self.panel;
        let list = self.list(panel);
        let mark = if active { ">" } else { " " };
        canvas.write(area, area.x, area.y, mark, "text");
        let room = Rect::new(
            area.x + 2,
            area.y,
            area.width.saturating_sub(2),
            area.height,
        );
        heading(canvas, room, panel);
        let lines = area.height.saturating_sub(1);
        if list.len == 0 {
            let why = match panel {
                Panel::Trend => "Figures are stored once a day: none yet.",
                _ => "Nothing is open.",
            };
            canvas.write(room, room.x, room.y + 1, why, "dim");
        }
        for (y, index) in (area.y + 1..).zip(list.visible(lines)) {
            line(
                canvas,
                Rect::new(room.x, y, room.width, 1),
                panel,
                index,
                figures,
            );
            if active && index == list.cursor {
                canvas.write(area, area.x, y, ">", "text");
                let reach = 14.min(area.width);
                canvas.tint(Rect::new(area.x, y, reach, 1), "list.selection");
            }
        }
    }
}

fn summary(canvas: &mut Canvas<'_>, area: Rect, figures: &Figures) {
    let mut first = format!(
        "{} open on {}, {} late ({})",
        count(figures.open),
        counted(figures.charts, "chart"),
        count(figures.late),
        percent(figures.late, figures.open),
    );
    let Some(ladder) = figures.ladder else {
        canvas.write(area, area.x + 2, area.y, Shown::own(first), "text");
        return;
    };
    first.push_str(&format!(
        "; {} proposed, {} suspended",
        counted(ladder.proposed, "step"),
        count(ladder.suspended)
    ));
    canvas.write(area, area.x + 2, area.y, Shown::own(first), "text");
    let second = match figures.trend.last() {
        Some(day) => format!(
            "On time {} ({} of {} completed in the period up to {})",
            percent(day.figures.on_time, day.figures.completed),
            count(day.figures.on_time),
            count(day.figures.completed),
            day.day
        ),
        None => "On time: no figures stored yet".to_owned(),
    };
    canvas.write(area, area.x + 2, area.y + 1, Shown::own(second), "text");
}

fn heading(canvas: &mut Canvas<'_>, area: Rect, panel: Panel) {
    let (name, columns) = match panel {
        Panel::Ageing => ("By age", "open"),
        Panel::Services => ("By service", "open   late"),
        Panel::Kinds => ("By type", "open   late"),
        Panel::Flow => ("Day", ""),
        Panel::Trend => ("Day", ""),
    };
    canvas.write(area, area.x, area.y, name, "list.head");
    let x = area.x + label_width(area.width);
    match panel {
        Panel::Flow => {
            canvas.write(area, area.x + 6, area.y, "  opened", "list.head");
            canvas.write(
                area,
                area.x + 6 + half(area.width),
                area.y,
                if area.width >= NOTED {
                    "  closed (late)"
                } else {
                    "  closed"
                },
                "list.head",
            );
        }
        Panel::Trend => {
            canvas.write(
                area,
                area.x + 12,
                area.y,
                "   open   late  on time",
                "list.head",
            );
        }
        _ => {
            let room = Rect::new(x, area.y, if columns.len() > 4 { 14 } else { 7 }, 1);
            canvas.write_right(room, area.y, columns, "list.head");
        }
    }
}

/// Columns of the names.
fn label_width(width: u16) -> u16 {
    (width / 2).saturating_sub(4).max(10)
}

/// Columns of one half of the flow.
fn half(width: u16) -> u16 {
    width.saturating_sub(6) / 2
}

fn line(canvas: &mut Canvas<'_>, area: Rect, panel: Panel, index: usize, figures: &Figures) {
    match panel {
        Panel::Ageing => {
            let Some((first, last, n)) = figures.bands.get(index) else {
                return;
            };
            let band = crate::domain::worklist::AgeBand {
                first: *first,
                last: *last,
            };
            let most = figures.bands.iter().map(|(_, _, n)| *n).max().unwrap_or(1);
            numbers(canvas, area, &Shown::own(band.title()), *n, None, most);
        }
        Panel::Services => bars(canvas, area, &figures.services, index, service),
        Panel::Kinds => bars(canvas, area, &figures.kinds, index, |bar| {
            let key = show(&bar.key.as_str().into());
            Shown::own(format!("{key} {}", show(&bar.name)))
        }),
        Panel::Flow => flow(canvas, area, figures, index),
        Panel::Trend => trend(canvas, area, figures, index),
    }
}

fn bars(canvas: &mut Canvas<'_>, area: Rect, all: &[Bar], index: usize, name: fn(&Bar) -> Shown) {
    let Some(found) = all.get(index) else {
        return;
    };
    let most = all.iter().map(|b| b.open).max().unwrap_or(1);
    numbers(
        canvas,
        area,
        &name(found),
        found.open,
        Some(found.late),
        most,
    );
}

/// A name, its numbers, and a bar of the first.
fn numbers(
    canvas: &mut Canvas<'_>,
    area: Rect,
    name: &Shown,
    n: i64,
    late: Option<i64>,
    most: i64,
) {
    let width = label_width(area.width);
    let left = Rect::new(area.x, area.y, width.saturating_sub(1), 1);
    canvas.write(left, left.x, left.y, name, "text");
    let mut x = area.x + width;
    canvas.write_right(
        Rect::new(x, area.y, 7, 1),
        area.y,
        Shown::own(count(n)),
        "text",
    );
    x += 7;
    if let Some(late) = late {
        let meaning = if late > 0 { "queue.overdue" } else { "dim" };
        let room = Rect::new(x, area.y, 7, 1);
        canvas.write_right(room, area.y, Shown::own(count(late)), meaning);
        x += 7;
    }
    x += 1;
    let room = area.right().saturating_sub(x);
    canvas.write(area, x, area.y, bar(n, most, room), "bar");
}

fn short(day: Date) -> Shown {
    Shown::own(day.strftime("%m-%d").to_string())
}

/// What came and what went on a day, newest first.
fn flow(canvas: &mut Canvas<'_>, area: Rect, figures: &Figures, index: usize) {
    let Some((day, opened, closed, late)) = figures.flow.iter().rev().nth(index) else {
        return;
    };
    let most = figures.flow.iter().map(|(_, o, c, _)| (*o).max(*c)).max();
    let most = most.unwrap_or(1);
    canvas.write(area, area.x, area.y, short(*day), "text");
    let half = half(area.width);
    let notes = area.width >= NOTED;
    for (n, late, x) in [
        (*opened, None, area.x + 6),
        (*closed, Some(*late).filter(|_| notes), area.x + 6 + half),
    ] {
        let number = Rect::new(x, area.y, 6, 1);
        canvas.write_right(number, area.y, Shown::own(count(n)), "text");
        let mut at = x + 7;
        if let Some(late) = late {
            let note = Shown::own(format!("({late})"));
            canvas.write(area, at, area.y, note, "queue.overdue");
            at += 7;
        }
        let room = (x + half).saturating_sub(at + 1);
        canvas.write(area, at, area.y, bar(n, most, room), "bar");
    }
}

/// What was open, late and on time on a day, newest first.
fn trend(canvas: &mut Canvas<'_>, area: Rect, figures: &Figures, index: usize) {
    let Some(day) = figures.trend.iter().rev().nth(index) else {
        return;
    };
    let most = figures.trend.iter().map(|d| d.figures.open).max();
    canvas.write(
        area,
        area.x,
        area.y,
        Shown::own(day.day.to_string()),
        "text",
    );
    let f = &day.figures;
    let text = format!(
        "{:>7}{:>7}{:>9}  ",
        count(f.open),
        count(f.late),
        percent(f.on_time, f.completed)
    );
    let x = canvas.write(area, area.x + 12, area.y, Shown::own(text), "text");
    let room = area.right().saturating_sub(x);
    canvas.write(area, x, area.y, bar(f.open, most.unwrap_or(1), room), "bar");
}
