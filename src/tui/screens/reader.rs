//! The reader: a document's text with a cursor line, marks, find and highlights.
//!
//! The cursor moves over rows as shown; the text scrolls half a page at a time, so that reading
//! on over a slow line costs little. What a citation takes is a *passage*: a short line as a
//! whole, or the sentence of a long one. Drawing changes nothing.

use super::needles::{self, Found};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show_lines};
use crate::tui::widgets::{Canvas, List, Row, wrap};
use ratatui::layout::Rect;
use regex::RegexBuilder;
use unicode_segmentation::UnicodeSegmentation;

/// Columns before the text for cursor and marks.
const GUTTER: u16 = 2;
/// Lines up to this many bytes are cited whole, longer ones by the sentence.
const WHOLE_LINE: usize = 200;

/// What a citation takes: bytes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Passage {
    line: usize,
    from: usize,
    to: usize,
}

/// A text being read.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    text: Untrusted,
    lines: Vec<String>,
    rows: Vec<Row>,
    width: u16,
    list: List,
    matches: Vec<Found>,
    groups: usize,
    current: usize,
    marks: Vec<Passage>,
    /// The matches are passages: rows they touch have a sign.
    signs: bool,
}

impl Reader {
    /// A reader of a text, shown in so many columns.
    pub fn new(text: &Untrusted, width: u16) -> Self {
        let mut lines: Vec<String> = show_lines(text)
            .into_iter()
            .map(Shown::into_string)
            .collect();
        while lines.last().is_some_and(|l| l.trim().is_empty()) {
            lines.pop();
        }
        let mut reader = Self {
            text: text.clone(),
            lines,
            ..Self::default()
        };
        reader.set_width(width);
        reader
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Wraps for a width; the cursor stays in its line.
    pub fn set_width(&mut self, width: u16) {
        if self.width == width {
            return;
        }
        let line = self.rows.get(self.list.cursor).map_or(0, |r| r.line);
        self.width = width;
        self.rows = wrap(&self.lines, width.saturating_sub(GUTTER), 0);
        self.list = List::new(self.rows.len());
        let row = self.rows.iter().position(|r| r.line >= line).unwrap_or(0);
        self.list.go(row, 1);
    }

    /// The cursor, to move it.
    pub fn list(&mut self) -> &mut List {
        &mut self.list
    }

    /// The cursor.
    pub fn cursor(&self) -> &List {
        &self.list
    }

    /// Highlights needles (see [`needles`]) and goes to the first; returns how many there are.
    pub fn highlight(&mut self, words: &[String], height: u16) -> usize {
        self.signs = false;
        let found = needles::find(&self.lines, words);
        self.set_matches(found, height)
    }

    /// Highlights a text as typed, without regard to case or the amount of space.
    pub fn find(&mut self, text: &str, height: u16) -> usize {
        self.signs = false;
        let words: Vec<String> = text.split_whitespace().map(regex::escape).collect();
        let pattern = (!words.is_empty())
            .then(|| {
                RegexBuilder::new(&words.join(r"\s+"))
                    .case_insensitive(true)
                    .build()
            })
            .and_then(Result::ok);
        let mut found = Vec::new();
        if let Some(pattern) = pattern {
            for (line, text) in self.lines.iter().enumerate() {
                for hit in pattern.find_iter(text) {
                    found.push(Found {
                        line,
                        from: hit.start(),
                        to: hit.end(),
                        group: found.len(),
                    });
                }
            }
        }
        self.set_matches(found, height)
    }

    /// Marks passages of the text, given by their bytes, with a sign beside their rows, and goes
    /// to the first at or below the cursor; returns how many there are. Passages of another text
    /// than the one read mark nothing.
    pub fn mark_passages(
        &mut self,
        text: &Untrusted,
        spans: &[(usize, usize)],
        height: u16,
    ) -> usize {
        if *text != self.text {
            return self.set_matches(Vec::new(), height);
        }
        let found = self.mark_bytes(spans, height);
        self.signs = true;
        found
    }

    /// Highlights bytes of the text as matches; returns how many there are.
    pub fn mark_bytes(&mut self, spans: &[(usize, usize)], height: u16) -> usize {
        self.signs = false;
        let mut found = Vec::new();
        for (group, (start, end)) in spans.iter().enumerate() {
            let (first, from) = self.place(*start);
            let (last, to) = self.place(*end);
            for line in first..=last {
                let whole = self.lines.get(line).map_or(0, String::len);
                let from = if line == first { from } else { 0 };
                let to = if line == last { to } else { whole };
                let text = self.lines.get(line).and_then(|l| l.get(from..to));
                if text.is_some_and(|t| !t.trim().is_empty()) {
                    found.push(Found {
                        line,
                        from,
                        to,
                        group,
                    });
                }
            }
        }
        self.set_matches(found, height)
    }

    /// Line and byte on the screen of a byte of the text.
    fn place(&self, at: usize) -> (usize, usize) {
        let before = Untrusted::new(self.text.raw().get(..at).unwrap_or_default());
        let lines = show_lines(&before);
        let width = lines.last().map_or(0, |l| l.as_str().len());
        (lines.len().saturating_sub(1), width)
    }

    /// The number of the marked passage the cursor is in.
    pub fn passage_at_cursor(&self) -> Option<usize> {
        let row = self.rows.get(self.list.cursor)?;
        let here = |m: &&Found| m.line == row.line && m.from < row.to && row.from < m.to;
        let mut matches = self.matches.iter().filter(here);
        let first = matches.next()?.group;
        // Of two in one row the one that was gone to.
        let gone_to = matches.any(|m| m.group == self.current);
        Some(if gone_to { self.current } else { first })
    }

    fn set_matches(&mut self, found: Vec<Found>, height: u16) -> usize {
        self.groups = found.last().map_or(0, |f| f.group + 1);
        self.matches = found;
        let line = self.rows.get(self.list.cursor).map_or(0, |r| r.line);
        self.current = self
            .matches
            .iter()
            .find(|m| m.line >= line)
            .map_or(0, |m| m.group);
        self.show_match(height);
        self.groups
    }

    /// Which match is current, from 1, and how many there are; `None` without any.
    pub fn matched(&self) -> Option<(usize, usize)> {
        (self.groups > 0).then_some((self.current + 1, self.groups))
    }

    /// Goes to the next or previous match, round the ends.
    pub fn step_match(&mut self, forward: bool, height: u16) {
        if self.groups > 0 {
            let step = if forward { 1 } else { self.groups - 1 };
            self.current = (self.current + step) % self.groups;
            self.show_match(height);
        }
    }

    fn show_match(&mut self, height: u16) {
        let Some(found) = self.current_match() else {
            return;
        };
        let row = self
            .rows
            .iter()
            .position(|r| r.line == found.line && found.from < r.to.max(r.from + 1));
        if let Some(row) = row {
            self.list.go(row, height);
        }
    }

    fn current_match(&self) -> Option<Found> {
        let mut matches = self.matches.iter();
        matches.find(|m| m.group == self.current).copied()
    }

    /// Marks or unmarks the passage under the cursor; `false` if there is none.
    pub fn toggle_mark(&mut self) -> bool {
        let Some(passage) = self.passage() else {
            return false;
        };
        match self.marks.binary_search(&passage) {
            Ok(at) => {
                self.marks.remove(at);
            }
            Err(at) => self.marks.insert(at, passage),
        }
        true
    }

    /// Number of marked passages.
    pub fn marked(&self) -> usize {
        self.marks.len()
    }

    /// Removes all marks.
    pub fn clear_marks(&mut self) {
        self.marks.clear();
    }

    /// The marked passages, each with its line from 1.
    pub fn marked_texts(&self) -> Vec<(i64, String)> {
        let passage = |p: &Passage| (p.line as i64 + 1, self.text_of(*p));
        self.marks.iter().map(passage).collect()
    }

    /// The line of the passage under the cursor, from 1.
    pub fn passage_line(&self) -> Option<i64> {
        self.passage().map(|p| p.line as i64 + 1)
    }

    /// The passage under the cursor.
    pub fn passage_text(&self) -> Option<String> {
        self.passage().map(|p| self.text_of(p))
    }

    fn text_of(&self, passage: Passage) -> String {
        let line = self.lines.get(passage.line).map_or("", String::as_str);
        line.get(passage.from..passage.to)
            .unwrap_or_default()
            .trim()
            .to_owned()
    }

    fn passage(&self) -> Option<Passage> {
        let row = self.rows.get(self.list.cursor)?;
        let line = self.lines.get(row.line)?;
        if line.trim().is_empty() {
            return None;
        }
        if line.len() <= WHOLE_LINE {
            return Some(Passage {
                line: row.line,
                from: 0,
                to: line.len(),
            });
        }
        // The current match names the sentence if it stands in this row; else the first
        // sentence that begins here, else the one that goes on here.
        let anchor = self
            .current_match()
            .filter(|m| m.line == row.line && (row.from..row.to).contains(&m.from))
            .map(|m| m.from);
        let sentences: Vec<(usize, &str)> = line.split_sentence_bound_indices().collect();
        let begins = sentences
            .iter()
            .find(|(at, _)| (row.from..row.to).contains(at));
        let anchor = anchor.or(begins.map(|(at, _)| *at)).unwrap_or(row.from);
        let sentence = sentences.iter().rfind(|(at, _)| *at <= anchor)?;
        Some(Passage {
            line: row.line,
            from: sentence.0,
            to: sentence.0 + sentence.1.len(),
        })
    }

    /// Draws the rows that fit; the cursor only while the reader has the keys.
    pub fn render(&self, canvas: &mut Canvas<'_>, area: Rect, active: bool) {
        if self.width != area.width {
            let mut fitted = self.clone();
            fitted.set_width(area.width);
            return fitted.rows(canvas, area, active);
        }
        self.rows(canvas, area, active);
    }

    fn rows(&self, canvas: &mut Canvas<'_>, area: Rect, active: bool) {
        for (y, at) in (area.y..area.bottom()).zip(self.list.visible(area.height)) {
            let row = self.rows[at];
            let marked = self
                .marks
                .iter()
                .any(|p| p.line == row.line && p.from < row.to && row.from < p.to);
            if marked {
                canvas.write(area, area.x + 1, y, "*", "list.mark");
            } else if self.signs && self.touched(row) {
                canvas.write(area, area.x + 1, y, "=", "match");
            }
            if active && at == self.list.cursor {
                canvas.write(area, area.x, y, ">", "text");
                canvas.set_cursor(area.x, y);
            }
            self.row(canvas, area, y, row);
        }
    }

    fn touched(&self, row: Row) -> bool {
        let start = self.matches.partition_point(|m| m.line < row.line);
        let mut here = self.matches[start..]
            .iter()
            .take_while(|m| m.line == row.line);
        here.any(|m| m.from < row.to && row.from < m.to)
    }

    fn row(&self, canvas: &mut Canvas<'_>, area: Rect, y: u16, row: Row) {
        let text = &self.lines[row.line];
        let mut x = area.x + GUTTER;
        let mut from = row.from;
        let start = self.matches.partition_point(|m| m.line < row.line);
        let here = self.matches[start..]
            .iter()
            .take_while(|m| m.line == row.line);
        for found in here {
            let (a, b) = (found.from.clamp(from, row.to), found.to.clamp(from, row.to));
            if a >= b {
                continue;
            }
            x = canvas.write(area, x, y, Shown::own(&text[from..a]), "text");
            let look = if found.group == self.current {
                "match.current"
            } else {
                "match"
            };
            x = canvas.write(area, x, y, Shown::own(&text[a..b]), look);
            from = b;
        }
        canvas.write(area, x, y, Shown::own(&text[from..row.to]), "text");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(text: &str, width: u16) -> Reader {
        Reader::new(&Untrusted::new(text), width)
    }

    #[test]
    fn a_short_line_is_cited_whole_and_a_long_one_by_the_sentence() {
        let long = format!(
            "{} BNP was 1,240. He was diuresed.",
            "Stable overnight.  ".repeat(12)
        );
        let mut reader = reader(&format!("IMPRESSION: CHF\n\n{long}"), 60);
        assert_eq!(reader.passage_text().as_deref(), Some("IMPRESSION: CHF"));
        reader.list().down(1, 10);
        assert_eq!(reader.passage_text(), None, "a blank line says nothing");
        reader.find("bnp", 10);
        assert_eq!(reader.passage_text().as_deref(), Some("BNP was 1,240."));
        assert!(reader.toggle_mark());
        assert_eq!(reader.marked_texts(), [(3, "BNP was 1,240.".to_owned())]);
        assert!(reader.toggle_mark());
        assert_eq!(reader.marked(), 0);
    }

    #[test]
    fn find_begins_at_the_cursor_and_goes_round() {
        let mut reader = reader(&"heart\nx\n".repeat(10), 20);
        reader.list().go(9, 5);
        assert_eq!(reader.find("HEART", 5), 10);
        assert_eq!(reader.matched(), Some((6, 10)));
        for _ in 0..5 {
            reader.step_match(true, 5);
        }
        assert_eq!(reader.matched(), Some((1, 10)));
        reader.step_match(false, 5);
        assert_eq!(reader.matched(), Some((10, 10)));
        assert_eq!(reader.find("", 5), 0);
        assert_eq!(reader.matched(), None);
    }

    #[test]
    fn another_width_keeps_the_line() {
        let mut reader = reader("aaaa bbbb cccc\nsecond line here\nthird", 40);
        reader.list().go(1, 5);
        reader.set_width(8);
        let row = reader.rows[reader.list.cursor];
        assert_eq!((row.line, row.from), (1, 0));
    }
}
