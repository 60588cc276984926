//! Drawing the program: header, screen, dialogs, which-key, message line, footer.

use super::{App, Message, SMALLEST, WHICH_KEY_AFTER, body};
use crate::command::Facts;
use crate::text::{Shown, counted};
use crate::tui::app::screen::Context;
use crate::tui::keymap::short_text;
use crate::tui::widgets::{Canvas, Pager, Span, clock, width};
use ratatui::Frame;
use ratatui::layout::Rect;

/// A message takes at most this part of the screen: one third.
const MESSAGE_PART: u16 = 3;

/// Most keys a footer shows.
const MOST_HINTS: usize = 8;

impl App {
    /// Draws everything. Changes nothing.
    pub fn render(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        let mut canvas = Canvas::new(frame.buffer_mut(), &self.theme);
        self.draw(&mut canvas, area);
        let cursor = canvas.cursor();
        if let Some(position) = cursor.filter(|p| area.contains(*p)) {
            frame.set_cursor_position(position);
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if area.width < SMALLEST.width || area.height < SMALLEST.height {
            return too_small(canvas, area);
        }
        let facts = self.facts();
        let here = self.screen_facts();
        let keys = |command: &crate::command::Command| self.key_name(&here, command);
        let inside = body(area.as_size());
        let context = Context {
            now: self.now,
            session: &self.session,
            body: inside,
            numbering: !self.rows_typed.is_empty(),
            keys: &keys,
        };
        let Some(top) = self.open.last() else {
            return;
        };
        self.header(canvas, area, &top.screen.title(&context));
        top.screen.render(canvas, inside, &context);
        for dialog in &top.dialogs {
            dialog.render(canvas, inside, &context);
        }
        self.which_key(canvas, inside, &facts);
        let line = Rect::new(0, area.bottom() - 2, area.width, 1);
        self.message_line(canvas, line);
        let foot = Rect::new(0, area.bottom() - 1, area.width, 1);
        self.footer(canvas, foot, &facts);
    }

    fn header(&self, canvas: &mut Canvas<'_>, area: Rect, title: &Shown) {
        let time = clock(self.now, &self.session.zone);
        let place = &self.session.place;
        let gap = if place.as_str().is_empty() { "" } else { " " };
        let right = Shown::own(format!(" {}{gap}{place} {time}", self.session.user_name));
        let row = Rect::new(area.x, area.y, area.width, 1);
        canvas.tint(row, "header");
        let x = canvas.write_right(row, row.y, &right, "header");
        let room = Rect::new(row.x, row.y, x.saturating_sub(row.x), 1);
        canvas.write(room, room.x, room.y, title, "header");
    }

    fn message_line(&self, canvas: &mut Canvas<'_>, line: Rect) {
        if !self.rows_typed.is_empty() {
            let text = Shown::own(format!("rows {}", self.rows_typed));
            let x = canvas.write(line, line.x, line.y, &text, "message");
            canvas.set_cursor(x, line.y);
        } else if !self.pending.is_empty() {
            let text = Shown::own(format!("{} …", short_text(&self.pending)));
            canvas.write(line, line.x, line.y, &text, "message");
        } else if let Some(message) = &self.message {
            self.message(canvas, line, message);
        }
        let waiting = self.type_ahead.len();
        if waiting > 0 {
            let text = Shown::own(format!(
                " {} {}",
                counted(waiting, "key"),
                if waiting == 1 { "waits" } else { "wait" }
            ));
            canvas.write_right(line, line.y, &text, "dim");
        }
    }

    /// A message that does not fit its line goes on in lines above it, so that nothing of it is
    /// missed; they are free again with the message.
    fn message(&self, canvas: &mut Canvas<'_>, line: Rect, message: &Message) {
        let meaning = message.level.meaning();
        let piece = |text| Span { text, meaning };
        let word = Shown::own(message.level.word());
        let pager = Pager::of_spans([vec![piece(word), piece(message.text.clone())]]);
        let most = (self.size.height / MESSAGE_PART).max(1);
        let rows = pager.rows_at(line.width).clamp(1, most);
        let top = line.bottom().saturating_sub(rows);
        let room = Rect::new(line.x, top, line.width, rows);
        if rows > 1 {
            canvas.blank(room);
        }
        pager.render(canvas, room);
    }

    /// Keys of the screen's most useful commands that can run now, as the live keymap has them.
    fn footer(&self, canvas: &mut Canvas<'_>, line: Rect, facts: &Facts) {
        let hints: Vec<(Shown, Shown)> = self
            .hints(facts)
            .into_iter()
            .map(|(key, title)| (Shown::own(key), Shown::own(format!("={title}"))))
            .collect();
        let need = |(key, title): &(Shown, Shown)| (width(key) + width(title)) as u16;
        // The last one leads to all the others: where not all have room, it has.
        let kept = hints.last().map_or(0, need);
        let mut x = line.x;
        for (at, hint) in hints.iter().enumerate() {
            let last = at + 1 == hints.len();
            let behind = if last { 0 } else { kept + 1 };
            if x + need(hint) + behind > line.right() {
                continue;
            }
            x = canvas.write(line, x, line.y, &hint.0, "footer.key");
            x = canvas.write(line, x, line.y, &hint.1, "footer") + 1;
        }
    }

    fn hints(&self, facts: &Facts) -> Vec<(String, String)> {
        use crate::command::Command as C;
        let Some(top) = self.open.last() else {
            return Vec::new();
        };
        let mut commands = if top.dialogs.is_empty() {
            top.screen.hints()
        } else if facts.text {
            vec![C::Accept, C::NextField, C::Back]
        } else {
            vec![C::Down, C::Up, C::Back]
        };
        commands.truncate(MOST_HINTS - 2);
        if top.dialogs.is_empty() {
            commands.extend([C::Palette, C::Help]);
        }
        commands
            .iter()
            .filter(|c| c.spec().unavailable(facts).is_none())
            .filter_map(|c| {
                let key = self.keymap.key_for(facts, c)?;
                let short = match c {
                    C::Palette => "cmd".to_owned(),
                    other => other.spec().title.to_lowercase(),
                };
                Some((key, short))
            })
            .collect()
    }

    /// The keys that may follow, once the user has paused.
    fn which_key(&self, canvas: &mut Canvas<'_>, area: Rect, facts: &Facts) {
        let paused = self.now.0 - self.pending_since.0 >= WHICH_KEY_AFTER;
        if self.pending.is_empty() || !paused {
            return;
        }
        let next = self.keymap.continuations(facts, &self.pending);
        if next.is_empty() {
            return;
        }
        let columns = usize::from(area.width / 26).max(1);
        let rows = next.len().div_ceil(columns) as u16;
        let height = (rows + 2).min(area.height);
        let place = Rect::new(area.x, area.bottom() - height, area.width, height);
        let title = Shown::own(short_text(&self.pending));
        let inside = canvas.popup(place, &title);
        for (i, item) in next.iter().enumerate() {
            let x = inside.x + (i / usize::from(rows.max(1)) * 26) as u16;
            let y = inside.y + (i % usize::from(rows.max(1))) as u16;
            let room = Rect::new(
                x,
                inside.y,
                25.min(inside.right().saturating_sub(x)),
                inside.height,
            );
            let key = Shown::own(format!("{:<4}", item.key.to_string()));
            let end = canvas.write(room, x, y, &key, "footer.key");
            let meaning = if item.available {
                "text"
            } else {
                "popup.disabled"
            };
            let title = if item.available {
                Shown::own(&item.title)
            } else {
                Shown::own(format!("({})", item.title))
            };
            canvas.write(room, end + 1, y, &title, meaning);
        }
    }
}

fn too_small(canvas: &mut Canvas<'_>, area: Rect) {
    let text = Shown::own(format!(
        "Chartroom needs {}x{}, this is {}x{}. Nothing is lost.",
        SMALLEST.width, SMALLEST.height, area.width, area.height
    ));
    canvas.write(area, area.x, area.y, &text, "message");
}
