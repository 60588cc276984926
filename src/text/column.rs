//! Columns of text tables.

use unicode_width::UnicodeWidthChar;

/// Cuts or pads shown text to a column of a text table.
pub fn column(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w > width {
            break;
        }
        out.push(c);
        used += w;
    }
    out.extend(std::iter::repeat_n(' ', width - used));
    out
}
