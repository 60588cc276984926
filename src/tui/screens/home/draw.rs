//! Drawing the first screen: the worklists, what the work looks like, what to press.

use super::{Home, Row};
use crate::command::Command;
use crate::domain::query::QueryState;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{CdiCounts, QueueView, WorklistCounts};
use crate::text::{Shown, counted, show};
use crate::tui::app::Context;
use crate::tui::screens::figures::count;
use crate::tui::widgets::Canvas;
use ratatui::layout::Rect;

/// Columns of the left half: name and count.
const LEFT: u16 = 38;

pub(super) fn shown(name: &str) -> Shown {
    show(&Untrusted::new(name))
}

/// The list's area within the body.
pub(super) fn list_height(body: Rect) -> u16 {
    body.height.saturating_sub(4)
}

impl Home {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let body = Rect::new(area.x, area.y + 1, area.width, list_height(area));
        let left = Rect::new(body.x, body.y, LEFT.min(body.width), body.height);
        if self.opens_charts() {
            let head = if self.is_cdi() {
                "Work"
            } else {
                "Deficiencies"
            };
            canvas.write(area, area.x + 2, area.y, head, "list.head");
        }
        for (y, index) in (left.y..).zip(self.list.visible(left.height)) {
            self.line(canvas, left, y, index);
        }
        let right = Rect::new(
            left.right(),
            area.y,
            area.width - left.width,
            area.height - 3,
        );
        canvas.divider(Rect::new(right.x, right.y, 1, right.height));
        self.overview(
            canvas,
            Rect::new(
                right.x + 2,
                right.y,
                right.width.saturating_sub(2),
                right.height,
            ),
            context,
        );
        canvas.rule(area, area.bottom() - 3);
        self.advice(
            canvas,
            Rect::new(area.x, area.bottom() - 2, area.width, 2),
            context,
        );
    }

    fn line(&self, canvas: &mut Canvas<'_>, area: Rect, y: u16, index: usize) {
        let Some(row) = self.row(index) else {
            return;
        };
        let number = |view: QueueView| {
            let counts = self.counts.as_ref()?;
            let found = counts.views.iter().find(|(v, _)| *v == view)?;
            Some(found.1)
        };
        let queries = || {
            let counts = self.counts.as_ref()?;
            Some(counts.queries.iter().map(|(_, n)| n).sum())
        };
        let owed = || {
            let counts = self.counts.as_ref()?;
            let asked = counts.queries.iter().filter(|(state, _)| state == "issued");
            Some(number(QueueView::All)? + asked.map(|(_, n)| n).sum::<i64>())
        };
        let cdi = self.counts.as_ref().and_then(|c| c.cdi);
        let mut told = String::new();
        let (name, n, meaning) = match row {
            Row::View(i, view) => {
                let meaning = if view == QueueView::Late {
                    "queue.overdue"
                } else {
                    "text"
                };
                (
                    Shown::own(format!("{i} {}", view.title())),
                    number(view),
                    meaning,
                )
            }
            Row::Saved(saved) => (
                Shown::own(format!("  {}", shown(&saved.name))),
                None,
                "text",
            ),
            Row::SavedSearch(list) => {
                let name = shown(&list.search.name);
                let name = match list.count.map_or(0, |c| c.new) {
                    0 => format!("  {name}"),
                    new => format!("  {name}  {} new", count(new as i64)),
                };
                let all = list.count.map(|c| c.all as i64);
                (Shown::own(name), all, "text")
            }
            Row::Screen(name, command) => {
                let n = match command {
                    Command::GotoQueries => queries(),
                    Command::GotoInbox => owed(),
                    Command::GotoOpportunities => cdi.map(|c| c.opportunities),
                    Command::GotoReviews => {
                        told = "due ".to_owned();
                        cdi.map(|c| c.due)
                    }
                    _ => None,
                };
                (Shown::own(format!("  {name}")), n, "text")
            }
        };
        let end = canvas.write(area, area.x + 2, y, &name, "text");
        if let Some(n) = n {
            let meaning = if n > 0 { meaning } else { "dim" };
            let room = Rect::new(area.x, y, area.width.saturating_sub(2), 1);
            canvas.write_right(room, y, Shown::own(format!("{told}{}", count(n))), meaning);
        }
        if index == self.list.cursor {
            canvas.write(area, area.x, y, ">", "text");
            let reach = end.saturating_sub(area.x);
            canvas.tint(Rect::new(area.x, y, reach, 1), "list.selection");
        }
    }

    /// Ageing bands, types, what is in the store.
    fn overview(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let Some(counts) = &self.counts else {
            if !self.failed && self.opens_charts() {
                canvas.write(area, area.x, area.y, "counting…", "dim");
            }
            return;
        };
        let mut y = match &counts.cdi {
            Some(cdi) if self.is_cdi() => integrity(canvas, area, counts, *cdi, context),
            _ => area.y,
        };
        let charts = format!("Open items by age, {}", counted(counts.charts, "chart"));
        canvas.write(area, area.x, y, Shown::own(charts), "list.head");
        for (from, to, n) in &counts.bands {
            y += 1;
            let name = match to {
                Some(to) => format!("{from}-{to} days"),
                None => format!("over {} days", from - 1),
            };
            pair(canvas, area, y, &Shown::own(name), *n);
        }
        y += 2;
        canvas.write(area, area.x, y, "By type", "list.head");
        let room = area.bottom().saturating_sub(y + 3);
        for (kind, n) in counts.kinds.iter().take(usize::from(room)) {
            y += 1;
            pair(canvas, area, y, &shown(kind), *n);
        }
        if !self.sees_all() {
            // Who sees only their own charts is not told how many there are.
            return;
        }
        let y = area.bottom().saturating_sub(2);
        let people = format!(
            "{}, {}",
            counted(counts.patients, "patient"),
            counted(counts.encounters, "visit")
        );
        canvas.write(area, area.x, y, Shown::own(people), "dim");
        let documents = counted(counts.documents, "document");
        canvas.write(area, area.x, y + 1, Shown::own(documents), "dim");
    }

    /// What to press, or why there is nothing.
    fn advice(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let (first, second) = if self.rows() == 0 {
            let quit = key(Command::Quit);
            (
                "Your role opens no charts: there is no worklist for it here.".to_owned(),
                format!("{quit} leaves; your verbs: chartroom user, audit, rules, doctor, index."),
            )
        } else if self.failed {
            let again = key(Command::Refresh);
            (
                "The counts could not be read.".to_owned(),
                format!("{again} reads them again; the lists work without them."),
            )
        } else if self.is_new() {
            let quit = key(Command::Quit);
            (
                "Nothing has been imported yet.".to_owned(),
                format!("{quit} leaves; then: chartroom import PATH (or: chartroom demo)"),
            )
        } else {
            let (open, help) = (key(Command::Open), key(Command::Help));
            let (down, up) = (key(Command::Down), key(Command::Up));
            let search = context.offer(&Command::GotoSearch, "searches every document, ");
            let line = key(Command::Palette);
            (
                format!("{down} and {up} move, {open} opens the list under the cursor."),
                format!("{help} shows all keys, {search}{line} takes commands."),
            )
        };
        canvas.write(area, area.x + 2, area.y, Shown::own(first), "text");
        canvas.write(area, area.x + 2, area.y + 1, Shown::own(second), "text");
    }
}

/// The work of documentation integrity with the keys that lead to it; gives the line below it.
fn integrity(
    canvas: &mut Canvas<'_>,
    area: Rect,
    counts: &WorklistCounts,
    cdi: CdiCounts,
    context: &Context<'_>,
) -> u16 {
    let of = |state: QueryState| {
        let found = counts.queries.iter().find(|(s, _)| s == state.name());
        found.map_or(0, |(_, n)| *n)
    };
    let lines = [
        ("Reviews due", cdi.due, Some(Command::GotoReviews)),
        (
            "Opportunities",
            cdi.opportunities,
            Some(Command::GotoOpportunities),
        ),
        ("Stays not looked at", cdi.unlooked, None),
        (
            "Queries that wait",
            of(QueryState::Issued),
            Some(Command::GotoQueries),
        ),
        ("  of them late", cdi.late, None),
        (
            "Answered, to reconcile",
            of(QueryState::Responded),
            Some(Command::GotoQueries),
        ),
    ];
    let mut y = area.y;
    canvas.write(area, area.x, y, "Documentation integrity", "list.head");
    for (name, n, command) in lines {
        if name.starts_with("Stays") && n == 0 {
            continue;
        }
        y += 1;
        let name = match command {
            Some(command) => format!("{} {name}", (context.keys)(&command)),
            None => format!("    {name}"),
        };
        pair(canvas, area, y, &Shown::own(name), n);
    }
    y + 2
}

/// A name and a number at the right edge of a narrow column.
fn pair(canvas: &mut Canvas<'_>, area: Rect, y: u16, name: &Shown, n: i64) {
    let room = Rect::new(area.x, area.y, area.width.min(32), area.height);
    if y >= room.bottom() {
        return;
    }
    canvas.write(room, room.x, y, name, "text");
    canvas.write_right(room, y, Shown::own(count(n)), "text");
}
