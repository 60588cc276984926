//! Words with their places.
//!
//! Owns how text falls into tokens and how a token is written for comparison: lower case,
//! straight apostrophes, no possessive. Hyphens inside a word only join (`low-back` is two
//! tokens), so that `rule-out` and `rule out` are the same words. Never changes an offset: every
//! token knows its bytes in the text as it came. Start reading at [`Tokens::of`].

/// Marks the start of a token in the comparable form; never part of a token.
const OPEN: char = '\u{1}';
/// Marks its end.
const CLOSE: char = '\u{2}';

/// A stretch of bytes of a text, on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

impl Span {
    /// A span.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The text it covers; empty if it does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// Whether the two share a byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, or letters and digits.
    Word,
    /// Digits, with a decimal point or thousands separators.
    Number,
    /// Any other character.
    Mark,
}

/// A word, a number or a punctuation mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
    /// Its first letter is upper case.
    pub capital: bool,
    /// All its letters are upper case.
    pub upper: bool,
    /// White space stands before it, or it is the first.
    pub spaced: bool,
    /// Line breaks before it: 0, 1, or 2 for an empty line; 2 before the first.
    pub breaks: u8,
}

/// The tokens of a text, with the text rewritten for comparison.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    /// The tokens in order.
    pub list: Vec<Token>,
    comparable: String,
    starts: Vec<usize>,
}

impl Tokens {
    /// Takes a text apart.
    pub fn of(text: &str) -> Self {
        let mut tokens = Self {
            list: Vec::with_capacity(text.len() / 5 + 1),
            comparable: String::with_capacity(text.len() + text.len() / 2 + 8),
            starts: Vec::with_capacity(text.len() / 5 + 1),
        };
        let mut at = 0;
        let mut spaced = true;
        let mut breaks = 2u8;
        while let Some(c) = text[at..].chars().next() {
            if c.is_whitespace() || c.is_control() {
                spaced = true;
                if c == '\n' || (c == '\r' && !text[at + 1..].starts_with('\n')) {
                    breaks = (breaks + 1).min(2);
                }
                at += c.len_utf8();
                continue;
            }
            let (end, kind) = extent(text, at, c);
            let joint = is_hyphen(c) && !spaced && next_is_alphanumeric(text, end);
            if !joint || tokens.list.is_empty() {
                tokens.push(text, Span::new(at, end), kind, spaced, breaks);
            }
            at = end;
            spaced = false;
            breaks = 0;
        }
        tokens
    }

    fn push(&mut self, text: &str, span: Span, kind: TokenKind, spaced: bool, breaks: u8) {
        let word = span.of(text);
        let mut letters = word.chars().filter(|c| c.is_alphabetic());
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        self.list.push(Token {
            span,
            kind,
            capital,
            upper: capital && letters.all(char::is_uppercase),
            spaced,
            breaks,
        });
        self.starts.push(self.comparable.len());
        self.comparable.push(OPEN);
        write_comparable(word, kind, &mut self.comparable);
        self.comparable.push(CLOSE);
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The whole text in comparable form; [`Tokens::index_after`] leads back to tokens.
    pub fn comparable(&self) -> &str {
        &self.comparable
    }

    /// The comparable form of tokens `from..to`: what a phrase must equal.
    pub fn comparable_of(&self, from: usize, to: usize) -> &str {
        let start = self.starts.get(from).copied();
        let end = self.starts.get(to).copied();
        let end = end.unwrap_or(self.comparable.len());
        start.map_or("", |start| &self.comparable[start..end])
    }

    /// One token as a bare lower-case word.
    pub fn word(&self, index: usize) -> &str {
        self.comparable_of(index, index + 1)
            .trim_matches([OPEN, CLOSE])
    }

    /// The token that starts at an offset of the comparable form, looked for from token `from`
    /// on: a walk through all tokens takes as many steps as there are tokens.
    pub fn index_after(&self, from: usize, offset: usize) -> usize {
        let rest = self.starts.get(from..).unwrap_or(&[]);
        from + rest.iter().take_while(|&&start| start < offset).count()
    }

    /// Tokens `from..to` as a text of their own.
    pub fn slice(&self, from: usize, to: usize) -> Self {
        let base = self
            .starts
            .get(from)
            .copied()
            .unwrap_or(self.comparable.len());
        Self {
            list: self.list.get(from..to).unwrap_or(&[]).to_vec(),
            comparable: self.comparable_of(from, to).to_owned(),
            starts: (from..to).map(|i| self.starts[i] - base).collect(),
        }
    }

    /// The tokens that share a byte with a span, as a half-open range.
    pub fn covering(&self, span: Span) -> (usize, usize) {
        let from = self.list.partition_point(|t| t.span.end <= span.start);
        let to = self.list.partition_point(|t| t.span.start < span.end);
        (from, to.max(from))
    }
}

/// A phrase in comparable form; empty if there is no word in it.
pub fn comparable(phrase: &str) -> String {
    Tokens::of(phrase).comparable
}

fn extent(text: &str, at: usize, first: char) -> (usize, TokenKind) {
    if !first.is_alphanumeric() {
        return (at + first.len_utf8(), TokenKind::Mark);
    }
    let mut digits = true;
    let mut end = at;
    let mut rest = text[at..].char_indices().peekable();
    while let Some((i, c)) = rest.next() {
        let inner = match c {
            '.' | ',' => digits && rest.peek().is_some_and(|(_, n)| n.is_ascii_digit()),
            '\'' | '\u{2019}' => !digits && rest.peek().is_some_and(|(_, n)| n.is_alphabetic()),
            c => c.is_alphanumeric() || is_mark(c),
        };
        if !inner {
            break;
        }
        digits &= c.is_ascii_digit() || c == '.' || c == ',';
        end = at + i + c.len_utf8();
    }
    let kind = if digits {
        TokenKind::Number
    } else {
        TokenKind::Word
    };
    (end, kind)
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

fn next_is_alphanumeric(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(char::is_alphanumeric)
}

fn write_comparable(word: &str, kind: TokenKind, out: &mut String) {
    let word = match kind {
        TokenKind::Word => ["'s", "\u{2019}s", "'S", "\u{2019}S"]
            .iter()
            .find_map(|end| word.strip_suffix(end))
            .unwrap_or(word),
        _ => word,
    };
    for c in word.chars() {
        match c {
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            '\u{2019}' => out.push('\''),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            c => out.extend(c.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let tokens = Tokens::of(text);
        (0..tokens.len())
            .map(|i| tokens.word(i).to_owned())
            .collect()
    }

    #[test]
    fn words_are_comparable() {
        assert_eq!(
            words("Patient\u{2019}s low-back pain, r/o 2.5 cm"),
            [
                "patient", "low", "back", "pain", ",", "r", "/", "o", "2.5", "cm"
            ]
        );
        assert_eq!(words("is -ve for"), ["is", "-", "ve", "for"]);
        assert_eq!(words("Heart - regular."), ["heart", "-", "regular", "."]);
        assert_eq!(words("doesn't 1,200 3."), ["doesn't", "1,200", "3", "."]);
    }

    #[test]
    fn offsets_are_those_of_the_text() {
        let text = "  Fi\u{e8}vre:\r\n\r\nno CHILLS";
        let tokens = Tokens::of(text);
        let last = tokens.list[tokens.len() - 1];
        assert_eq!(last.span.of(text), "CHILLS");
        assert!(last.upper && last.capital);
        assert_eq!(tokens.list[2].breaks, 2);
        assert_eq!(tokens.covering(Span::new(2, 4)), (0, 1));
    }

    #[test]
    fn a_comparable_offset_leads_back_to_its_token() {
        let tokens = Tokens::of("no evidence of it");
        let at = tokens.comparable().find("\u{1}of").unwrap();
        assert_eq!(tokens.index_after(0, at), 2);
    }
}
