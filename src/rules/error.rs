//! What can be wrong with rule files, and where in them.
//!
//! Owns the error type of the room. Messages name files, lines and rule ids; rule files hold no
//! patient text, so nothing of a patient can be in them.

/// Rule files could not be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RulesError {
    /// Some files need to be corrected; every problem found is listed.
    #[error("{}", lines(.0))]
    Files(Vec<Problem>),
}

/// One thing wrong with one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Name of the file, as handed in.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong, in one sentence.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.what
        )
    }
}

fn lines(problems: &[Problem]) -> String {
    let all: Vec<String> = problems.iter().map(Problem::to_string).collect();
    all.join("\n")
}

/// A problem before its file is known: where, as a byte offset, and what.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Byte offset into the file.
    pub at: usize,
    /// What is wrong.
    pub what: String,
}

impl Fault {
    /// A fault at a byte offset.
    pub fn new(at: usize, what: impl Into<String>) -> Self {
        Self {
            at,
            what: what.into(),
        }
    }

    /// From the TOML reader.
    pub fn toml(error: &toml::de::Error) -> Self {
        let what = error.message().trim().replace('\n', " ");
        Self::new(error.span().map_or(0, |span| span.start), what)
    }

    /// With file, line and column.
    pub fn locate(self, file: &str, text: &str) -> Problem {
        let (line, column) = position(text, self.at);
        Problem {
            file: file.to_owned(),
            line,
            column,
            what: self.what,
        }
    }
}

/// Line and column (in characters), both from 1, of a byte offset.
pub(crate) fn position(text: &str, at: usize) -> (usize, usize) {
    let mut end = at.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(1, |l| l.chars().count() + 1);
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let check = |at, expected| assert_eq!(position("ab\nçd\n", at), expected);
        check(0, (1, 1));
        check(3, (2, 1));
        check(5, (2, 2));
        check(4, (2, 1));
        check(99, (3, 1));
    }
}
