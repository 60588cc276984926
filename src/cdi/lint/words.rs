//! Words, sentences and paragraphs of a draft, by byte offset.

use std::ops::Range;

/// The same text, byte for byte as long, with hyphens, tabs and line breaks as spaces.
pub(super) fn plain(text: &str) -> String {
    let space = |c| match c {
        '-' | '\n' | '\r' | '\t' => ' ',
        c => c,
    };
    text.chars().map(space).collect()
}

/// Whether a place is a whole word (or words); a plural `s` belongs to it.
pub(super) fn is_word(text: &str, at: Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let letter = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
    let before = at.start.checked_sub(1).and_then(|i| bytes.get(i));
    let plural = bytes.get(at.end).is_some_and(|b| *b == b's');
    let after = bytes.get(at.end + usize::from(plural));
    !letter(before) && !letter(after)
}

/// The sentence around a place: up to `.`, `!`, `?` followed by space, `;` or a line break.
pub(super) fn sentence(text: &str, at: &Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let ends = |i: usize| match bytes[i] {
        b'\n' | b';' => true,
        b'.' | b'!' | b'?' => bytes.get(i + 1).is_none_or(u8::is_ascii_whitespace),
        _ => false,
    };
    let start = (0..at.start.min(bytes.len())).rev().find(|i| ends(*i));
    let end = (at.end.min(bytes.len())..bytes.len()).find(|i| ends(*i));
    let mut start = start.map_or(0, |i| i + 1);
    while start < at.start && bytes[start].is_ascii_whitespace() {
        start += 1;
    }
    start..end.map_or(bytes.len(), |i| i + 1)
}

/// The line around a place.
pub(super) fn line(text: &str, at: &Range<usize>) -> Range<usize> {
    let start = text[..at.start].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at.end..].find('\n').map_or(text.len(), |i| at.end + i);
    start..end
}
