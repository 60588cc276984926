//! Drawing dialogs over a screen.

use super::{Dialog, Kind};
use crate::command::Command;
use crate::text::Shown;
use crate::tui::app::screen::Context;
use crate::tui::widgets::{Canvas, LineInput, PickList, centered, width};
use ratatui::layout::Rect;

impl Dialog {
    /// Draws it over the screen.
    pub fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        match &self.kind {
            Kind::Pick(list) => {
                let rows = (list.found().max(3) as u16).saturating_add(4);
                let inside = canvas.popup(centered(area, 64, rows.min(20)), &self.title);
                pick(canvas, inside, list, "> ");
            }
            Kind::Palette(palette) => {
                let inside = canvas.popup(centered(area, 100, 20), &self.title);
                pick(canvas, inside, &palette.list, ": ");
            }
            Kind::Form(form) => {
                let rows = form.height() + 2;
                let inside = canvas.popup(centered(area, 76, rows), &self.title);
                form.render(canvas, inside, context.today());
            }
            Kind::Read(pager) => {
                let rows = pager.rows_at(reading_width(area)).saturating_add(2);
                let inside = canvas.popup(centered(area, READ, rows.max(6)), &self.title);
                pager.render(canvas, inside);
            }
            Kind::Confirm { lines, word, input } => {
                confirm(canvas, area, &self.title, (lines, *word, input), context);
            }
        }
    }
}

/// Columns of a text to read, with its frame.
const READ: u16 = 100;

/// Columns of the text itself.
pub(super) fn reading_width(area: Rect) -> u16 {
    READ.min(area.width).saturating_sub(4)
}

fn pick(canvas: &mut Canvas<'_>, inside: Rect, list: &PickList, prompt: &'static str) {
    if inside.height < 2 {
        return;
    }
    canvas.write(inside, inside.x, inside.y, prompt, "field.label");
    let line = Rect::new(inside.x + 2, inside.y, inside.width.saturating_sub(2), 1);
    list.input.render(canvas, line, true);
    let below = Rect::new(inside.x, inside.y + 1, inside.width, inside.height - 1);
    list.render_items(canvas, below, true);
}

fn confirm(
    canvas: &mut Canvas<'_>,
    area: Rect,
    title: &Shown,
    (lines, word, input): (&[Shown], Option<&'static str>, &LineInput),
    context: &Context<'_>,
) {
    let widest = lines.iter().map(width).max().unwrap_or(0);
    let columns = widest.max(48) as u16 + 4;
    let inside = canvas.popup(centered(area, columns, lines.len() as u16 + 4), title);
    for (y, line) in (inside.y..inside.bottom()).zip(lines) {
        canvas.write(inside, inside.x, y, line, "text");
    }
    let y = inside.y + lines.len() as u16 + 1;
    match word {
        Some(word) => {
            let prompt = Shown::own(format!("Type {word} to go on: "));
            let x = canvas.write(inside, inside.x, y, &prompt, "field.label");
            let room = inside.right().saturating_sub(x);
            input.render(canvas, Rect::new(x, y, room, 1), y < inside.bottom());
        }
        None => {
            let yes = (context.keys)(&Command::Yes);
            let no = (context.keys)(&Command::No);
            let text = Shown::own(format!("{yes}=yes  {no}=no  Enter=no"));
            canvas.write(inside, inside.x, y, &text, "footer.key");
        }
    }
}
