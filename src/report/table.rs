//! A table of a report, and the forms it can take: text, CSV, JSON lines.

use crate::domain::untrusted::Untrusted;
use crate::text::show;
use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr;

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(Untrusted),
    /// Something with a stable name, which scripts rely on (CSV, JSON), and words for a person.
    Named(String, Untrusted),
    /// A whole number.
    Number(i64),
    /// A number in thousandths, printed with as many decimals as the second value says.
    Thousandths(i64, usize),
    /// Not known, or without a denominator.
    None,
}

impl From<i64> for Cell {
    fn from(n: i64) -> Self {
        Self::Number(n)
    }
}
impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}
impl From<Untrusted> for Cell {
    fn from(text: Untrusted) -> Self {
        Self::Text(text)
    }
}

impl Cell {
    /// A stable name and its words, both of the program's own.
    pub fn named(name: &str, words: &str) -> Self {
        Self::Named(name.to_owned(), words.into())
    }

    /// A share in percent with one decimal, from thousandths.
    pub fn percent(permille: Option<i64>) -> Self {
        permille.map_or(Self::None, |p| Self::Thousandths(p * 100, 1))
    }

    fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Named(_, text) => show(text).into_string(),
            Self::Number(n) => n.to_string(),
            Self::Thousandths(n, decimals) => decimal(*n, *decimals),
            Self::None => "-".to_owned(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => text.raw().into(),
            Self::Named(name, _) => name.as_str().into(),
            Self::Number(n) => (*n).into(),
            Self::Thousandths(n, decimals) => decimal(*n, *decimals)
                .parse::<f64>()
                .map_or(Value::Null, Value::from),
            Self::None => Value::Null,
        }
    }
}

/// A number of thousandths with so many decimals, rounded half away from zero.
fn decimal(thousandths: i64, decimals: usize) -> String {
    let unit = 10_i64.pow(3 - decimals.min(3) as u32);
    let rounded = (thousandths.abs() + unit / 2) / unit;
    let whole = 10_i64.pow(decimals.min(3) as u32);
    let sign = if thousandths < 0 && rounded > 0 {
        "-"
    } else {
        ""
    };
    if decimals == 0 {
        return format!("{sign}{rounded}");
    }
    format!("{sign}{}.{:0decimals$}", rounded / whole, rounded % whole)
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Headline, of our own words.
    pub title: String,
    /// Columns: the field's name in CSV and JSON, the head in text.
    pub columns: Vec<(String, String)>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// Lines below: what the figures are of and how they were made.
    pub notes: Vec<String>,
}

impl Table {
    /// An empty table.
    pub fn new(title: impl Into<String>, columns: &[(&str, &str)]) -> Self {
        Self {
            title: title.into(),
            columns: columns
                .iter()
                .map(|(field, head)| ((*field).to_owned(), (*head).to_owned()))
                .collect(),
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Lines for a person: numbers to the right.
    pub fn text(&self) -> Vec<String> {
        let cells: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(Cell::text).collect())
            .collect();
        let widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(n, (_, head))| {
                let widest = cells
                    .iter()
                    .filter_map(|r| r.get(n))
                    .map(|c| c.width())
                    .max();
                widest.unwrap_or(0).max(head.width())
            })
            .collect();
        let left: Vec<bool> = (0..self.columns.len())
            .map(|n| {
                self.rows
                    .iter()
                    .any(|r| matches!(r.get(n), Some(Cell::Text(_) | Cell::Named(..))))
            })
            .collect();
        let line = |row: Vec<&str>| {
            let parts: Vec<String> = row
                .iter()
                .enumerate()
                .map(|(n, text)| {
                    let fill = " ".repeat(widths[n].saturating_sub(text.width()));
                    if left[n] {
                        format!("{text}{fill}")
                    } else {
                        format!("{fill}{text}")
                    }
                })
                .collect();
            parts.join("  ").trim_end().to_owned()
        };
        let mut out = vec![self.title.clone(), String::new()];
        out.push(line(self.columns.iter().map(|(_, h)| h.as_str()).collect()));
        out.extend(
            cells
                .iter()
                .map(|r| line(r.iter().map(String::as_str).collect())),
        );
        if !self.notes.is_empty() {
            out.push(String::new());
            out.extend(self.notes.iter().cloned());
        }
        out
    }

    /// CSV (RFC 4180) with a head line. A cell that a spreadsheet would take for a formula gets a
    /// `'` in front; control characters are shown, not passed on.
    pub fn csv(&self) -> Vec<String> {
        let head = self.columns.iter().map(|(field, _)| quoted(field, false));
        let mut out = vec![head.collect::<Vec<_>>().join(",")];
        for row in &self.rows {
            let cells: Vec<String> = row
                .iter()
                .map(|cell| match cell {
                    Cell::None => String::new(),
                    Cell::Text(_) => quoted(&cell.text(), true),
                    Cell::Named(name, _) => quoted(name, true),
                    _ => cell.text(),
                })
                .collect();
            out.push(cells.join(","));
        }
        out
    }

    /// One object for each row, with the columns' fields.
    pub fn json(&self) -> Vec<Value> {
        self.rows
            .iter()
            .map(|row| {
                let fields = self.columns.iter().zip(row);
                let map: Map<String, Value> = fields
                    .map(|((field, _), cell)| (field.clone(), cell.json()))
                    .collect();
                Value::Object(map)
            })
            .collect()
    }
}

fn quoted(text: &str, outside: bool) -> String {
    let formula = outside && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut t = Table::new(
            "Sample",
            &[("name", "NAME"), ("open", "OPEN"), ("rate", "RATE")],
        );
        t.row(["=1+1,\u{1b}x".into(), 3.into(), Cell::percent(Some(333))]);
        t.row(["Zoë".into(), 12.into(), Cell::None]);
        t
    }

    #[test]
    fn numbers_stand_to_the_right_and_words_to_the_left() {
        let text = sample().text();
        assert_eq!(text[2], "NAME         OPEN  RATE");
        assert_eq!(text[3], "=1+1,<ESC>x     3  33.3");
        assert_eq!(text[4], "Zoë            12     -");
    }

    #[test]
    fn no_cell_of_csv_is_a_formula() {
        assert_eq!(
            sample().csv(),
            ["name,open,rate", "\"'=1+1,<ESC>x\",3,33.3", "Zoë,12,"]
        );
        for start in ["=", "+", "-", "@"] {
            assert!(quoted(&format!("{start}x"), true).starts_with('\''));
        }
    }

    #[test]
    fn json_has_numbers_as_numbers_and_null_for_none() {
        let rows = sample().json();
        assert_eq!(rows[0]["rate"], 33.3);
        assert_eq!(rows[1]["open"], 12);
        assert!(rows[1]["rate"].is_null());
    }

    #[test]
    fn decimals_are_rounded() {
        assert_eq!(decimal(33_350, 1), "33.4");
        assert_eq!(decimal(1_999, 0), "2");
        assert_eq!(decimal(-1_250, 2), "-1.25");
    }
}
