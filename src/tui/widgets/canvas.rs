//! The canvas: the only way from text to the screen, and it takes only displayable text.

use crate::domain::time::Instant;
use crate::text::Shown;
use crate::tui::theme::Theme;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Text that may be drawn: sanitised, or written in our own source.
pub trait Showable {
    /// The text.
    fn text(&self) -> &str;
}

impl Showable for Shown {
    fn text(&self) -> &str {
        self.as_str()
    }
}

impl Showable for &Shown {
    fn text(&self) -> &str {
        self.as_str()
    }
}

impl Showable for &'static str {
    fn text(&self) -> &str {
        self
    }
}

/// Columns a text takes.
pub fn width(text: impl Showable) -> usize {
    text.text().width()
}

/// The part of a text that fits, with `…` where something was cut.
pub fn clip(text: &str, columns: usize) -> (&str, bool) {
    if text.width() <= columns {
        return (text, false);
    }
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let next = used + grapheme.width();
        if next > columns.saturating_sub(1) {
            return (&text[..at], true);
        }
        used = next;
    }
    (text, false)
}

/// Hours and minutes of an instant.
pub fn clock(at: Instant, zone: &TimeZone) -> Shown {
    let zoned = at.timestamp().to_zoned(zone.clone());
    Shown::own(zoned.strftime("%H:%M").to_string())
}

/// A surface to draw on.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    cursor: Option<Position>,
}

impl<'a> Canvas<'a> {
    /// A canvas over a buffer.
    pub fn new(buffer: &'a mut Buffer, theme: &'a Theme) -> Self {
        Self {
            buffer,
            theme,
            cursor: None,
        }
    }

    /// The whole surface.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// The style of a meaning.
    pub fn style(&self, meaning: &str) -> Style {
        self.theme.style(meaning)
    }

    /// Where the terminal's cursor belongs, if a field has it.
    pub fn cursor(&self) -> Option<Position> {
        self.cursor
    }

    /// Puts the terminal's cursor here.
    pub fn set_cursor(&mut self, x: u16, y: u16) {
        self.cursor = Some(Position::new(x, y));
    }

    /// Writes text at a place inside `area`, cut at its right edge; returns the column behind it.
    pub fn write(&mut self, area: Rect, x: u16, y: u16, text: impl Showable, meaning: &str) -> u16 {
        let style = self.theme.style(meaning);
        self.write_styled(area, x, y, text, style)
    }

    /// The same with a style.
    pub fn write_styled(
        &mut self,
        area: Rect,
        x: u16,
        y: u16,
        text: impl Showable,
        style: Style,
    ) -> u16 {
        let area = area.intersection(self.buffer.area);
        if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
            return x;
        }
        let room = usize::from(area.right() - x);
        let (part, cut) = clip(text.text(), room);
        let (mut end, _) = self.buffer.set_stringn(x, y, part, room, style);
        if cut && end < area.right() {
            (end, _) = self.buffer.set_stringn(end, y, "…", 1, style);
        }
        end
    }

    /// Writes text so that it ends before the right edge of `area`.
    pub fn write_right(&mut self, area: Rect, y: u16, text: impl Showable, meaning: &str) -> u16 {
        let columns = width_u16(text.text());
        let x = area.right().saturating_sub(columns).max(area.left());
        self.write(area, x, y, text, meaning);
        x
    }

    /// A horizontal line.
    pub fn rule(&mut self, area: Rect, y: u16) {
        let area = area.intersection(self.buffer.area);
        if y < area.top() || y >= area.bottom() {
            return;
        }
        let style = self.theme.style("rule");
        for x in area.left()..area.right() {
            self.buffer[(x, y)].set_symbol("─").set_style(style);
        }
    }

    /// A vertical line at the left edge of `area`.
    pub fn divider(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        if area.is_empty() {
            return;
        }
        let style = self.theme.style("rule");
        for y in area.top()..area.bottom() {
            self.buffer[(area.left(), y)]
                .set_symbol("│")
                .set_style(style);
        }
    }

    /// Lays a style over cells that are already drawn.
    pub fn tint(&mut self, area: Rect, meaning: &str) {
        let style = self.theme.style(meaning);
        self.buffer
            .set_style(area.intersection(self.buffer.area), style);
    }

    /// Blanks an area, for what is drawn over something else.
    pub fn blank(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.buffer[(x, y)].reset();
            }
        }
    }

    /// A popup in a frame with its title in the upper line; returns the inside.
    pub fn popup(&mut self, area: Rect, title: impl Showable) -> Rect {
        let area = area.intersection(self.buffer.area);
        self.blank(area);
        if area.height < 3 || area.width < 4 {
            return area;
        }
        self.rule(area, area.top());
        self.rule(area, area.bottom() - 1);
        self.divider(area);
        self.divider(Rect::new(area.right() - 1, area.y, 1, area.height));
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        for (x, y, corner) in [
            (area.x, area.y, "┌"),
            (right, area.y, "┐"),
            (area.x, bottom, "└"),
            (right, bottom, "┘"),
        ] {
            self.buffer[(x, y)].set_symbol(corner);
        }
        let heading = Shown::own(format!(" {} ", title.text()));
        let room = Rect::new(area.x, area.y, area.width - 1, 1);
        self.write(room, room.x + 2, room.y, &heading, "popup.title");
        Rect::new(area.x + 2, area.y + 1, area.width - 4, area.height - 2)
    }
}

/// Columns a text takes, as a coordinate.
pub fn width_u16(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// An area of at most this size in the middle of another.
pub fn centered(area: Rect, columns: u16, rows: u16) -> Rect {
    let (w, h) = (columns.min(area.width), rows.min(area.height));
    Rect::new(
        area.x + (area.width - w) / 2,
        area.y + (area.height - h) / 2,
        w,
        h,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_graphemes_and_says_so() {
        assert_eq!(clip("hello", 5), ("hello", false));
        assert_eq!(clip("hello", 4), ("hel", true));
        assert_eq!(clip("漢字漢", 5), ("漢字", true));
        assert_eq!(clip("漢字漢", 4), ("漢", true));
        assert_eq!(clip("x", 0), ("", true));
    }

    #[test]
    fn drawing_outside_is_ignored() {
        let theme = Theme::plain();
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 2));
        let mut canvas = Canvas::new(&mut buffer, &theme);
        let far = Rect::new(10, 10, 50, 50);
        canvas.write(far, 10, 10, "x", "text");
        canvas.rule(far, 12);
        canvas.divider(far);
        canvas.blank(far);
        canvas.popup(far, "t");
        let area = canvas.area();
        assert_eq!(canvas.write(area, 2, 0, "abc", "text"), 4);
    }
}
