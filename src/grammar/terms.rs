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
        let bytes = self.text.as_bytes();
        let mut start = self.at;
        loop {
            match CLASSES[usize::from(*bytes.get(start)?)] {
                Class::Term => break,
                Class::Between => start += 1,
                Class::Beyond => match beyond_ascii(self.text, start) {
                    (true, _) => break,
                    (false, length) => start += length,
                },
            }
        }
        let end = term_end(self.text, start);
        self.at = end;
        Some((start, end))
    }
}

/// Whether a name has all the words typed, or words that begin like them; with `=` in front
/// whether it is just these words.
pub fn is_named(name: &str, typed: &str) -> bool {
    let name = folded(name);
    let wanted = folded(typed);
    if typed.trim_start().starts_with('=') {
        return name == wanted;
    }
    wanted
        .iter()
        .all(|word| name.iter().any(|part| part.starts_with(word.as_str())))
}

/// The end of the term that starts at `start`.
pub fn term_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = start;
    while let Some(&byte) = bytes.get(end) {
        match CLASSES[usize::from(byte)] {
            Class::Term => end += 1,
            Class::Between => break,
            Class::Beyond => match beyond_ascii(text, end) {
                (true, length) => end += length,
                (false, _) => break,
            },
        }
    }
    end
}

/// Whether a term can start at `at`: no letter or digit stands right before it.
pub fn is_term_start(text: &str, at: usize) -> bool {
    let Some(&before) = at.checked_sub(1).and_then(|i| text.as_bytes().get(i)) else {
        return true;
    };
    match CLASSES[usize::from(before)] {
        Class::Term => false,
        Class::Between => true,
        Class::Beyond => {
            let last = text.get(..at).and_then(|text| text.chars().next_back());
            !last.is_some_and(char::is_alphanumeric)
        }
    }
}

/// What a byte says of its character.
#[derive(Clone, Copy)]
enum Class {
    /// An ASCII letter or digit.
    Term,
    /// Any other ASCII character.
    Between,
    /// Part of a character beyond ASCII: it must be looked at.
    Beyond,
}

/// The class of every byte: cutting text is the inner loop of indexing and of snippets.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Beyond; 256];
    let mut byte = 0u8;
    while byte < 128 {
        classes[byte as usize] = if byte.is_ascii_alphanumeric() {
            Class::Term
        } else {
            Class::Between
        };
        byte += 1;
    }
    classes
};

/// Whether the character at `at` belongs to a term, and its length.
fn beyond_ascii(text: &str, at: usize) -> (bool, usize) {
    let c = text.get(at..).and_then(|text| text.chars().next());
    // Never within a character: then a step of one byte finds the next.
    c.map_or((false, 1), |c| (c.is_alphanumeric(), c.len_utf8()))
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
        let starts: Vec<_> = [0, 2, 4, 5, 6, 7]
            .map(|at| is_term_start(text, at))
            .to_vec();
        assert_eq!(starts, [true, false, false, true, true, false]);
    }
}
