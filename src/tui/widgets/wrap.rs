//! Lines broken into rows of a width.

use super::canvas::width_u16;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// A row on the screen: bytes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line, from 0.
    pub line: usize,
    /// Where in the line the row begins, in bytes.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
}

/// Breaks lines at blanks, words that are too long anywhere; further rows of a line are set in by
/// `columns`, but never by more than half of the width.
pub fn wrap(lines: &[String], width: u16, columns: u16) -> Vec<Row> {
    let set_in = usize::from(hang(columns, width));
    let width = usize::from(width.max(1));
    let mut rows = Vec::with_capacity(lines.len());
    for (line, text) in lines.iter().enumerate() {
        if text.len() <= width || text.width() <= width {
            rows.push(Row {
                line,
                from: 0,
                to: text.len(),
            });
            continue;
        }
        let (mut from, mut used, mut blank) = (0, 0, None);
        for (at, grapheme) in text.grapheme_indices(true) {
            let columns = usize::from(width_u16(grapheme));
            let room = if from > 0 { width - set_in } else { width };
            if used + columns > room && at > from {
                let to = blank.filter(|b| *b > from).unwrap_or(at);
                rows.push(Row { line, from, to });
                from = to;
                used = text[from..at].width();
                blank = None;
            }
            used += columns;
            if grapheme == " " {
                blank = Some(at + 1);
            }
        }
        rows.push(Row {
            line,
            from,
            to: text.len(),
        });
    }
    rows
}

/// Columns further rows are set in by.
pub(super) fn hang(columns: u16, width: u16) -> u16 {
    columns.min(width / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_cover_every_byte_in_order(text in "\\PC{0,80}", width in 0u16..30, set_in in 0u16..9) {
            let lines = vec![text.clone()];
            let rows = wrap(&lines, width, set_in);
            let joined: String = rows.iter().map(|r| &text[r.from..r.to]).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
