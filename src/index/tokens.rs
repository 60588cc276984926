//! How tantivy cuts what we give it: text into [`terms`], and marks into themselves.
//!
//! Marks are terms at places of the text: where a section or a stretch of which something is said
//! begins and ends, counted in terms of the text. They have a field of their own whose positions
//! are those of the text, so that a word found can be asked where it stands.

use super::schema::{MARKS_TOKENIZER, TEXT_TOKENIZER};
use crate::grammar::terms::{MAX_TERM_BYTES, Terms, fold_into, terms};
use std::str::SplitAsciiWhitespace;
use tantivy::Index;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

/// Gives an index our tokenizers. tantivy keeps only their names.
pub(super) fn register(index: &Index) {
    let text = TextAnalyzer::from(ChartTokenizer::default());
    index.tokenizers().register(TEXT_TOKENIZER, text);
    let marks = TextAnalyzer::from(MarkTokenizer::default());
    index.tokenizers().register(MARKS_TOKENIZER, marks);
}

/// Cuts text into [`terms`].
#[derive(Clone, Default)]
struct ChartTokenizer {
    token: Token,
    /// Room for the text in lower case, as far as it is ASCII.
    lower: String,
}

struct ChartTokens<'a> {
    text: &'a str,
    /// The text with ASCII in lower case, cut like the text: at once is quicker than term by term.
    lower: &'a str,
    is_ascii: bool,
    terms: Terms<'a>,
    token: &'a mut Token,
}

impl Tokenizer for ChartTokenizer {
    type TokenStream<'a> = ChartTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ChartTokens<'a> {
        self.token.reset();
        self.lower.clear();
        self.lower.push_str(text);
        self.lower.make_ascii_lowercase();
        ChartTokens {
            text,
            lower: &self.lower,
            is_ascii: text.is_ascii(),
            terms: terms(text),
            token: &mut self.token,
        }
    }
}

impl TokenStream for ChartTokens<'_> {
    fn advance(&mut self) -> bool {
        let Some((start, end)) = self.terms.next() else {
            return false;
        };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = start;
        self.token.offset_to = end;
        let lower = &self.lower[start..end];
        if lower.len() <= MAX_TERM_BYTES && (self.is_ascii || lower.is_ascii()) {
            self.token.text.clear();
            self.token.text.push_str(lower);
        } else {
            fold_into(&self.text[start..end], &mut self.token.text);
        }
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Reads marks: lines of `term place place …`.
#[derive(Clone, Default)]
struct MarkTokenizer {
    token: Token,
}

struct MarkTokens<'a> {
    lines: std::str::Lines<'a>,
    places: SplitAsciiWhitespace<'a>,
    token: &'a mut Token,
}

impl Tokenizer for MarkTokenizer {
    type TokenStream<'a> = MarkTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> MarkTokens<'a> {
        self.token.reset();
        MarkTokens {
            lines: text.lines(),
            places: "".split_ascii_whitespace(),
            token: &mut self.token,
        }
    }
}

impl TokenStream for MarkTokens<'_> {
    fn advance(&mut self) -> bool {
        loop {
            if let Some(place) = self.places.next().and_then(|place| place.parse().ok()) {
                self.token.position = place;
                return true;
            }
            let Some(line) = self.lines.next() else {
                return false;
            };
            self.places = line.split_ascii_whitespace();
            self.token.text.clear();
            self.token
                .text
                .push_str(self.places.next().unwrap_or_default());
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::terms::folded;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn tokens_are_the_terms_at_their_places(
            texts in proptest::collection::vec("([a-zA-Z0-9]{1,9}|[ .,-]|[éÄßİ]|[A-Z]{300}){0,20}", 1..4),
        ) {
            let mut tokenizer = ChartTokenizer::default();
            // One after the other, as tantivy does it: nothing is left of the text before.
            for text in &texts {
                let mut tokens = Vec::new();
                let mut places = Vec::new();
                tokenizer.token_stream(text).process(&mut |token| {
                    tokens.push(token.text.clone());
                    places.push((token.position, (token.offset_from, token.offset_to)));
                });
                prop_assert_eq!(tokens, folded(text));
                prop_assert_eq!(places, terms(text).enumerate().collect::<Vec<_>>());
            }
        }
    }
}
