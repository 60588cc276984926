//! Drawing the document that is read: its head, its text, the find line.

use super::ChartScreen;
use super::draw::Areas;
use crate::command::Command;
use crate::domain::chart::Chart;
use crate::text::Shown;
use crate::tui::app::Context;
use crate::tui::screens::banner::{document_state, document_title, provider_name, when};
use crate::tui::widgets::Canvas;
use ratatui::layout::Rect;

impl ChartScreen {
    pub(super) fn draw_reader(
        &self,
        canvas: &mut Canvas<'_>,
        areas: &Areas,
        chart: &Chart,
        context: &Context<'_>,
    ) {
        let area = areas.reader;
        let document = self.open.and_then(|(id, _)| chart.document(id));
        let Some(document) = document else {
            if self.reading {
                canvas.write(
                    area,
                    area.x,
                    area.y,
                    "This document is not part of the chart.",
                    "dim",
                );
            }
            return;
        };
        let zone = &context.session.zone;
        let head = Rect::new(area.x, area.y, area.width, 1);
        let mut title_end = head.right();
        if let Some((at, of)) = self.reader().and_then(|r| r.matched()) {
            let text = Shown::own(format!(" match {at}/{of}"));
            title_end = canvas.write_right(head, head.y, &text, "dim");
        }
        let room = Rect::new(head.x, head.y, title_end.saturating_sub(head.x), 1);
        canvas.write(
            room,
            room.x,
            room.y,
            document_title(document),
            "chart.title",
        );
        let author = document.author.and_then(|id| chart.provider(id));
        let author = author.map_or_else(|| Shown::own("author unknown"), provider_name);
        let (state, meaning) = document_state(document);
        let y = area.y + 1;
        let x = canvas.write(area, area.x, y, when(document.facts.at, zone), "text");
        let x = canvas.write(area, x + 2, y, &author, "text");
        let x = canvas.write(area, x + 2, y, state, meaning);
        let version = match self.open {
            Some((_, Some(old))) => format!("version {old} of {}: OLDER VERSION", document.version),
            _ if document.version > 1 => format!("version {}", document.version),
            _ => String::new(),
        };
        canvas.write(area, x + 2, y, Shown::own(version), "queue.soon");
        self.draw_text(canvas, areas, context);
    }

    fn draw_text(&self, canvas: &mut Canvas<'_>, areas: &Areas, context: &Context<'_>) {
        let text = areas.text;
        match self.reader() {
            None if self.text_failed => {
                let again = (context.keys)(&Command::Open);
                let back = (context.keys)(&Command::Back);
                let words = format!("The text could not be read. {back} and {again} try again.");
                canvas.write(text, text.x, text.y, Shown::own(words), "dim");
            }
            None => {
                canvas.write(text, text.x, text.y, "Reading…", "dim");
            }
            Some(reader) if reader.is_empty() => {
                canvas.write(
                    text,
                    text.x,
                    text.y,
                    "No text came with this document.",
                    "dim",
                );
            }
            Some(reader) => reader.render(canvas, text, self.reading),
        }
        if let Some(find) = &self.find {
            let y = areas.reader.bottom().saturating_sub(1);
            let x = canvas.write(areas.reader, areas.reader.x, y, "find: ", "field.label");
            let room = Rect::new(x, y, areas.reader.right().saturating_sub(x), 1);
            find.render(canvas, room, true);
        } else if let Some(line) = self.copied_line(context) {
            let y = areas.reader.bottom().saturating_sub(1);
            canvas.write(areas.reader, areas.reader.x, y, &line, "queue.soon");
        }
    }
}
