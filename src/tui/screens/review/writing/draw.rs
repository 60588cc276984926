//! Drawing a review being written: whom it is about, the findings, and below them what came of it.

use super::{Part, Writing};
use crate::command::Command;
use crate::text::Shown;
use crate::tui::app::Context;
use crate::tui::widgets::{Canvas, Pager, Span, parse_date};
use ratatui::layout::Rect;

/// Lines below the findings: a rule and the fields.
const BELOW: u16 = 4;
/// Columns of the words before a field.
const LABELS: u16 = 13;
/// From this width on the review so far stands beside the findings.
const BESIDE: u16 = 110;
/// Columns of the review so far.
const ASIDE: u16 = 46;

/// Where the findings are written.
pub(super) fn findings(body: Rect) -> Rect {
    let x = body.x + 1;
    let y = body.y + 1.min(body.height);
    let height = body.height.saturating_sub(1 + BELOW);
    let width = left(body).width.saturating_sub(2);
    Rect::new(x, y, width, height)
}

/// The area of what is written.
fn left(body: Rect) -> Rect {
    let aside = if body.width >= BESIDE { ASIDE + 2 } else { 0 };
    Rect::new(body.x, body.y, body.width - aside, body.height)
}

impl Writing {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, whole: Rect, context: &Context<'_>) {
        let body = left(whole);
        if whole.width > body.width {
            canvas.divider(Rect::new(body.right(), body.y, 1, body.height));
            let room = Rect::new(body.right() + 2, body.y, ASIDE, body.height);
            let lines = self.aside.iter().map(|(text, meaning)| {
                let text = text.clone();
                vec![Span { text, meaning }]
            });
            Pager::of_spans(lines).render(canvas, room);
        }
        let label = self.label(Part::Findings);
        canvas.write(
            body,
            body.x,
            body.y,
            Shown::own(format!("{label}Findings")),
            "list.head",
        );
        let area = findings(whole);
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
