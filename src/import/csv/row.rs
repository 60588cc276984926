//! Rows of a table: cells, quotes, and what to do about a row that does not end.
//!
//! Quoting is that of RFC 4180. A quote that is never closed would swallow the rest of a file, so
//! a row that runs on for too long is given up at its first line and reading goes on behind that
//! line. Start at [`Rows::next`].

use super::super::limits::Limits;
use super::super::source::{Line, Lines, reason};
use std::collections::VecDeque;
use std::io::BufRead;

/// Lines one row may have: a note in a cell has some, a stray quote would have all.
const ROW_LINES: usize = 2_000;

/// A row with the number of its first line.
pub(super) struct Row {
    pub line: u64,
    pub cells: Vec<String>,
}

/// What came next.
pub(super) enum Next {
    /// A row.
    Row(Row),
    /// A row that could not be read; the next one can.
    Bad { line: u64, reason: String },
    /// Reading failed for good.
    Broken { line: u64, reason: String },
    /// No more rows.
    End,
}

/// Rows of a reader.
pub(super) struct Rows<'l, R> {
    lines: Lines<R>,
    /// Lines read ahead of a row that did not end.
    ahead: VecDeque<(u64, Got)>,
    delimiter: char,
    limits: &'l Limits,
}

enum Got {
    Text(String),
    TooLong,
    NotUtf8,
    Failed(String),
    End,
}

impl<'l, R: BufRead> Rows<'l, R> {
    pub fn new(input: R, delimiter: char, limits: &'l Limits) -> Self {
        Self {
            lines: Lines::new(input),
            ahead: VecDeque::new(),
            delimiter,
            limits,
        }
    }

    fn line(&mut self) -> (u64, Got) {
        if let Some(ahead) = self.ahead.pop_front() {
            return ahead;
        }
        let mut bytes = Vec::new();
        let got = match self.lines.next(&mut bytes, self.limits.message_bytes) {
            Line::Text => {
                if bytes.last() == Some(&b'\r') {
                    bytes.pop();
                }
                String::from_utf8(bytes).map_or(Got::NotUtf8, Got::Text)
            }
            Line::TooLong => Got::TooLong,
            Line::End => Got::End,
            Line::Failed(error) => Got::Failed(reason(&error)),
        };
        (self.lines.number, got)
    }

    /// The next row. Blank lines are no rows.
    pub fn next(&mut self) -> Next {
        loop {
            let (line, got) = self.line();
            let text = match got {
                Got::Text(text) if text.trim().is_empty() => continue,
                Got::Text(text) => text,
                Got::TooLong => {
                    let reason = format!(
                        "the row has more than {} MiB",
                        self.limits.message_bytes >> 20
                    );
                    return Next::Bad { line, reason };
                }
                Got::NotUtf8 => {
                    let reason = "the row is not UTF-8".to_owned();
                    return Next::Bad { line, reason };
                }
                Got::Failed(reason) => return Next::Broken { line, reason },
                Got::End => return Next::End,
            };
            return self.row(line, text);
        }
    }

    fn row(&mut self, line: u64, first: String) -> Next {
        let mut text = first;
        let mut taken: Vec<(u64, String)> = Vec::new();
        loop {
            if let Some(cells) = split(&text, self.delimiter) {
                let long = |c: &String| c.len() as u64 > self.limits.field_bytes;
                if cells.iter().any(long) {
                    let reason = format!(
                        "a cell of the row has more than {} MiB",
                        self.limits.field_bytes >> 20
                    );
                    return Next::Bad { line, reason };
                }
                return Next::Row(Row { line, cells });
            }
            let full = taken.len() >= ROW_LINES || text.len() as u64 > self.limits.field_bytes;
            let (number, more) = if full { (line, Got::End) } else { self.line() };
            let Got::Text(more) = more else {
                // What was read ahead is read again, as rows of its own.
                if !full {
                    self.ahead.push_front((number, more));
                }
                for (number, text) in taken.into_iter().rev() {
                    self.ahead.push_front((number, Got::Text(text)));
                }
                let reason = "a quote is opened and not closed".to_owned();
                return Next::Bad { line, reason };
            };
            text.push('\n');
            text.push_str(&more);
            taken.push((number, more));
        }
    }
}

/// The cells of a row; `None` if a quote is still open at its end.
pub(super) fn split(text: &str, delimiter: char) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut cell = String::new();
            let mut inner = quoted;
            loop {
                let close = inner.find('"')?;
                cell.push_str(&inner[..close]);
                inner = &inner[close + 1..];
                match inner.strip_prefix('"') {
                    Some(more) => {
                        cell.push('"');
                        inner = more;
                    }
                    None => break,
                }
            }
            // Whatever stands behind the closing quote belongs to the cell, as spreadsheets do it.
            let end = inner.find(delimiter).unwrap_or(inner.len());
            cell.push_str(&inner[..end]);
            cells.push(cell);
            rest = &inner[end..];
        } else {
            let end = rest.find(delimiter).unwrap_or(rest.len());
            cells.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
        match rest.strip_prefix(delimiter) {
            Some(more) => rest = more,
            None => return Some(cells),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &[&[&str]]) {
        let limits = Limits::default();
        let mut rows = Rows::new(text.as_bytes(), ',', &limits);
        let mut got: Vec<Vec<String>> = Vec::new();
        loop {
            match rows.next() {
                Next::Row(row) => got.push(row.cells),
                Next::Bad { line, reason } => got.push(vec![format!("bad {line}"), reason]),
                Next::Broken { .. } | Next::End => break,
            }
        }
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn cells_are_split_and_unquoted() {
        check("a,b\r\n\n1,\n", &[&["a", "b"], &["1", ""]]);
        check("\"a,b\",\"say \"\"so\"\"\"\n", &[&["a,b", "say \"so\""]]);
        check("\"two\nlines\",x", &[&["two\nlines", "x"]]);
        check("6\" tube,y", &[&["6\" tube", "y"]]);
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_its_own_row_only() {
        check(
            "a\n\"open\nb,c\nd\n",
            &[
                &["a"],
                &["bad 2", "a quote is opened and not closed"],
                &["b", "c"],
                &["d"],
            ],
        );
    }
}
