//! A pager: long text, soft-wrapped, with find and highlights.

use super::canvas::Canvas;
use super::wrap::{Row, hang, wrap};
use crate::text::Shown;
use ratatui::layout::Rect;
use regex::{Regex, RegexBuilder};

/// A piece of a line with its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Text.
    pub text: Shown,
    /// Meaning, for the theme.
    pub meaning: &'static str,
}

/// A match: bytes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Match {
    line: usize,
    from: usize,
    to: usize,
}

/// Text being read.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    lines: Vec<Vec<Span>>,
    plain: Vec<String>,
    rows: Vec<Row>,
    width: u16,
    /// Columns by which the further rows of a wrapped line are set in.
    hang: u16,
    top: usize,
    matches: Vec<Match>,
    current: usize,
}

impl Pager {
    /// A pager over lines of one meaning each.
    pub fn new(lines: impl IntoIterator<Item = Shown>) -> Self {
        Self::of_spans(lines.into_iter().map(|text| {
            vec![Span {
                text,
                meaning: "text",
            }]
        }))
    }

    /// A pager over lines of several pieces.
    pub fn of_spans(lines: impl IntoIterator<Item = Vec<Span>>) -> Self {
        let lines: Vec<Vec<Span>> = lines.into_iter().collect();
        let plain = lines
            .iter()
            .map(|spans| spans.iter().map(|s| s.text.as_str()).collect())
            .collect();
        let mut pager = Self {
            lines,
            plain,
            ..Self::default()
        };
        pager.set_width(80);
        pager
    }

    /// Sets the further rows of wrapped lines in by so many columns, but never by more than half
    /// of the width.
    #[must_use]
    pub fn hanging(mut self, columns: u16) -> Self {
        self.hang = columns;
        self.rows = wrap(&self.plain, self.width, columns);
        self
    }

    /// Wraps for a width. Called from update when the size is known; drawing at another width
    /// wraps for itself.
    pub fn set_width(&mut self, width: u16) {
        if self.width == width && !self.rows.is_empty() {
            return;
        }
        let line = self.rows.get(self.top).map_or(0, |r| r.line);
        self.rows = wrap(&self.plain, width, self.hang);
        self.width = width;
        self.top = self.rows.iter().position(|r| r.line >= line).unwrap_or(0);
    }

    /// Number of lines, before wrapping.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Number of rows at a width.
    pub fn rows_at(&self, width: u16) -> u16 {
        let rows = if self.width == width {
            self.rows.len()
        } else {
            wrap(&self.plain, width, self.hang).len()
        };
        u16::try_from(rows).unwrap_or(u16::MAX)
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The line at the top of the screen, from 0: what a citation means.
    pub fn top_line(&self) -> usize {
        self.rows.get(self.top).map_or(0, |r| r.line)
    }

    /// The text of a line.
    pub fn line(&self, line: usize) -> Option<Shown> {
        self.plain.get(line).map(Shown::own)
    }

    /// Scrolls down, as far as the last page.
    pub fn down(&mut self, rows: usize, height: u16) {
        let last = self.rows.len().saturating_sub(usize::from(height.max(1)));
        self.top = (self.top + rows).min(last);
    }

    /// Scrolls up.
    pub fn up(&mut self, rows: usize) {
        self.top = self.top.saturating_sub(rows);
    }

    /// Shows the beginning.
    pub fn to_start(&mut self) {
        self.top = 0;
    }

    /// Shows a line near the top.
    pub fn to_line(&mut self, line: usize, height: u16) {
        let row = self.rows.iter().position(|r| r.line >= line).unwrap_or(0);
        self.top = 0;
        self.down(row.saturating_sub(usize::from(height / 4)), height);
    }

    /// Highlights words (any of them), without regard to case; returns how many there are.
    pub fn find(&mut self, words: &[&str], height: u16) -> usize {
        self.matches.clear();
        self.current = 0;
        if let Some(pattern) = pattern(words) {
            for (line, text) in self.plain.iter().enumerate() {
                self.matches.extend(pattern.find_iter(text).map(|m| Match {
                    line,
                    from: m.start(),
                    to: m.end(),
                }));
            }
        }
        let first = self.rows.get(self.top).map_or(0, |r| r.line);
        self.current = self
            .matches
            .iter()
            .position(|m| m.line >= first)
            .unwrap_or(0);
        self.show_match(height);
        self.matches.len()
    }

    /// Number of matches and which one is current, from 1; `None` if there are none.
    pub fn matched(&self) -> Option<(usize, usize)> {
        (!self.matches.is_empty()).then_some((self.current + 1, self.matches.len()))
    }

    /// Goes to the next match, from the last to the first.
    pub fn next_match(&mut self, height: u16) {
        if !self.matches.is_empty() {
            self.current = (self.current + 1) % self.matches.len();
            self.show_match(height);
        }
    }

    /// Goes to the previous match.
    pub fn previous_match(&mut self, height: u16) {
        if !self.matches.is_empty() {
            self.current = (self.current + self.matches.len() - 1) % self.matches.len();
            self.show_match(height);
        }
    }

    fn show_match(&mut self, height: u16) {
        let Some(found) = self.matches.get(self.current) else {
            return;
        };
        let row = self
            .rows
            .iter()
            .position(|r| r.line == found.line && found.from < r.to.max(r.from + 1))
            .unwrap_or(0);
        if row < self.top || row >= self.top + usize::from(height.max(1)) {
            self.top = 0;
            self.down(row.saturating_sub(usize::from(height / 3)), height);
        }
    }

    /// Draws the rows that fit.
    pub fn render(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let own;
        let (rows, top) = if self.width == area.width {
            (&self.rows, self.top)
        } else {
            own = wrap(&self.plain, area.width, self.hang);
            let line = self.top_line();
            let top = own.iter().position(|r| r.line >= line).unwrap_or(0);
            (&own, top)
        };
        let visible = rows.iter().skip(top).take(usize::from(area.height));
        for (y, row) in (area.y..).zip(visible) {
            self.row(canvas, area, y, row);
        }
    }

    fn row(&self, canvas: &mut Canvas<'_>, area: Rect, y: u16, row: &Row) {
        let further = if row.from > 0 {
            hang(self.hang, area.width)
        } else {
            0
        };
        let (mut x, mut at) = (area.x + further, 0);
        for span in &self.lines[row.line] {
            let end = at + span.text.as_str().len();
            let (from, to) = (row.from.max(at), row.to.min(end));
            if from < to {
                x = self.piece(canvas, area, (x, y), row.line, (from, to), span.meaning);
            }
            at = end;
        }
    }

    /// Draws bytes of a line, cut where highlights begin and end.
    fn piece(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        (mut x, y): (u16, u16),
        line: usize,
        (mut from, to): (usize, usize),
        meaning: &'static str,
    ) -> u16 {
        let text = &self.plain[line];
        let start = self.matches.partition_point(|m| m.line < line);
        let here = self.matches[start..].iter().take_while(|m| m.line == line);
        for (i, found) in here.enumerate() {
            let (a, b) = (found.from.clamp(from, to), found.to.clamp(from, to));
            if a >= b {
                continue;
            }
            x = canvas.write(area, x, y, Shown::own(&text[from..a]), meaning);
            let look = if start + i == self.current {
                "match.current"
            } else {
                "match"
            };
            x = canvas.write(area, x, y, Shown::own(&text[a..b]), look);
            from = b;
        }
        canvas.write(area, x, y, Shown::own(&text[from..to]), meaning)
    }
}

/// A pattern for any of the words; `None` without words.
fn pattern(words: &[&str]) -> Option<Regex> {
    let words: Vec<String> = words
        .iter()
        .filter(|w| !w.trim().is_empty())
        .map(|w| regex::escape(w.trim()))
        .collect();
    if words.is_empty() {
        return None;
    }
    RegexBuilder::new(&words.join("|"))
        .case_insensitive(true)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Theme;
    use ratatui::buffer::Buffer;

    fn drawn(pager: &Pager, width: u16, height: u16) -> Vec<String> {
        let theme = Theme::plain();
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let area = buffer.area;
        pager.render(&mut Canvas::new(&mut buffer, &theme), area);
        (0..height)
            .map(|y| {
                let row: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
                row.trim_end().to_owned()
            })
            .collect()
    }

    #[test]
    fn long_lines_break_at_blanks_and_long_words_anywhere() {
        let mut pager = Pager::new(["one two three", "abcdefghijkl", ""].map(Shown::own));
        pager.set_width(8);
        assert_eq!(
            drawn(&pager, 8, 6),
            ["one two", "three", "abcdefgh", "ijkl", "", ""]
        );
    }

    #[test]
    fn further_rows_hang_where_that_is_asked_for() {
        let mut pager = Pager::new(["k  one two three"].map(Shown::own)).hanging(3);
        pager.set_width(8);
        assert_eq!(drawn(&pager, 8, 4), ["k  one", "   two", "   three", ""]);
        assert_eq!(drawn(&pager, 4, 2), ["k", "  on"]);
    }

    #[test]
    fn find_goes_round_and_scrolls_to_the_match() {
        let lines = (0..50).map(|i| Shown::own(if i % 20 == 10 { "Heart" } else { "x" }));
        let mut pager = Pager::new(lines);
        pager.set_width(20);
        assert_eq!(pager.find(&["heart"], 5), 2);
        assert_eq!(pager.matched(), Some((1, 2)));
        assert!(drawn(&pager, 20, 5).contains(&"Heart".to_owned()));
        pager.next_match(5);
        assert_eq!(pager.matched(), Some((2, 2)));
        assert!(drawn(&pager, 20, 5).contains(&"Heart".to_owned()));
        pager.next_match(5);
        assert_eq!(pager.matched(), Some((1, 2)));
        assert_eq!(pager.find(&["("], 5), 0);
        assert_eq!(pager.find(&[], 5), 0);
    }

    #[test]
    fn scrolling_stops_at_the_last_page() {
        let mut pager = Pager::new((0..30).map(|i| Shown::own(i.to_string())));
        pager.down(100, 10);
        assert_eq!(drawn(&pager, 5, 10)[9], "29");
        pager.up(1);
        assert_eq!(drawn(&pager, 5, 10)[9], "28");
    }
}
