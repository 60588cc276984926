//! Where a concept named beside a text stands in it.
//!
//! Owns one search: without regard to white space, which reports wrap and align at will, in the
//! case that fits best. Start reading at [`locate`].

use super::token::Span;

/// A text without its white space, and where each byte of it came from.
struct Packed {
    text: String,
    from: Vec<usize>,
}

impl Packed {
    fn of(text: &str, lower: bool) -> Self {
        let mut packed = Self {
            text: String::with_capacity(text.len()),
            from: Vec::with_capacity(text.len()),
        };
        for (at, c) in text.char_indices() {
            if c.is_whitespace() {
                continue;
            }
            let before = packed.text.len();
            if lower {
                packed.text.extend(c.to_lowercase());
            } else {
                packed.text.push(c);
            }
            let bytes = packed.text.len() - before;
            packed.from.extend(std::iter::repeat_n(at, bytes));
        }
        packed
    }
}

/// The first place of a concept: in capitals, else as written, else in any case.
pub(super) fn locate(text: &str, concept: &str) -> Option<Span> {
    let exact = Packed::of(text, false);
    let capitals = Packed::of(&concept.to_uppercase(), false).text;
    let written = Packed::of(concept, false).text;
    find(text, &exact, &capitals)
        .or_else(|| find(text, &exact, &written))
        .or_else(|| {
            let lower = Packed::of(concept, true).text;
            find(text, &Packed::of(text, true), &lower)
        })
}

/// The first place on word boundaries; else the first place.
fn find(text: &str, packed: &Packed, wanted: &str) -> Option<Span> {
    if wanted.is_empty() {
        return None;
    }
    let mut first = None;
    for (at, _) in packed.text.match_indices(wanted) {
        let start = packed.from[at];
        let last = packed.from[at + wanted.len() - 1];
        let length = text[last..].chars().next().map_or(0, char::len_utf8);
        let span = Span::new(start, last + length);
        let before = text[..span.start].chars().next_back();
        let after = text[span.end..].chars().next();
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if !inside(before) && !inside(after) {
            return Some(span);
        }
        first = first.or(Some(span));
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_come_first() {
        let text = "cough, dry, and then COUGH";
        assert_eq!(locate(text, "Cough"), Some(Span::new(21, 26)));
        assert_eq!(locate(text, "dry"), Some(Span::new(7, 10)));
        assert_eq!(locate("Dry Cough", "dry cough"), Some(Span::new(0, 9)));
        assert_eq!(locate(text, "fever"), None);
        assert_eq!(locate(text, " "), None);
    }

    #[test]
    fn white_space_does_not_count() {
        let text = "no CHEST   \n PAIN.";
        assert_eq!(
            locate(text, "chest pain").unwrap().of(text),
            "CHEST   \n PAIN"
        );
    }

    #[test]
    fn whole_words_are_preferred() {
        let text = "PAINFUL and PAIN";
        assert_eq!(locate(text, "pain"), Some(Span::new(12, 16)));
        let text = "\u{df}\u{130}X x";
        assert_eq!(locate(text, "x").unwrap().of(text), "X");
    }
}
