//! Drawing a review being written: whom it is about, the findings, and below them what came of it.

use super::{Part, Writing};
use crate::command::Command;
use crate::text::Shown;
use crate::tui::app::Context;
use crate::tui::widgets::{Canvas, parse_date};
use ratatui::layout::Rect;

/// Lines below the findings: a rule and the fields.
const BELOW: u16 = 4;
/// Columns of the words before a field.
const LABELS: u16 = 13;
/// Widest line of the findings: longer ones are hard to read.
const WIDEST: u16 = 100;

/// Where the findings are written.
pub(super) fn findings(body: Rect) -> Rect {
    let x = body.x + 1;
    let y = body.y + 1.min(body.height);
    let height = body.height.saturating_sub(1 + BELOW);
    let width = body.width.saturating_sub(2).min(WIDEST);
    Rect::new(x, y, width, height)
}

impl Writing {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let label = self.label(Part::Findings);
        canvas.write(
            body,
            body.x,
            body.y,
            Shown::own(format!("{label}Findings")),
            "list.head",
        );
        let area = findings(body);
        self.findings
            .render(canvas, area, self.part == Part::Findings);
        let mut y = area.bottom();
        if y >= body.bottom() {
            return;
        }
        canvas.rule(body, y);
        y += 1;
        for (part, name, words) in [
            (Part::Outcome, "Outcome", self.outcome.title()),
            (Part::Kind, "Occasion", self.kind.title()),
        ] {
            let x = self.name(canvas, body, y, part, name);
            let here = self.part == part;
            let look = if here { "field.active" } else { "text" };
            let end = canvas.write(body, x, y, words, look);
            if here {
                let all = (context.keys)(&Command::Pick);
                let text = Shown::own(format!("(Space the next, {all} all)"));
                canvas.write(body, end + 2, y, text, "dim");
                canvas.set_cursor(x, y);
            }
            y += 1;
        }
        let x = self.name(canvas, body, y, Part::Next, "Next review");
        if y >= body.bottom() {
            return;
        }
        let room = Rect::new(x, y, 12.min(body.right().saturating_sub(x)), 1);
        self.next.render(canvas, room, self.part == Part::Next);
        let typed = self.next.text().trim();
        let (echo, meaning) = match parse_date(typed, context.today()) {
            _ if typed.is_empty() => (Shown::own("none"), "dim"),
            Ok(day) if day < context.today() => (Shown::own("! is past"), "field.error"),
            Ok(day) => (Shown::own(format!("={day}")), "dim"),
            Err(why) => (Shown::own(format!("! {why}")), "field.error"),
        };
        canvas.write(body, room.right() + 1, y, &echo, meaning);
    }

    fn label(&self, part: Part) -> &'static str {
        if self.part == part { ">" } else { " " }
    }

    /// Writes the name of a field; gives where its value begins.
    fn name(&self, canvas: &mut Canvas<'_>, body: Rect, y: u16, part: Part, name: &str) -> u16 {
        let text = Shown::own(format!("{}{name}", self.label(part)));
        canvas.write(body, body.x, y, text, "field.label");
        body.x + LABELS + 1
    }
}
