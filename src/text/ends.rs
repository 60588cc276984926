//! Cutting a text in its middle.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The beginning and the end of a text that leave one column between them in so many: numbers that
/// begin alike (identifiers of 36 characters) stay told apart.
pub fn ends(text: &str, columns: usize) -> (&str, &str) {
    let room = columns.saturating_sub(1);
    let (mut from, mut used) = (0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > room / 2 {
            break;
        }
        from = at + grapheme.len();
    }
    let (mut to, mut used) = (text.len(), 0);
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme.width();
        if used > room - room / 2 || at < from {
            break;
        }
        to = at;
    }
    (&text[..from], &text[to..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_begin_alike_are_told_apart() {
        let room = |text| {
            let (begin, end) = ends(text, 9);
            format!("{begin}…{end}")
        };
        assert_eq!(room("3f2a0000-aaaa-bbbb-cccc-ddddeeee9c1d"), "3f2a…9c1d");
        assert_eq!(room("3f2a0000-aaaa-bbbb-cccc-ddddeeee9c1e"), "3f2a…9c1e");
        assert_eq!(room("漢字漢字漢字漢字"), "漢字…漢字");
        assert_eq!(ends("abc", 0), ("", ""));
        assert_eq!(ends("abc", 1), ("", ""));
        assert_eq!(ends("abc", 2), ("", "c"));
    }
}
