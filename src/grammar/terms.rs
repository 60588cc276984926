//! What a term is: a longest run of letters and digits, in lower case, neither stemmed nor left
//! out. Index, queries, snippets and highlights all cut text here, so they always agree.

/// Longest term in bytes; what is longer is cut, so that it can still be found.
pub const MAX_TERM_BYTES: usize = 255;

/// The terms of a text: where each lies in it.
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    text: &'a str,
    at: usize,
}

/// The terms of a text, from its start: first byte and byte after the last of each.
pub fn terms(text: &str) -> Terms<'_> {
    Terms { text, at: 0 }
}

/// The terms of a text from byte `at` on, which must not lie within a character.
pub fn terms_from(text: &str, at: usize) -> Terms<'_> {
    Terms { text, at }
}

impl Iterator for Terms<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let mut start = self.at;
        loop {
            match term_char(self.text, start)? {
                (true, _) => break,
                (false, length) => start += length,
            }
        }
        let mut end = start;
        while let Some((true, length)) = term_char(self.text, end) {
            end += length;
        }
        self.at = end;
        Some((start, end))
    }
}

/// Whether the character at `at` belongs to a term, and its length; `None` at the end.
#[inline]
fn term_char(text: &str, at: usize) -> Option<(bool, usize)> {
    let byte = *text.as_bytes().get(at)?;
    if byte.is_ascii() {
        return Some((byte.is_ascii_alphanumeric(), 1));
    }
    let c = text.get(at..)?.chars().next()?;
    Some((c.is_alphanumeric(), c.len_utf8()))
}

/// Puts the searchable form of a term into `out`: lower case, at most [`MAX_TERM_BYTES`].
pub fn fold_into(term: &str, out: &mut String) {
    out.clear();
    if term.is_ascii() {
        out.push_str(&term[..term.len().min(MAX_TERM_BYTES)]);
        out.make_ascii_lowercase();
        return;
    }
    for c in term.chars().flat_map(char::to_lowercase) {
        if out.len() + c.len_utf8() > MAX_TERM_BYTES {
            break;
        }
        out.push(c);
    }
}

/// The searchable terms of a short text, such as a phrase.
pub fn folded(text: &str) -> Vec<String> {
    terms(text)
        .map(|(start, end)| {
            let mut out = String::new();
            fold_into(&text[start..end], &mut out);
            out
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_runs_of_letters_and_digits_in_lower_case() {
        assert_eq!(
            folded("H&P: Müller's x-ray, 38.5°C ß_2"),
            [
                "h", "p", "müller", "s", "x", "ray", "38", "5", "c", "ß", "2"
            ]
        );
        assert!(folded(" -- &…").is_empty());
    }

    #[test]
    fn a_long_term_is_cut_between_characters() {
        let folded = folded(&"é".repeat(400));
        assert_eq!(folded, ["é".repeat(127)]);
        assert_eq!(super::folded(&"A".repeat(400)), ["a".repeat(255)]);
    }

    #[test]
    fn spans_cover_the_terms() {
        let text = "αβ, x";
        let spans: Vec<_> = terms(text).collect();
        assert_eq!(spans, [(0, 4), (6, 7)]);
        assert_eq!(terms_from(text, 4).collect::<Vec<_>>(), [(6, 7)]);
    }
}
